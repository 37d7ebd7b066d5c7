"""How documents and their standing are called on pages, and in the history."""

from collections.abc import ItemsView, Iterator, Mapping
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from consortium.codes import queries as codes
from consortium.documents.models import Document
from consortium.trail.labels import describe
from consortium.trail.queries import Entry, history
from consortium.web.language import here
from consortium.web.listing import formats
from consortium.web.listing.columns import Label, Tone
from tenants.database import current_scope

SCHEME = "document_kinds"
MEGABYTE = 1024 * 1024
STANDINGS: Mapping[str, Label] = {
    "expired": _l("Expired"),
    "expiring": _l("Expires within 30 days"),
    "valid": _l("In force"),
    "lasting": _l("Does not expire"),
}
TONES: Mapping[str, Tone] = {"expired": "danger", "expiring": "warning", "valid": "success", "lasting": "neutral"}


class Kinds(Mapping[str, Label]):
    """The kinds of document of the consortium in scope (there are none outside), looked up when they are asked for: once a page."""

    def _labels(self) -> dict[str, str]:
        scope = current_scope.get()
        return codes.labels(SCHEME) if scope and scope.tenant_id else {}

    def __getitem__(self, code: str) -> Label:
        return self._labels()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels())

    def __len__(self) -> int:
        return len(self._labels())

    def items(self) -> ItemsView[str, Label]:
        return dict[str, Label](self._labels()).items()


KINDS = Kinds()


def size(count: int) -> str:
    """Bytes as people say them; a MB is that of the bound of 20."""
    if count < 1024:
        return str(_("%(size)s bytes", size=count))
    if count < MEGABYTE:
        return str(_("%(size)s kB", size=formats.number(round(count / 1024), here())))
    tenths = (Decimal(count) / MEGABYTE).quantize(Decimal("0.1"))
    return str(_("%(size)s MB", size=formats.number(tenths.normalize(), here())))


def kinds(session: object) -> Mapping[str, Label]:
    """For a list's filter."""
    return codes.labels(SCHEME)


describe(
    "documents",
    _l("Document"),
    {
        "title": _l("Title"),
        "kind": _l("Kind of document"),
        "dated_on": _l("Date of the document"),
        "expires_on": _l("Expires on"),
        "removed_on": _l("Removed on"),
    },
    hidden=("case_id",),
)
describe(
    "document_versions",
    _l("Version"),
    {},
    whole=lambda version: (str(_("File")), f"{version['number']} – {version['filename']}"),
)
PARTS: Mapping[str, str] = {"document_versions": "document_id"}


def history_of(document: Document) -> list[Entry]:
    """What was changed in a document, newest first; its versions stand in a table of their own."""
    return history("documents", document.id, names=codes.labels(SCHEME))
