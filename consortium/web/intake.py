"""What comes in: form data or JSON, through one marshmallow schema. A form keeps what was typed, and says all that is wrong at once."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from flask import Response, g, make_response, redirect, render_template, request
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from werkzeug.wrappers import Response as BaseResponse

from consortium.web import drafts
from consortium.web.models import Submission
from consortium.web.wording import spoken
from tenants.database import db, scope
from tenants.errors import Problem
from tenants.models import new_id


def typed(schema: Schema, source: Any = None) -> dict[str, Any]:
    """The form's fields as typed: lists where the schema has lists, stripped text, nothing where nothing was written."""
    source = request.form if source is None else source
    values: dict[str, Any] = {}
    for name, kind in schema.fields.items():
        key = kind.data_key or name
        if isinstance(kind, fields.List):
            values[key] = [each for each in source.getlist(key) if each.strip()]
        elif isinstance(kind, fields.Boolean):
            values[key] = key in source
        elif source.get(key, "").strip():
            values[key] = source[key].strip()
        elif not kind.required:
            values[key] = None
    return values


def tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    """A program's fields as a form would have sent them: stripped text, nothing where nothing was written."""
    kept = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
    return {key: value for key, value in kept.items() if value != ""}


def as_opened(values: Mapping[str, Any]) -> str:
    """What a form holds when it is opened, as the text that goes along with it: each value as the form would send it."""
    return json.dumps({name: _as_sent(value) for name, value in values.items()})


def _as_sent(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return value if value is None or isinstance(value, bool) else str(value)


def told(problem: Problem) -> str:
    """What a rule said no to, and what to do, beside a field."""
    return ". ".join(str(part).rstrip(".") for part in (problem.detail or problem.title, problem.remedy) if str(part)) + "."


def way_back(usual: str) -> str:
    """The page from which something is done (the form says it in `back`), else the usual one; never one outside of this consortium."""
    wanted = request.form.get("back", "")
    inside = wanted.startswith(f"/{g.tenant_slug}/") and "\\" not in wanted and not any(ord(sign) < 33 for sign in wanted)
    return wanted if inside else usual


def not_offered(data: Mapping[str, Any], **choices: Sequence[tuple[UUID, str]]) -> dict[str, list[str]]:
    """What to say of each chosen id that is not one of those offered, (id, words); one that is left empty is no choice."""
    unknown = [name for name, offered in choices.items() if data[name] is not None and data[name] not in dict(offered)]
    return {name: [_("Choose one of the answers.")] for name in unknown}


class Answered(NamedTuple):
    """Where the sender of a submission was sent; `again`: whether it is the same request that is sent again."""

    location: str
    again: bool


def claimed(key: UUID) -> Answered | None:
    """None: what carries the key is this request's to answer. Else the sender's key was answered already (a double click, a second try).

    Two at once: the second waits for the first's commit on the primary key, then follows it.
    """
    claim = upsert(Submission).values(id=Submission.of(key), request=_digest(), location="").on_conflict_do_nothing()
    if db.session.execute(claim.returning(Submission.id)).first() is not None:
        return None
    return _answer_to(key)


def _answer_to(key: UUID) -> Answered | None:
    found = db.session.execute(select(Submission.location, Submission.request).where(Submission.id == Submission.of(key))).first()
    return Answered(found.location, found.request == _digest()) if found else None


def _digest() -> str:
    """A request in short: its method, its address, and what it brings but for the tokens of its page."""
    typed_in = [pair for pair in request.form.items(multi=True) if pair[0] not in ("once", drafts.RESUME)]
    body = request.get_json() if request.is_json else [typed_in, [*_files()]]
    return hashlib.sha256(json.dumps([request.method, request.full_path, body], sort_keys=True).encode()).hexdigest()


def _files() -> Iterator[tuple[str, str | None, str]]:
    for name, file in request.files.items(multi=True):
        stream: Any = file.stream  # its declared type leaves out that it is read into a buffer
        stream.seek(0)
        yield name, file.filename, hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)


def answered(key: UUID, location: str) -> None:
    """Remember where the sender of a submission was sent."""
    db.session.execute(update(Submission).where(Submission.id == Submission.of(key)).values(location=location))


class Form:
    """One form of a page: `values` and `errors` for its macros, `data` once it was accepted, `once` against a second submit."""

    def __init__(self, schema: Schema, initial: Mapping[str, Any] | None = None) -> None:
        self.schema = schema
        self.values: dict[str, Any] = dict(initial or {})
        self.errors: dict[str, list[str]] = {}
        self.data: dict[str, Any] = {}
        self.status = 200
        self.once = str(new_id())
        # Where its sender was sent, where it was saved already with other data.
        self.saved = ""
        # Where the page's script saves what is being typed, and what it saved before: see `drafts`.
        self.drafts = drafts.here()
        self.draft = drafts.offered() if self.drafts and request.method != "POST" else None
        # The draft that it goes on with: it is done when the form is.
        self.resumes = request.form.get(drafts.RESUME) if request.method == "POST" else self.draft and self.draft.resumed and self.draft.id
        # Of a form that changes a row: what it held when it was opened, and both versions where the row has changed since: see `conflicts`.
        self.opened = as_opened(self.values) if self.is_of_row else ""
        self.conflict: Any = None
        if request.method == "POST":
            self.opened = request.form.get("opened", "")
        if self.draft and self.draft.resumed:
            kept = self.draft.typed()
            self.opened = kept.get("opened", "")
            self.values = {**self.values, **typed(schema, kept)}

    @property
    def held(self) -> Mapping[str, Any]:
        """What its fields held when it was opened; nothing, where it does not say."""
        try:
            values = json.loads(self.opened)
        except (ValueError, RecursionError):
            return {}
        return values if isinstance(values, dict) and all(map(_is_sent, values.values())) else {}

    def accepted(self) -> bool:
        """True when the form was sent and is well formed; then `data` holds what the schema made of it."""
        if request.method != "POST":
            return False
        self.once = _as_uuid(request.form.get("once")) or self.once
        sent = self.sent()
        self.values = {**self.values, **sent}
        try:
            self.data = self.schema.load(sent)
        except ValidationError as error:
            self.refuse(_messages(error))
        if not self.errors:
            self._not_saved_before()
        return not self.errors

    def sent(self) -> dict[str, Any]:
        """What was typed. A form into which something is filled besides adds it here."""
        return typed(self.schema)

    def _not_saved_before(self) -> None:
        """Refused where the page was saved, changed and sent again (by the browser's Back). Of a row, `conflicts` shows both versions."""
        if self.is_of_row or scope().tenant_id is None or scope().actor_id is None:
            return
        before = _answer_to(UUID(self.once))
        if before and not before.again:
            self.saved, self.once = before.location, str(new_id())
            words = _("This page was saved already, with other data. These are not saved yet: save once more only if they are to be added.")
            self.refuse({"_schema": [words]}, 409)

    @property
    def is_of_row(self) -> bool:
        """Whether it changes a row, as it was when the form was opened."""
        return "revision" in self.schema.fields

    def asked(self) -> Any:
        """What the address asks, for a form that is sent by GET; `initial` where it asks nothing. None when it is wrong (422)."""
        given = typed(self.schema, request.args)
        self.values = {**self.values, **given} if any(value is not None for value in given.values()) else self.values
        try:
            return self.schema.load({key: _as_text(value) for key, value in self.values.items()})
        except ValidationError as error:
            self.refuse(_messages(error))
            return None

    def refuse(self, messages: Mapping[Any, Any], status: int = 422) -> None:
        """What is wrong, by field; nothing is, where there are no messages."""
        self.status = status if messages else self.status
        for key, message in _flat(messages):
            self.errors.setdefault(key, []).append(message)
        # As the fields come, not as they were checked: what is wrong between two fields is found last.
        order = {kind.data_key or name: place for place, (name, kind) in enumerate(self.schema.fields.items())}
        self.errors = dict(sorted(self.errors.items(), key=lambda each: order.get(each[0].partition(".")[0], -1)))

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """A rule that says no inside the block becomes the form's error: nothing was saved, nothing typed is lost."""
        try:
            yield
            db.session.flush()
        except Problem as problem:
            db.session.rollback()
            self.refuse({problem.field or "_schema": [told(problem)]}, problem.status if problem.field is None else 422)

    def page(self, template: str, **context: Any) -> Response:
        """The page with its form: 200 at first, 422 (or the rule's status) when something was refused."""
        return make_response(render_template(template, form=self, **context), self.status)

    def repeated(self) -> BaseResponse | None:
        """Claim this submission; where it was answered already, go where the first one went."""
        before = claimed(UUID(self.once))
        return None if before is None or (self.is_of_row and not before.again) else redirect(before.location, 303)

    def done(self, location: str) -> BaseResponse:
        """Accepted: remember where this submission went, and go there."""
        answered(UUID(self.once), location)
        if self.drafts and self.is_of_row:
            drafts.forget_all(request.path)
        elif self.drafts:
            # Somebody else may be being written of in another window.
            drafts.forget(request.path, map(drafts.as_id, (self.once, self.resumes)))
        return redirect(location, 303)


def _is_sent(value: Any) -> bool:
    return value is None or isinstance(value, str | bool) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _messages(error: ValidationError) -> Mapping[Any, Any]:
    """By field; those of the form as a whole under `_schema`."""
    return error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}


def _flat(messages: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in messages.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        else:
            yield from ((name, spoken(message)) for message in value)


def _as_text(value: Any) -> Any:
    """Initial values may be days; schemas read text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _as_uuid(text: str | None) -> str | None:
    try:
        return str(UUID(text or ""))
    except ValueError:
        return None
