"""Writes of code tables: a consortium adds codes, gives others another name, hides what it does not use. Standard rows stay as they are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, func
from sqlalchemy.dialects.postgresql import insert

from consortium.codes import queries, tables
from consortium.codes.models import Code
from tenants.database import db
from tenants.errors import Problem, told_by
from tenants.models import new_id

_AT_ONCE = 1000


class CodeKnown(Problem):
    title = _l("This code is there already")
    remedy = _l("Open it in the list, and change its name; or choose another code.")


class ParentUnknown(Problem):
    title = _l("There is no such group in this table")
    remedy = _l("Write the code of one that is in the list.")


class GroupInside(Problem):
    title = _l("A code cannot be in itself")
    remedy = _l("Choose a group that is not in the code.")


class CodeStays(Problem):
    title = _l("This code cannot be removed")
    remedy = _l("Hide it: it is offered no more, and where it was used it keeps its name.")


@dataclass(frozen=True)
class Loaded:
    """What a file brings in, in codes."""

    added: int
    renamed: int
    unchanged: int


@dataclass(frozen=True)
class Planned:
    """What a file would bring in: rows as they would be written, of those that change with what is known."""

    new: list[dict[str, Any]]
    changed: list[tuple[dict[str, Any], Row[Any]]]
    unchanged: int

    @property
    def counts(self) -> Loaded:
        return Loaded(len(self.new), len(self.changed), self.unchanged)


def add_code(
    *,
    scheme: str,
    label_it: str,
    label_en: str | None = None,
    code: str | None = None,
    parent: str | None = None,
    position: int | None = None,
) -> Code:
    """A code of the consortium's own; without `code`, made of its Italian name. Raises CodeKnown, ParentUnknown, GroupInside."""
    code = code or _made_of(label_it)
    if queries.one(scheme, code):
        raise CodeKnown(_("“%(code)s” is in the table already.", code=code), field="code")
    made = Code(scheme=scheme, code=code, hidden=False)
    with told_by({"uq_codes_tenant_id_scheme_code": CodeKnown(field="code")}):
        _write(made, label_it=label_it, label_en=label_en, parent=parent, position=position)
    return made


def change_code(
    *,
    own: Code | None,
    scheme: str,
    code: str,
    label_it: str,
    label_en: str | None = None,
    parent: str | None = None,
    position: int | None = None,
    hidden: bool,
) -> Code:
    """Other names, another place, hidden or not: in a row of the consortium's own. Raises ParentUnknown, GroupInside, CodeKnown.

    `own`: that row as it was read (None: there was none); who reads it anew here would overwrite what was written meanwhile.
    """
    row = own or Code(scheme=scheme, code=code)
    row.hidden = hidden
    with told_by({"uq_codes_tenant_id_scheme_code": CodeKnown()}):
        _write(row, label_it=label_it, label_en=label_en, parent=parent, position=position)
    return row


def hide_code(*, scheme: str, code: str) -> None:
    """It is offered no more; where it was used it keeps its name."""
    _set_hidden(scheme, code, True)


def show_code(*, scheme: str, code: str) -> None:
    """It is offered again; a row that says no more than the standard one goes."""
    _set_hidden(scheme, code, False)


def _set_hidden(scheme: str, code: str, hidden: bool) -> None:
    row, standard = queries.own(scheme, code), queries.standard(scheme, code)
    if row is None and standard is not None:
        names = {"label_it": standard.label_it, "label_en": standard.label_en, "parent": standard.parent}
        row = Code(scheme=scheme, code=code, **names)
    if row is None:
        return
    row.hidden = hidden
    shown = (row.label_it or row.label_en, row.label_en or row.label_it)
    says_no_more = standard and not row.position and shown == (standard.label_it, standard.label_en)
    if hidden or not says_no_more:
        db.session.add(row)
    elif row in db.session:
        db.session.delete(row)
    db.session.flush()
    tables.forget()


def _write(row: Code, *, label_it: str, label_en: str | None, parent: str | None, position: int | None) -> None:
    groups = queries.groups(row.scheme) if parent else {}
    if parent and parent != row.code and parent not in groups:
        raise ParentUnknown(_("“%(code)s” is not a group of this table.", code=parent), field="parent")
    if queries.comes_back(row.code, {**groups, row.code: parent}):
        raise GroupInside(_("“%(group)s” is in “%(code)s” itself.", group=parent, code=row.code), field="parent")
    row.label_it, row.label_en, row.parent, row.position = label_it, label_en, parent, position or 0
    db.session.add(row)
    db.session.flush()
    tables.forget()


def remove_code(*, scheme: str, code: str) -> None:
    """A code of the consortium's own that nothing uses: it was a mistake. Raises CodeStays."""
    own = queries.added(scheme, code)
    if own is None:
        raise CodeStays(_("“%(code)s” is a standard code.", code=code))
    if not queries.is_told(scheme):
        raise CodeStays(_("Whether anybody has a code of this table is not told, so none is removed."))
    if code in queries.groups(scheme).values():
        raise CodeStays(_("“%(code)s” is the group of other codes.", code=code))
    if queries.is_used(scheme, code):
        raise CodeStays(_("“%(code)s” is used.", code=code))
    db.session.delete(own)
    db.session.flush()
    tables.forget()


def _made_of(label: str) -> str:
    """A code out of a name: "Patente nautica" → "patente-nautica"."""
    folded = db.session.scalar(func.app.fold(label)) or ""
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60] or str(new_id())[:8]


def plan(*, scheme: str, rows: Iterable[dict[str, Any]]) -> Planned:
    """What a file would bring in; `rows`: code, parent, label_it, label_en (None: the name that there is, or none yet), in order."""
    known = queries.known(scheme)
    wanted = [(_as_row(scheme, row, known.get(row["code"]), place), known.get(row["code"])) for place, row in enumerate(rows, start=1)]
    new = [row for row, before in wanted if before is None]
    changed = [(row, before) for row, before in wanted if before is not None and _differs(row, before)]
    return Planned(new, changed, len(wanted) - len(new) - len(changed))


def load_codes(*, scheme: str, rows: Iterable[dict[str, Any]]) -> Loaded:
    """Bring in a whole classification: what is new comes, what has another name is renamed, nothing goes."""
    planned = plan(scheme=scheme, rows=rows)
    written = [*planned.new, *(row for row, _before in planned.changed)]
    statement = insert(Code)
    renewed = {name: statement.excluded[name] for name in ("parent", "label_it", "label_en")}
    upward = statement.on_conflict_do_update(
        index_elements=["tenant_id", "scheme", "code"], set_={**renewed, "revision": Code.revision + 1}
    )
    for first in range(0, len(written), _AT_ONCE):
        db.session.execute(upward, written[first : first + _AT_ONCE])
    tables.forget()
    return planned.counts


def _as_row(scheme: str, row: dict[str, Any], known: Any, place: int) -> dict[str, Any]:
    # A file's codes stand behind the standard ones, in the order of the file.
    return {
        "scheme": scheme,
        "code": row["code"],
        "parent": row["parent"] or (known.parent if known else None),
        "label_it": row["label_it"] or (known.given_it if known else None),
        "label_en": row["label_en"] or (known.given_en if known else None),
        "position": 0 if known else 1000 + place,
    }


def _differs(row: dict[str, Any], known: Row[Any]) -> bool:
    return bool((row["parent"], row["label_it"], row["label_en"]) != (known.parent, known.given_it, known.given_en))
