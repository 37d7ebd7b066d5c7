"""What a filter makes of the address: a condition, the words that say so, or the error to show beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from tenants.errors import Problem


class BadFilter(Problem):
    """A filter has a value that it cannot take: 422. `errors`: name of the filter → what is wrong and what to do.

    Raised where there is no form to show it beside (JSON, files); a page shows it and lists nothing.
    """

    status = 422
    title = _l("This list cannot be filtered so")
    remedy = _l("Correct the filter, or remove it.")

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(f"{name}: {error}" for name, error in errors.items()), field=next(iter(errors), None))


class Refused(ValueError):
    """Inside a filter: this value cannot be taken, because (a message for people)."""


@dataclass(frozen=True)
class Pill:
    """A chosen value in words, and the parts of the address that hold it: leaving them out removes it."""

    text: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Made:
    """What a valid value makes: a condition, parameters that statements may name, pills."""

    condition: ColumnElement[bool] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    pills: tuple[Pill, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A filter as it stands in the address. `typed`: what was typed, by parameter, blanks left out."""

    name: str
    label: str
    control: str
    typed: Mapping[str, tuple[str, ...]]
    options: Mapping[str, str]
    made: Made
    error: str | None = None
    fixed: bool = False

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        return ((name, value) for name, values in self.typed.items() for value in values)

    def value(self, parameter: str) -> str:
        """What to show in the field of `parameter`."""
        return next(iter(self.typed.get(parameter, ())), "")


def given(args: Mapping[str, Any], parameter: str) -> tuple[str, ...]:
    """The values of a parameter, from a MultiDict or a plain mapping of strings or lists; blanks left out."""
    several = getattr(args, "getlist", None)
    found = several(parameter) if several else args.get(parameter, ())
    values: Sequence[str] = [found] if isinstance(found, str) else found
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
