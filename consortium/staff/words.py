"""The words of the staff's pages."""

from collections.abc import Sequence

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.staff.queries import Stage
from consortium.web.listing.columns import Label, Tone
from consortium.web.policy import ROLE_LABELS, STAFF

ROLES: dict[str, Label] = {role.value: ROLE_LABELS[role] for role in STAFF}
# What each role is for, beside its choice in forms.
ROLE_HELP: dict[str, Label] = {
    "administrator": _l("Sees everything, invites and ends, manages members, desks and measures."),
    "coordinator": _l("Sees all cases and the staff; works as a case manager at any desk."),
    "case_manager": _l("Takes in and follows the people of the desks they serve."),
    "reader": _l("Sees figures and lists without persons; changes nothing."),
}
STAGES: dict[str, Label] = {Stage.CURRENT: _l("On staff"), Stage.COMING: _l("To come"), Stage.ENDED: _l("Ended")}
STAGE_TONES: dict[str, Tone] = {Stage.CURRENT: "success", Stage.COMING: "primary", Stage.ENDED: "neutral"}
TRUST: dict[str, Label] = {"entrusted": _l("entrusted")}
SEEN: dict[bool, Label] = {True: _l("Has come in"), False: _l("Not yet")}
SEEN_TONES: dict[bool, Tone] = {True: "neutral", False: "warning"}


def role_choices() -> list[tuple[str, Label, Label]]:
    """(value, words, help) for radio buttons."""
    return [(value, label, ROLE_HELP[value]) for value, label in ROLES.items()]


def ending(name: str, *, awaited: bool, held: Sequence[str]) -> dict[str, str]:
    """Title, text and label of the confirmation: what will happen. `awaited`: invited, not come in yet; `held`: what they follow."""
    if awaited:
        return {
            "title": _("Withdraw the invitation of %(name)s?", name=name),
            "text": _("The link they were sent stops working at once, and they leave the staff list of today."),
            "label": _("Withdraw the invitation"),
        }
    gone = _("They lose access at once, wherever they are signed in, and no longer serve any desk. What they did stays under their name.")
    last = _("The last day on record will be yesterday: to keep today, write it as the last day with “Edit”.")
    left = _("What they follow will wait for others: %(what)s.", what=format_list(held, locale=get_locale())) if held else ""
    return {
        "title": _("End the work of %(name)s here?", name=name),
        "text": f"{gone} {last} {left}".strip(),
        "label": _("End at once"),
    }
