"""Order of a list, and the rows beyond a place in it (keyset paging: an index seeks the place, nothing is skipped over).

Order is total: sort keys, then the tiebreak. Empty values come last, whichever way a column is sorted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, UnaryExpression, and_, false, literal, or_

from consortium.web.listing.columns import Expression, type_of


@dataclass(frozen=True)
class Key:
    """One sort key. `name` is its name in the row; `backwards`: the list is being read from its end."""

    name: str
    expression: Expression
    descending: bool = False
    required: bool = False
    backwards: bool = False

    def reversed(self) -> "Key":
        return replace(self, descending=not self.descending, backwards=not self.backwards)

    def clause(self) -> UnaryExpression[Any]:
        """Its term of ORDER BY."""
        ordered = self.expression.desc() if self.descending else self.expression.asc()
        if self.required:
            return ordered
        return ordered.nulls_first() if self.backwards else ordered.nulls_last()

    def bound(self, value: Any) -> BindParameter[Any]:
        """The value as a parameter of the key's type: a bare True would not be compared with, but tested by IS."""
        return literal(value, type_of(self.expression))

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """Rows that come after `value` by this key alone."""
        if value is None:
            return self.expression.is_not(None) if self.backwards else false()
        bound = self.bound(value)
        past = self.expression < bound if self.descending else self.expression > bound
        return past if self.required or self.backwards else or_(past, self.expression.is_(None))

    def same(self, value: Any) -> ColumnElement[bool]:
        return self.expression.is_(None) if value is None else self.expression == self.bound(value)

    def reached(self, value: Any) -> ColumnElement[bool]:
        """Rows at `value` or beyond: one range of an index (only for required keys)."""
        bound = self.bound(value)
        return self.expression <= bound if self.descending else self.expression >= bound


def backwards(keys: Sequence[Key]) -> tuple[Key, ...]:
    return tuple(key.reversed() for key in keys)


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows after the one that has these keys: beyond by the first, or equal in it and beyond by the second, …"""
    pairs = list(zip(keys, values, strict=True))
    steps = [
        and_(*(earlier.same(equal) for earlier, equal in pairs[:place]), key.beyond(value)) for place, (key, value) in enumerate(pairs)
    ]
    first, value = pairs[0]
    # The disjunction cannot be sought in an index; the bound on its first key, which it implies, can.
    return and_(first.reached(value), or_(*steps)) if first.required else or_(*steps)
