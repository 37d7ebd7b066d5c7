"""A consortium is founded whole or not at all, and when it ends nothing of it stays."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import Connection, func, insert, select, text

from consortium.cases.models import Person
from consortium.identity.models import Account, AccountToken, SignIn
from consortium.identity.services import endow, join_staff, open_sign_in
from consortium.network.models import Member
from tenants import charter, founding, scope
from tenants.charter import CharterInvalid
from tenants.database import Base, db
from tenants.errors import Problem
from tenants.models import Tenant, new_id
from tests.factories import Founded, charter_text

TENANT_TABLES = sorted(name for name, table in Base.metadata.tables.items() if table.info.get("kind") == "tenant")


def delete(founded: Founded, *, forced: bool = True) -> None:
    with founded.app.app_context(), scope.operator_scope():
        founding.suspend(founded.id)
        founding.delete(founded.id, forced=forced)
        db.session.commit()


def rows_of(owner: Connection, tenant_id: UUID) -> dict[str, int]:
    """Table → rows of a consortium, as its owner sees them (row security holds for it too: so as this consortium)."""
    owner.execute(text("SELECT set_config('app.tenant', :tenant, true)"), {"tenant": str(tenant_id)})
    count = {}
    for name in TENANT_TABLES:
        table = Base.metadata.tables[name]
        count[name] = owner.execute(select(func.count()).select_from(table).where(table.c.tenant_id == tenant_id)).scalar_one()
    owner.rollback()
    return count


def add_person(founded: Founded) -> None:
    with founded.scope():
        facts = {"surname": "Prova", "first_name": "Ada", "sex": "F", "born_on": date(1980, 1, 1), "birthplace": "Trecate"}
        db.session.execute(insert(Person).values(id=new_id(), citizenship="Italia", residence="Trecate", **facts))
        db.session.commit()


def test_after_its_end_no_row_is_left_and_another_is_untouched(owner: Connection, trecate: Founded, other: Founded) -> None:
    add_person(trecate)
    before, neighbour = rows_of(owner, trecate.id), rows_of(owner, other.id)
    assert before["trail"] > 0
    assert before["people"] == 1
    delete(trecate)
    assert set(rows_of(owner, trecate.id).values()) == {0}
    assert rows_of(owner, other.id) == neighbour
    assert owner.execute(select(func.count()).where(Tenant.id == trecate.id)).scalar_one() == 0


def test_accounts_go_unless_they_are_somebody_elses_too(app: Flask, owner: Connection, trecate: Founded, other: Founded) -> None:
    shared, auditing, gone = trecate.email("reader"), trecate.email("coordinator"), trecate.email("admin")
    with other.scope():
        join_staff(email=shared, name="Somebody", role="reader", valid_from=date(2022, 1, 1))
        db.session.commit()
    endow(owner, email=auditing, name="Auditor", region_id="01")
    owner.commit()
    sign_in(app, gone)
    sign_in(app, shared)
    delete(trecate)
    left = set(owner.execute(select(Account.email).where(Account.email.endswith(f"@{trecate.slug}.example"))).scalars())
    assert left == {shared, auditing}
    for table in (SignIn, AccountToken):
        assert owner.execute(select(func.count()).where(table.account_id.not_in(select(Account.id)))).scalar_one() == 0
    assert owner.execute(select(func.count()).select_from(SignIn).join(Account).where(Account.email == shared)).scalar_one() == 1


def sign_in(app: Flask, email: str) -> None:
    with app.app_context(), scope.gatekeeper_scope():
        account = db.session.execute(select(Account.id).where(Account.email == email)).scalar_one()
        open_sign_in(account_id=account, browser="pytest")
        db.session.commit()


def test_one_at_work_or_not_exported_is_not_deleted(app: Flask, owner: Connection, trecate: Founded) -> None:
    before = rows_of(owner, trecate.id)
    with app.app_context(), scope.operator_scope(), pytest.raises(founding.NotSuspended):
        founding.delete(trecate.id, forced=True)
    with pytest.raises(founding.NotExported):
        delete(trecate, forced=False)
    assert rows_of(owner, trecate.id) == before


def test_the_operator_deletes_no_row_but_with_the_whole(app: Flask, trecate: Founded) -> None:
    """Else a deletion as the operator would leave no trail."""
    with app.app_context(), scope.operator_scope():
        connection = db.session.connection()
        allowed = text("SELECT relname FROM pg_class WHERE relkind = 'r' AND has_table_privilege('operator', oid, 'DELETE')")
        assert connection.execute(allowed).scalars().all() == []


def test_its_deletions_are_in_the_trail(trecate: Founded) -> None:
    with trecate.scope():
        member = db.session.execute(select(Member).where(Member.istat == "003104")).scalar_one()
        db.session.delete(member)
        db.session.commit()
        last = db.session.execute(text("SELECT action FROM trail WHERE row_id = :id ORDER BY id DESC LIMIT 1"), {"id": member.id})
        assert last.scalar_one() == "delete"


@pytest.fixture
def text_of() -> tuple[str, str]:
    slug = f"nuovo-{uuid4().hex[:12]}"
    return slug, charter_text(slug)


def test_a_row_that_a_room_refuses_is_named_with_its_line(app: Flask, text_of: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The document is well formed, and yet the second member is not taken."""
    slug, document = text_of

    class TooFar(Problem):
        title = "This member is too far away"

    members = next(section for section in charter.registered() if section.name == "members")

    def refuse(rows: list[charter.Row]) -> None:
        if any(row["istat"] == "003049" for row in rows):
            raise TooFar(field="istat")

    monkeypatch.setattr(founding, "registered", lambda: (charter.Section("members", members.schema, refuse), *_others("members")))
    with app.app_context(), scope.operator_scope(), pytest.raises(CharterInvalid) as invalid:
        founding.establish(document)
    [error] = invalid.value.errors
    line = document[: document.index('istat = "003049"')].count("\n") + 1
    assert (error.line, error.field, error.message) == (line, "members[1].istat", "This member is too far away.")
    assert not _registered(app, slug)


@pytest.mark.parametrize(
    ("before", "field", "rule"),
    [
        ("valid_to = 2030-12-31", "measures[0].valid_to", "valid_to >= valid_from"),
        ("valid_from = 2022-01-01\n[[staff]]", "staff[0].valid_to", "valid_to >= valid_from - 1"),
    ],
)
def test_a_rule_of_the_database_names_the_field_and_itself(
    app: Flask, text_of: tuple[str, str], before: str, field: str, rule: str
) -> None:
    slug, document = text_of
    ends = "valid_to = 2020-12-31"
    backwards = document.replace(before, ends if before.startswith("valid_to") else before.replace("\n", f"\n{ends}\n"), 1)
    with app.app_context(), force_locale("en"), scope.operator_scope(), pytest.raises(CharterInvalid) as invalid:
        founding.establish(backwards)
    [error] = invalid.value.errors
    line = backwards[: backwards.index(ends)].count("\n") + 1
    assert (error.line, error.field, error.message) == (line, field, f"The database does not take this ({rule}).")
    assert not _registered(app, slug)


def _others(name: str) -> list[charter.Section]:
    return [section for section in charter.registered() if section.name != name]


def _registered(app: Flask, slug: str) -> bool:
    with app.app_context(), scope.operator_scope():
        return db.session.execute(select(Tenant.id).where(Tenant.slug == slug)).first() is not None


def test_a_second_founding_with_one_id_or_slug_is_told(app: Flask, text_of: tuple[str, str]) -> None:
    slug, document = text_of
    with app.app_context(), scope.operator_scope():
        tenant_id = founding.establish(document).id
        db.session.commit()
    for again, same in ((document, None), (document.replace(slug, f"{slug}-bis"), tenant_id)):
        with app.app_context(), force_locale("en"), scope.operator_scope(), pytest.raises(CharterInvalid) as invalid:
            founding.establish(again, tenant_id=same)
        assert [(error.line, error.field) for error in invalid.value.errors] == [(3, "consortium.slug")]
