"""What stored values are called on pages, and how a person stands with the notice, in a sentence."""

import re
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.cases.queries import Found
from consortium.notices.models import How, Notice, Seen, State
from consortium.notices.queries import Standing
from consortium.web.listing.columns import Label, Tone
from consortium.web.listing.formats import day

HOWS: Mapping[str, Label] = {
    How.SIGNED: _l("Signed on paper"),
    How.READ: _l("Read at the desk"),
    How.MAILED: _l("By e-mail"),
}
STATES: Mapping[str, Label] = {
    State.TO_COME: _l("Not in force yet"),
    State.IN_FORCE: _l("In force"),
    State.SUPERSEDED: _l("No longer in force"),
}
TONES: Mapping[str, Tone] = {State.TO_COME: "primary", State.IN_FORCE: "success", State.SUPERSEDED: "neutral"}
SEEN: Mapping[str, Label] = {
    Seen.MISSING: _l("Still missing"),
    Seen.EARLIER: _l("An earlier version"),
    Seen.ACKNOWLEDGED: _l("Acknowledged"),
}
SEEN_TONES: Mapping[str, Tone] = {Seen.MISSING: "warning", Seen.EARLIER: "warning", Seen.ACKNOWLEDGED: "success"}
STANDS: Mapping[str, Label] = {"to_do": _l("To be acknowledged"), **SEEN}


def version(of: Found) -> str:
    """Version 2 of 01/03/2026"""
    return str(_("Version %(number)s of %(day)s", number=of.number, day=day(of.in_force_from)))


def told(standing: Standing) -> str:
    """Which version a person has acknowledged, and whether there is a newer one; "" where they have acknowledged none."""
    if not standing.acknowledged:
        return ""
    newest = standing.acknowledged[0]
    said = {"version": version(newest), "day": day(newest.on_date)}
    if standing.state == Seen.ACKNOWLEDGED:
        return str(_("%(version)s, acknowledged on %(day)s.", **said))
    return str(_("%(version)s, acknowledged on %(day)s: there is a newer version.", **said))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: a blank line begins one."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def removal(notice: Notice) -> dict[str, str]:
    """The words of the question before a version is removed."""
    return {
        "title": _("Remove version %(number)s?", number=notice.number),
        "text": _("It was to come into force on %(day)s. Nobody has acknowledged it yet.", day=day(notice.in_force_from)),
        "label": _("Remove the version"),
    }


def mistake(of: Found) -> dict[str, str]:
    """The words of the question before an acknowledgement (`number`, `on_date`) is removed."""
    return {
        "title": _("Remove the acknowledgement?"),
        "text": _(
            "That the person has seen version %(number)s, on %(day)s, was recorded by mistake. The history of the case keeps it.",
            number=of.number,
            day=day(of.on_date),
        ),
        "label": _("Remove the acknowledgement"),
    }
