"""Drafts of long forms, saved by themselves while one types. A view opts in with one line:

    @blueprint.route("/cases/new", methods=["GET", "POST"])
    @requires(Cases.WRITE)
    @drafted
    def take_in() -> …: form = Form(…)

The rest is done by `Form` (it offers the draft, and forgets it when the form is done) and by the macro `form_open` (it says where
drafts go). A draft is its author's alone and of one opening of the form (its id is the form's `once`): two windows, two drafts. It is kept
for DAYS days, and holds what the fields of the form held, however wrong.
Never opt in a form of sensitive data: what is read in there is written down with a reason, and a draft would be read without one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app, g, request
from sqlalchemy import and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from consortium.web.fields import storable
from consortium.web.models import Draft, Submission
from tenants.database import db
from tenants.models import new_id

DAYS = 30
LONGEST = 64 * 1024  # bytes of a draft
MOST_FIELDS = 300
MOST = 10  # drafts of one form
# In the address, the draft to go on with; in the form, the one that it went on with.
RESUME = "draft"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Kept:
    """A draft as a form offers it: its `form` is the address of the page."""

    id: UUID
    form: str
    saved_at: datetime
    values: Mapping[str, Any]
    resumed: bool = False

    def typed(self) -> MultiDict[str, str]:
        """What was typed, as the form would send it."""
        pairs = [(name, each) for name, value in self.values.items() for each in (value if isinstance(value, list) else [value])]
        return MultiDict(pairs)


def drafted(view: View) -> View:
    """Declare that the form of a view is saved as a draft while one types."""
    vars(view).update(drafted=True)
    return view


def here() -> bool:
    """Whether this page's form keeps drafts."""
    return bool(g.get("visitor") and g.visitor.account and _is_drafted(request.endpoint))


def _is_drafted(endpoint: str | None) -> bool:
    return bool(getattr(current_app.view_functions.get(endpoint or ""), "drafted", False))


def offered() -> Kept | None:
    """The visitor's draft of this page's form: the one to go on with, where the address says so, else the last."""
    recent, wanted = Draft.saved_at > datetime.now(UTC) - timedelta(days=DAYS), as_id(request.args.get(RESUME))
    mine = select(Draft).where(*_mine(request.path), recent)
    found = db.session.scalars(mine.order_by((Draft.id == wanted).desc().nulls_last(), Draft.saved_at.desc()).limit(1)).first()
    return Kept(found.id, found.form, found.saved_at, found.values, found.id == wanted) if found else None


def _mine(form: str) -> tuple[Any, ...]:
    return Draft.account_id == g.visitor.account.id, Draft.form == form


def as_id(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def keep(form: str, values: Mapping[str, Any]) -> datetime | None:
    """Save a draft of the form at an address; None where it was sent meanwhile, and there is nothing to keep.

    It takes the place of the one that the form went on with. Beyond the last MOST of a form, drafts go; so does at the same time what is
    older than DAYS days, whoever wrote it.
    """
    once = as_id(values.get("once")) or new_id()
    if _was_sent(once):
        return None
    now = datetime.now(UTC)
    kept = {name: value for name, value in values.items() if name not in ("once", RESUME)}
    statement = upsert(Draft).values(id=once, account_id=g.visitor.account.id, form=form, values=kept, saved_at=now)
    changed = {"values": kept, "saved_at": now}
    db.session.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=changed, where=and_(*_mine(form))))
    last = select(Draft.id).where(*_mine(form)).order_by(Draft.saved_at.desc()).offset(MOST)
    forget(form, [as_id(values.get(RESUME)), *db.session.scalars(last)])
    db.session.execute(delete(Draft).where(Draft.saved_at < now - timedelta(days=DAYS)))
    return now


def _was_sent(once: UUID) -> bool:
    return bool(db.session.scalar(select(func.count()).select_from(Submission).where(Submission.id == Submission.of(once))))


def forget(form: str, ids: Iterable[UUID | None]) -> None:
    """Drafts of a form that was done, or that are not wanted."""
    db.session.execute(delete(Draft).where(*_mine(form), Draft.id.in_([each for each in ids if each])))


def forget_all(form: str) -> None:
    """Whatever window they were written in: what they would have changed has been saved since."""
    db.session.execute(delete(Draft).where(*_mine(form)))


def address_of(text: str) -> str | None:
    """The path, where it is that of a form of this consortium that keeps drafts, and that the visitor may open; else None."""
    path = urlsplit(text).path
    try:
        endpoint, values = current_app.url_map.bind("localhost", script_name=request.script_root or "/").match(path, method="POST")
    except (HTTPException, RequestRedirect):
        return None
    view: Any = current_app.view_functions.get(endpoint)
    permitted = getattr(view, "permission", None) is not None and g.visitor.may(view.permission)
    return path if _is_drafted(endpoint) and permitted and values.get("tenant") == g.tenant_slug else None


def as_sent(body: Any) -> tuple[str, dict[str, Any]] | None:
    """(address, name → text or texts) of a draft as the page's script sends it, {"form": …, "values": {…}}; None where it is no draft."""
    if not isinstance(body, dict) or not isinstance(body.get("form"), str) or not isinstance(body.get("values"), dict):
        return None
    values = body["values"]
    if len(values) > MOST_FIELDS or not all(_is_text(value) for value in values.values()) or not all(map(storable, values)):
        return None
    return body["form"], values


def _is_text(value: Any) -> bool:
    return (
        storable(value)
        if isinstance(value, str)
        else isinstance(value, list) and all(isinstance(each, str) and storable(each) for each in value)
    )
