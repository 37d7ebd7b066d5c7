"""The lists of the desks, of who serves them, and of a region's consortia. Each is told of a day, today unless another is asked for."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import g, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, Select, or_, true

from consortium.desks import labels, oversight, queries
from consortium.desks.models import Desk, DeskStaff
from consortium.desks.policy import Desks
from consortium.desks.queries import REQUIRED_HOURS, STAFF_COUNT, WEEKLY_HOURS, desk_options
from consortium.identity.models import Membership
from consortium.network.models import Member
from consortium.network.queries import member_options, standing
from consortium.web.listing.columns import Column, LinkMaker
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import AsOf, Choice, Text
from consortium.web.policy import ROLE_LABELS
from tenants.models import Municipality, Tenant

AS_OF = AsOf("as_of", _l("As of"))


def _opens(key: str) -> LinkMaker:
    """Links of rows to the page of a desk; `key` names what holds its id in the row."""

    def make() -> Callable[[Row[Any]], str]:
        sample = UUID(int=0)
        pattern = url_for("desks.desk", desk_id=sample)
        return lambda row: pattern.replace(str(sample), str(getattr(row, key)))

    return make


def _opens_consortium() -> Callable[[Row[Any]], str]:
    pattern = url_for("regions.consortium", consortium="consortium-slug")
    return lambda row: pattern.replace("consortium-slug", row.slug)


def _creates() -> str | None:
    return url_for("desks.new") if g.visitor.may(Desks.MANAGE) else None


def _by_hours(values: Sequence[str]) -> ColumnElement[bool]:
    conditions: dict[str, ColumnElement[bool]] = {
        "few": WEEKLY_HOURS < REQUIRED_HOURS,
        "enough": WEEKLY_HOURS >= REQUIRED_HOURS,
        "unknown": WEEKLY_HOURS.is_(None),
    }
    return or_(*(conditions[value] for value in values))


DESKS = Listing(
    name="desks",
    title=_l("Desks"),
    tiebreak=Desk.id,
    order=("name",),
    columns=(
        Column("name", _l("Name"), Desk.name, required=True, link=_opens("key")),
        Column("municipality", _l("Municipality"), Municipality.name, required=True),
        Column("host", _l("Hosted by"), Member.name),
        Column("phone", _l("Telephone"), Desk.phone, sortable=False),
        Column("by_appointment", _l("By appointment only"), Desk.by_appointment, kind="yesno"),
        Column("weekly_hours", _l("Hours a week"), WEEKLY_HOURS, kind="number"),
        Column("staff", _l("Staff"), STAFF_COUNT, kind="number", required=True),
        Column(
            "standing",
            _l("State"),
            standing(Desk.opened_on, Desk.closed_on),
            kind="state",
            labels=labels.STANDINGS,
            tones=labels.STANDING_TONES,
        ),
    ),
    filters=(
        Text("q", _l("Name, place or address"), (Desk.name, Municipality.name, Desk.address)),
        Choice("member", _l("Hosted by"), Desk.member_id, options=member_options),
        Choice("channel", _l("Channel"), options=labels.CHANNELS, condition=lambda values: Desk.channels.contains(list(values))),
        Choice(
            "hours",
            _l("Hours a week"),
            options={"few": _l("Fewer than 20"), "enough": _l("20 or more"), "unknown": _l("Not recorded")},
            condition=_by_hours,
        ),
        AS_OF,
        # The statement reads it: without, only desks open on the day.
        Choice("period", _l("Period"), options={"ever": _l("Closed and future desks too")}, condition=lambda values: true(), multiple=True),
    ),
    phone=("name", "municipality", "weekly_hours"),
    empty=Empty(_l("Here will stand the desks, with their hours and staff."), _l("Add a desk"), _creates),
)
STAFF = Listing(
    name="desk-staff",
    title=_l("Who serves the desks"),
    tiebreak=DeskStaff.id,
    order=("person", "desk"),
    keys={"desk_id": DeskStaff.desk_id},
    columns=(
        Column("person", _l("Person"), Membership.name, required=True, link=_opens("desk_id")),
        Column("desk", _l("Desk"), Desk.name, required=True),
        Column("role", _l("Role"), Membership.role, required=True, labels=ROLE_LABELS),
        Column("email", _l("E-mail"), Membership.email, required=True),
        Column("valid_from", _l("From"), DeskStaff.valid_from, kind="date", required=True),
        Column("valid_to", _l("Until"), DeskStaff.valid_to, kind="date"),
        Column(
            "standing",
            _l("State"),
            standing(DeskStaff.valid_from, DeskStaff.valid_to),
            kind="state",
            labels=labels.SERVICE_STANDINGS,
            tones=labels.STANDING_TONES,
        ),
    ),
    filters=(
        Text("q", _l("Name or e-mail"), (Membership.name, Membership.email)),
        Choice("desk", _l("Desk"), DeskStaff.desk_id, options=desk_options),
        AS_OF,
        Choice("period", _l("Period"), options={"ever": _l("Past and future staff too")}, condition=lambda values: true(), multiple=True),
    ),
    phone=("person", "desk", "valid_to"),
    empty=Empty(_l("Here will stand who serves which desk.")),
)
CONSORTIA = Listing(
    name="region-consortia",
    title=_l("Consortia of the region"),
    tiebreak=Tenant.id,
    order=("name",),
    keys={"slug": Tenant.slug},
    columns=(
        Column("name", _l("Name"), Tenant.name, required=True, link=_opens_consortium),
        Column("lead_body", _l("Lead body"), Tenant.lead_body, required=True),
        Column("members", _l("Members"), oversight.MEMBER_COUNT, kind="number", required=True),
        Column("desks", _l("Desks"), oversight.DESK_COUNT, kind="number", required=True),
        Column("weekly_hours", _l("Hours a week"), oversight.HOURS_TOTAL, kind="number"),
    ),
    filters=(Text("q", _l("Name or lead body"), (Tenant.name, Tenant.lead_body)), AS_OF),
    phone=("name", "desks", "weekly_hours"),
    empty=Empty(_l("Here will stand the consortia of the region.")),
)


def desks() -> Select[Any]:
    """Those open on the day; those of any day where the address asks for them."""
    return queries.desks(ever=request.args.get("period") == "ever")
