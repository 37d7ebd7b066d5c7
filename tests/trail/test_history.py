"""The history of a row: who, when, what, from what to what."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from consortium.desks.models import Desk, OpeningHours
from consortium.identity.models import Membership
from consortium.trail import labels
from consortium.trail.queries import history
from tenants import scope
from tenants.database import db
from tests.factories import Founded


def rename_desk(consortium: Founded, name: str) -> None:
    """As the administrator would: their account stands behind the change."""
    with consortium.scope():
        actor = db.session.execute(
            select(Membership.account_id).where(Membership.id == consortium.staff[consortium.email("admin")])
        ).scalar_one()
    with consortium.app.app_context(), scope.tenant_scope(consortium.id, consortium.region_id, actor_id=actor, request_id="r1"):
        db.session.execute(select(Desk).where(Desk.slug == "trecate")).scalar_one().name = name
        db.session.commit()


def test_a_change_says_who_and_from_what_to_what(trecate: Founded) -> None:
    labels.describe("desks", _l("Desk"), {"name": _l("Name")})
    rename_desk(trecate, "Sportello di Trecate")
    with trecate.scope():
        last, *_ = entries = history("desks", trecate.desks["trecate"])
        assert [entry.action for entry in entries] == ["update", "insert"]
        assert (last.who, last.request_id) == ("Admin", "r1")
    with trecate.app.test_request_context():
        assert [(before, after) for _, before, after in last.changes] == [("Trecate", "Sportello di Trecate")]
        assert entries[-1].who != "Admin"


def test_parts_are_found_by_their_birth_even_when_gone(trecate: Founded) -> None:
    with trecate.scope():
        window = db.session.execute(
            select(OpeningHours).where(OpeningHours.desk_id == trecate.desks["trecate"]).order_by(OpeningHours.opens).limit(1)
        ).scalar_one()
        db.session.delete(window)
        db.session.commit()
    with trecate.scope():
        found = history("desks", trecate.desks["trecate"], parts={"opening_hours": "desk_id"})
        hours = [entry for entry in found if entry.table == "opening_hours"]
        assert [entry.action for entry in hours] == ["delete", "insert"]
    with trecate.app.test_request_context():
        # One line a window, and the two that were born in one transaction told together.
        assert [[change[1:] for change in entry.changes] for entry in hours] == [
            [("8:30–12:00", None)],
            [(None, "8:30–12:00"), (None, "14:30–17:30")],
        ]


def test_the_history_of_another_consortium_is_empty(trecate: Founded, other: Founded) -> None:
    with other.scope():
        assert history("desks", trecate.desks["trecate"], parts={"opening_hours": "desk_id"}) == []


def test_values_are_told_in_words(trecate: Founded) -> None:
    with trecate.app.app_context():
        assert labels.plain("2023-10-31") == "31/10/2023"
        assert labels.plain("08:30:00") == "08:30"
        assert labels.plain("2023-10-31T08:05:00+00:00") == "31/10/2023 09:05"
        assert labels.shown("nothing", "channels", ["phone", "video"]) == "phone, video"
        assert labels.shown("nothing", "note", "") is None
        assert labels.shown("agreements", "reimbursed_up_to", 350000.0) == "350.000,00"
