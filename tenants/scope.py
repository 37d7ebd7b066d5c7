"""The only way to reach data: scopes. Each opens one door (a database role) on one tenant, one region, or none.

A scope refuses an open transaction, and ends with the session empty: no object outlives a change of tenant.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from uuid import UUID

from tenants.database import OutsideScope, Scope, bind, current_scope, db


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """Enter `scope` until the block ends; what was not committed by then is rolled back."""
    if db.session().in_transaction():
        raise OutsideScope("a transaction is open: a scope starts before its first query and ends after its last")
    token = current_scope.set(scope)
    try:
        yield scope
    finally:
        db.session.close()
        current_scope.reset(token)


def tenant_scope(
    tenant_id: UUID, region_id: str, *, actor_id: UUID | None = None, request_id: str | None = None
) -> AbstractContextManager[Scope]:
    """A consortium's own data, as one of its people (`actor_id`) or as the system (None)."""
    return entered(Scope("member", tenant_id, region_id, actor_id, request_id))


def visitor_scope(tenant_id: UUID, region_id: str, *, request_id: str | None = None) -> AbstractContextManager[Scope]:
    """What a consortium shows to the public: no persons."""
    return entered(Scope("visitor", tenant_id, region_id, None, request_id))


def region_scope(region_id: str, *, actor_id: UUID | None = None, request_id: str | None = None) -> AbstractContextManager[Scope]:
    """The consortia of one region (ISTAT code, two digits) as its auditor sees them: no persons."""
    return entered(Scope("auditor", None, region_id, actor_id, request_id))


def gatekeeper_scope(*, actor_id: UUID | None = None, request_id: str | None = None) -> AbstractContextManager[Scope]:
    """Accounts, sign-ins and who belongs where; nothing of what consortia do."""
    return entered(Scope("gatekeeper", None, None, actor_id, request_id))


def operator_scope(*, actor_id: UUID | None = None, request_id: str | None = None) -> AbstractContextManager[Scope]:
    """The register of consortia and counts, for who runs the platform."""
    return entered(Scope("operator", None, None, actor_id, request_id))


@contextmanager
def founding(tenant_id: UUID, region_id: str) -> Iterator[None]:
    """Inside an operator's transaction that has just registered a new tenant, become its first member.

    So a consortium is registered and furnished in one transaction: all of a charter, or nothing.
    """
    outer = current_scope.get()
    if outer is None or outer.role != "operator":
        raise OutsideScope("only the operator founds a consortium")
    inner = replace(outer, role="member", tenant_id=tenant_id, region_id=region_id)
    db.session.flush()
    _turn_to(inner)
    try:
        yield
        db.session.flush()
    finally:
        current_scope.set(outer)
    _turn_to(outer)


def _turn_to(scope: Scope) -> None:
    current_scope.set(scope)
    bind(db.session.connection(), scope)
