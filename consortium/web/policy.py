"""Roles of a consortium, and the register of who may do what: a permission that no room grants is nobody's."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Role(StrEnum):
    """Who one is in a consortium (the first four), in a region, or on the platform; what one is entrusted with, beside that."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    CASE_MANAGER = "case_manager"
    READER = "reader"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    # With disability and health data of the people that the other role sees.
    ENTRUSTED = "entrusted"


ROLE_LABELS = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.COORDINATOR: _l("Desk coordinator"),
    Role.CASE_MANAGER: _l("Case manager"),
    Role.READER: _l("Reader"),
    Role.AUDITOR: _l("Regional auditor"),
    Role.OPERATOR: _l("Platform operator"),
    Role.ENTRUSTED: _l("Entrusted with sensitive data"),
}
STAFF = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.CASE_MANAGER, Role.READER)
# Who may be entrusted: those who work with people.
TRUSTABLE = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.CASE_MANAGER)


class Permission(StrEnum):
    """Base of each room's permissions, written `room.verb`."""

    @property
    def concealed(self) -> bool:
        """Whether not even the existence of a page is told to who may not open it: 404 in place of 403."""
        return False


_held: dict[str, frozenset[Role]] = {}


def grant(permissions: Iterable[Permission], *roles: Role) -> None:
    """Give `permissions` to `roles`, on top of whoever holds them already (called by the policy of a room)."""
    for permission in permissions:
        _held[permission] = _held.get(permission, frozenset()) | frozenset(roles)


class Drafts(Permission):
    """Whoever may write in a form may keep a draft of it."""

    KEEP = "drafts.keep"


def may(role: Role, permission: str) -> bool:
    return role in _held.get(permission, frozenset())


def roles_of(role: Role, *, entrusted: bool) -> frozenset[Role]:
    """The roles that count of a member of the staff."""
    return frozenset({role, Role.ENTRUSTED} if entrusted and role in TRUSTABLE else {role})


def holders() -> Mapping[str, frozenset[Role]]:
    """The whole register, for the house's tests and the table of roles in the documentation."""
    return dict(_held)


grant([Drafts.KEEP], *STAFF)
