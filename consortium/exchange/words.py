"""Words of imports, for pages: states, kinds, columns, problems."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.exchange import batches, services, undoing
from consortium.exchange.faults import Fault
from consortium.exchange.files import FileRefused
from consortium.exchange.kinds import LAYOUTS, MODES, OUTCOMES, SEXES
from consortium.exchange.models import BatchState, ImportBatch, Kind
from consortium.exchange.writing import ChangedMeanwhile
from consortium.trail import labels
from consortium.web.listing.columns import Label, Tone

STATES: dict[str, Label] = {
    BatchState.RECEIVED: _l("To be checked"),
    BatchState.CHECKING: _l("Being checked"),
    BatchState.CHECKED: _l("Checked, to be applied"),
    BatchState.APPLYING: _l("Being applied"),
    BatchState.APPLIED: _l("Applied"),
    BatchState.UNDOING: _l("Being undone"),
    BatchState.UNDONE: _l("Undone"),
    BatchState.FAILED: _l("Stopped"),
    BatchState.DISCARDED: _l("Discarded"),
}
TONES: dict[Any, Tone] = {
    BatchState.RECEIVED: "warning",
    BatchState.CHECKING: "primary",
    BatchState.CHECKED: "warning",
    BatchState.APPLYING: "primary",
    BatchState.APPLIED: "success",
    BatchState.UNDOING: "primary",
    BatchState.FAILED: "danger",
}
WORK = {
    BatchState.CHECKING: _l("The files are being checked: nothing is written yet"),
    BatchState.APPLYING: _l("The rows are being written"),
    BatchState.UNDOING: _l("The import is being undone"),
}
UNDO = _l(
    "The rows that this import inserted will be removed, and those that it changed will be as before. "
    "If somebody has worked on them since, nothing is undone."
)
DISCARD = _l("The uploaded files will be deleted. Nothing of them was brought in.")
INTERRUPTED = (_l("The work was interrupted"), _l("Nothing was written. Check the files again."))
_PROBLEMS = {
    each.__name__: each
    for each in (
        FileRefused,
        ChangedMeanwhile,
        batches.FoundOtherwise,
        batches.StepRefused,
        services.AnotherImportRuns,
        services.RowsRejected,
        undoing.LaterWork,
    )
}
# Values of the database, as the files write them.
_VALUES: dict[str, dict[str, str]] = {
    name: {str(value): written for written, value in reversed(values.items())}
    for name, values in (("outcome", OUTCOMES), ("mode", MODES), ("sex", SEXES))
}


def told(batch: ImportBatch) -> tuple[str, str, str] | None:
    """Why the work stopped: (what happened, detail, what to do), or None where it did not."""
    if not batch.problem:
        return None
    name, _colon, detail = batch.problem.partition(":")
    known = _PROBLEMS.get(name)
    if known is undoing.LaterWork:
        detail = ", ".join(_things(each) for each in detail.split())
    return (str(known.title), detail, str(known.remedy)) if known else (str(INTERRUPTED[0]), "", str(INTERRUPTED[1]))


def _things(counted: str) -> str:
    """`people=2` in words."""
    table, _equals, count = counted.partition("=")
    thing = str(labels.words_of(table).thing)
    return f"{thing}: {count}" if count else thing


def kind(value: str | None) -> str:
    return str(LAYOUTS[Kind(value)].label) if value else _("Not recognised")


def column(kind: str, name: str) -> str:
    """The words of a column; "" for the whole row."""
    shown = {"desk_id": "desk", "case_manager_id": "case_manager"}.get(name, name)
    found = LAYOUTS[Kind(kind)].by_name.get(shown)
    return str(found.label) if found else ""


def fault(details: dict[str, Any]) -> Fault:
    return Fault(**details)


def value(name: str, told: str | None) -> str | None:
    """A value of a difference, as people write it."""
    if told is None:
        return None
    if len(told) == 10 and told[4] == told[7] == "-":
        return f"{told[8:10]}/{told[5:7]}/{told[:4]}"
    return _VALUES.get(name, {}).get(told, told)
