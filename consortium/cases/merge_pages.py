"""The pages on which two people become one: who is the other, which data are right, what moves; and two again."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from consortium.cases import comparing, merging, queries, schemas, unions
from consortium.cases.comparing import Compared, One
from consortium.cases.door import blueprint
from consortium.cases.models import Merge, Person
from consortium.cases.pages import Panel, case_file
from consortium.cases.policy import Cases
from consortium.cases.queries import Found
from consortium.cases.search import people
from consortium.trail import labels
from consortium.trail.queries import history
from consortium.web.guard import requires
from consortium.web.intake import Form, told
from tenants.database import db
from tenants.errors import Problem

AT_MOST = 20


@blueprint.route("/cases/<uuid:case_id>/merge", methods=["GET", "POST"])
@requires(Cases.MERGE)
def merge(case_id: UUID) -> ResponseReturnValue:
    """First the other is searched for; then both stand beside each other (`?other=`), and what is right is chosen."""
    file = case_file(case_id)
    if (other := _other(case_id)) is None:
        return _search(file)
    made = merging.plan(file.Person.id, other.Person.id)
    ones = comparing.ones(made)
    form = _form(file, other, ones)
    if form.accepted():
        if answer := form.repeated():
            return answer
        with form.refusing():
            chosen = {"fields": taken(form.data, file.Person, other.Person), "parts": _parts(form.data), "reason": form.data["reason"]}
            done = unions.merge(kept=file.Case, merged=other.Case, follows=form.data["follows"], **chosen)
            flash(_("They are one now: all that was recorded is in this case."), "success")
            return form.done(url_for("cases.merged", merge_id=done.id))
        file, other = case_file(case_id), _other(case_id) or abort(404)
    return form.page("cases/merge.html", file=file, other=other, **_beside(file, other, made, ones))


def _form(file: Found, other: Found, ones: list[One]) -> Form:
    """Whose value is right, field by field: what only the other has is proposed."""
    offered = {column.name: column.stays for one in ones if one.is_offered for column in one.columns}
    proposed = {"follows": unions.followed(file.Case, other.Case), **_missing(file.Person, other.Person), **offered}
    return Form(schemas.merge_form(offered), {"other_id": other.Case.id, **proposed})


def _other(case_id: UUID) -> Found | None:
    try:
        other = UUID(request.args.get("other", ""))
    except ValueError:
        return None
    return None if other == case_id else case_file(other)


def taken(data: dict[str, Any], ours: Person, theirs: Person) -> tuple[str, ...]:
    """The fields of which the merged one's value is right: as said, or as proposed where nothing is said."""
    said = _missing(ours, theirs) | {name: data[name] for name in schemas.PERSON if data[name]}
    return tuple(name for name in schemas.PERSON if said.get(name) == "merged")


def _parts(data: dict[str, Any]) -> merging.Sides:
    """The same of what is known of the person in both records: part → column → whose."""
    return {name: sides for name, sides in data.items() if isinstance(sides, dict)}


def not_choosable(parts: merging.Sides, made: merging.Plan) -> dict[str, list[str]]:
    """What to say of columns of which nobody chooses."""
    offered = made.offered
    unknown = [f"{table}.{name}" for table, sides in parts.items() for name in sides if name not in offered.get(table, ())]
    return {"parts": [_("Nothing of this name is chosen here: %(names)s.", names=", ".join(unknown))]} if unknown else {}


def _missing(ours: Person, theirs: Person) -> dict[str, str]:
    """What only the other's record has is proposed."""
    return {name: "merged" for name in schemas.PERSON if getattr(ours, name) is None and getattr(theirs, name) is not None}


def _beside(file: Found, other: Found, made: merging.Plan, ones: list[One]) -> dict[str, Any]:
    """Field by field what differs and what is the same, in words; what moves or becomes one, and what stands against it."""
    rows = [(name, labels.column("people", name), *(_shown(each.Person, name) for each in (file, other))) for name in schemas.PERSON]
    columns = [(one, column) for one in ones if one.is_offered for column in one.columns]
    offered = [(column.name, _labelled(one, column), column.ours, column.theirs) for one, column in columns]
    followed = ("follows", _("Desk and case manager"), *(_followed(each) for each in (file, other)))
    apart = followed[2] != followed[3]
    return {
        "differing": [*(row for row in rows if row[2] != row[3]), *offered, *([followed] if apart else [])],
        "losing": [each for each in (file, other) if each.case_manager and apart],
        "becoming": [one for one in ones if not (one.is_offered and one.columns)],
        "same": [*((row[1], row[2]) for row in rows if row[2] == row[3]), *([] if apart else [followed[1:3]])],
        "moving": told_counts(made.counts),
        "against": unions.objections(file.Case.id, other.Case.id),
        "to_know": unions.warnings(file.Case.id, other.Case.id),
    }


def _labelled(one: One, column: Compared) -> str:
    return f"{one.title}: {column.label}" if one.several else column.label


def _followed(file: Found) -> str:
    return f"{file.Desk.name} · {file.case_manager or _('nobody yet')}"


def _shown(person: Person, name: str) -> str:
    return labels.shown("people", name, getattr(person, name)) or ""


def told_counts(counts: dict[str, int]) -> list[tuple[str, int]]:
    """(what, how many) of the rows that move."""
    return sorted((str(labels.words_of(table).thing), many) for table, many in counts.items())


def _search(file: Found) -> str:
    text = request.args.get("q", "").strip()[:100]
    person = file.Person
    facts = {name: getattr(person, name) for name in ("codice_fiscale", "surname", "first_name", "born_on", "phone")}
    alike = [] if text else [each for each in queries.known(g.visitor, **facts) if each.case_id != file.Case.id]
    address = url_for("cases.merge", case_id=file.Case.id)
    rows = [row for row in people(text, g.visitor, AT_MOST) if row.case_id != file.Case.id] if text else []
    return render_template("cases/merge_search.html", file=file, text=text, alike=alike, rows=rows, address=address)


def _merge(merge_id: UUID) -> Merge:
    """A merge whose person the visitor may see."""
    return queries.merge(merge_id, g.visitor) or abort(404)


@blueprint.get("/merges/<uuid:merge_id>")
@requires(Cases.MERGE)
def merged(merge_id: UUID) -> str:
    merge = _merge(merge_id)
    file = queries.file_of(merge.kept_id, g.visitor)
    rows = {"moved": told_counts(counted(merge)), "became_one": comparing.became_one(merge.undo)}
    return render_template("cases/merged.html", merge=merge, file=file, entries=history(merge.__tablename__, merge.id), **rows)


def counted(merge: Merge) -> dict[str, int]:
    """Table → how many rows moved, of those that may be told of."""
    counts: dict[str, int] = {}
    for step in merge.undo["moved"]:
        if merging.is_told(merging.named(step["table"])):
            counts[step["table"]] = counts.get(step["table"], 0) + len(step["ids"])
    return counts


@blueprint.post("/merges/<uuid:merge_id>/undo")
@requires(Cases.MERGE)
def undo_merge(merge_id: UUID) -> ResponseReturnValue:
    """What stands against it is told on the page of the merge, from where the case is a click away."""
    merge = _merge(merge_id)
    try:
        unions.undo(merge=merge)
        flash(_("They are two again, as they were."), "success")
    except Problem as problem:
        db.session.rollback()
        flash(told(problem), "warning")
    return redirect(url_for("cases.merged", merge_id=merge_id), 303)


def panel(file: Found) -> Panel:
    """On the overview: that this case is the union of several."""
    merges = [merge for merge in queries.merges_of(file.Person.id) if not merge.undone_on]
    return Panel(Markup(render_template("cases/merges_panel.html", merges=merges)) if merges else Markup())
