"""What tasks are called on pages, and their colours (the words are always there too)."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from consortium.journal.models import Doer
from consortium.web.listing.columns import Label, Tone
from consortium.web.listing.formats import day as shown

DOERS: Mapping[str, Label] = {Doer.DESK: _l("The desk"), Doer.PERSON: _l("The person")}
STATES: Mapping[str, Label] = {
    "overdue": _l("Overdue"),
    "today": _l("Due today"),
    "open": _l("To do"),
    "done": _l("Done"),
}
TONES: Mapping[str, Tone] = {"overdue": "danger", "today": "warning", "open": "primary", "done": "success"}


def due(due_on: date, today: date) -> str:
    """When something has to be done, as one says it: by when, or how late it is."""
    late = (today - due_on).days
    if late > 0:
        return str(ngettext("Overdue by %(num)s day", "Overdue by %(num)s days", late))
    if late == 0:
        return str(_("Due today"))
    return str(_("By tomorrow")) if late == -1 else str(_("By %(day)s", day=shown(due_on)))
