"""Words of the desks, for lists, forms and histories."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l

from consortium.desks.models import Channel
from consortium.desks.timetable import DAYS, clock
from consortium.trail.labels import Label, describe, plain
from consortium.web.listing.columns import Tone

CHANNELS: dict[str, Label] = {
    Channel.IN_PERSON: _l("In person"),
    Channel.PHONE: _l("By phone"),
    Channel.VIDEO: _l("By video"),
}
STANDINGS: dict[str, Label] = {"current": _l("In service"), "former": _l("Closed for good"), "expected": _l("To open")}
STANDING_TONES: dict[str, Tone] = {"current": "success", "expected": "primary"}
SERVICE_STANDINGS: dict[str, Label] = {"current": _l("On duty"), "former": _l("Ended"), "expected": _l("To begin")}

DESK_FIELDS: dict[str, Label] = {
    "name": _l("Name"),
    "istat": _l("Municipality"),
    "member_id": _l("Hosted by"),
    "address": _l("Address"),
    "floor_note": _l("How to find it"),
    "phone": _l("Telephone"),
    "email": _l("E-mail"),
    "channels": _l("Channels"),
    "services": _l("Services"),
    "by_appointment": _l("By appointment only"),
    "opened_on": _l("Opened on"),
    "closed_on": _l("Closed on"),
}
HOURS_FIELDS: dict[str, Label] = {
    "weekday": _l("Day"),
    "opens": _l("Opens"),
    "closes": _l("Closes"),
    "valid_from": _l("Holds from"),
    "valid_to": _l("Holds until"),
}
STAFF_FIELDS: dict[str, Label] = {"membership_id": _l("Person"), "valid_from": _l("From"), "valid_to": _l("Until")}


def _window(row: Mapping[str, Any]) -> tuple[str, str]:
    """Tuesday: 8:30–12:00, from 01/03/2025"""
    opens, closes = (clock(time.fromisoformat(row[name])) for name in ("opens", "closes"))
    since = f" ({HOURS_FIELDS['valid_from']}: {plain(row['valid_from'])})" if row.get("valid_from") else ""
    return str(DAYS[row["weekday"]]), f"{opens}–{closes}{since}"


describe("desks", _l("Desk"), DESK_FIELDS, {"channels": CHANNELS}, hidden=("slug",))
describe("opening_hours", _l("Opening hours"), HOURS_FIELDS, {"weekday": DAYS}, hidden=("desk_id",), whole=_window)
describe("desk_staff", _l("Desk staff"), STAFF_FIELDS, hidden=("desk_id",))
