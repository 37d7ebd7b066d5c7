"""What the schemes are called, and how a code stands to the standard one."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from consortium.codes.models import Scheme
from consortium.codes.services import Loaded
from consortium.web.listing.columns import Label, Tone

SCHEMES: Mapping[str, Label] = {
    Scheme.OCCUPATIONS: _l("Occupations"),
    Scheme.EDUCATION: _l("Levels of education"),
    Scheme.CONTRACTS: _l("Kinds of contract"),
    Scheme.OCCUPATIONAL_STATUS: _l("Occupational statuses"),
    Scheme.LANGUAGES: _l("Languages"),
    Scheme.DRIVING_LICENCES: _l("Driving licences"),
    Scheme.PERMIT_KINDS: _l("Kinds of permit of stay"),
    Scheme.PROTECTED_LISTS: _l("Protected lists"),
    Scheme.DOCUMENT_KINDS: _l("Kinds of document"),
}
STANDINGS: Mapping[str, Label] = {
    "standard": _l("Standard"),
    "renamed": _l("Renamed here"),
    "own": _l("Added here"),
    "hidden": _l("Hidden"),
}
REMOVE = _l("It goes from this table. Only a code that nothing uses can be removed.")
TONES: Mapping[str, Tone] = {"renamed": "primary", "own": "success", "hidden": "warning"}


def loaded(counts: Loaded) -> str:
    """What a file brings in: "1 code is new, 12 were here already." """
    told = (
        (counts.added, ngettext("%(num)s code is new", "%(num)s codes are new", counts.added)),
        (counts.renamed, ngettext("%(num)s has another name or group", "%(num)s have another name or group", counts.renamed)),
        (counts.unchanged, ngettext("%(num)s was here already", "%(num)s were here already", counts.unchanged)),
    )
    return ", ".join(str(words) for count, words in told if count) + "."


def nothing_loaded(faults: int) -> str:
    return str(ngettext("Nothing was loaded: %(num)s row is wrong.", "Nothing was loaded: %(num)s rows are wrong.", faults))
