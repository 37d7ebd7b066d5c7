"""A code table as a mapping, for words of values: `Table("education").get("Diploma")`. Read once a transaction, in the page's language."""

from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

from flask_babel import get_locale
from sqlalchemy.orm import SessionTransaction

from consortium.codes import queries
from consortium.codes.models import Scheme
from tenants.database import db

_SHORT = tuple(scheme for scheme in Scheme if scheme not in queries.LONG)
_read: WeakKeyDictionary[SessionTransaction, dict[str, list[queries.Entry]]] = WeakKeyDictionary()


def entries(scheme: str) -> list[queries.Entry]:
    """The codes of a short scheme: all short schemes are read together, by one statement."""
    language = str(get_locale())
    kept = _read.setdefault(_transaction(), {})
    if f"{language}:{scheme}" not in kept:
        kept.update({f"{language}:{each}": [] for each in _SHORT})
        for entry in queries.entries(*_SHORT):
            kept[f"{language}:{entry.scheme}"].append(entry)
    return kept[f"{language}:{scheme}"]


def _transaction() -> SessionTransaction:
    session = db.session()
    return session.get_transaction() or session.begin()


def forget() -> None:
    """After a change of codes, within its transaction."""
    _read.pop(_transaction(), None)


class Table(Mapping[str, str]):
    """Code → name: any code is found, hidden ones too; what it lists (`items()`) is what is offered."""

    def __init__(self, scheme: Scheme) -> None:
        if scheme in queries.LONG:
            raise ValueError(f"{scheme} is too long to be read whole: ask queries.named")
        self.scheme = scheme

    def __getitem__(self, code: str) -> str:
        return {entry.code: entry.label for entry in entries(self.scheme)}[code]

    def __iter__(self) -> Iterator[str]:
        return (entry.code for entry in entries(self.scheme) if not entry.hidden)

    def __len__(self) -> int:
        return sum(1 for _code in self)

    def offered(self, *keep: str | None) -> list[tuple[str, str]]:
        """(code, name) of what is offered, and of those to keep though they are hidden."""
        return [(entry.code, entry.label) for entry in entries(self.scheme) if not entry.hidden or entry.code in keep]
