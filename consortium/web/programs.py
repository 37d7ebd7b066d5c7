"""What programs send and get, `/api/v1`: the grammar of a room's `api.py`.

    blueprint = Blueprint("desks-api", __name__, url_prefix="/api/v1/<slug:tenant>", description="…")

    @blueprint.get("/desks")
    @blueprint.lists(listings.DESKS)                       # the list of the page: same filters, order, places
    @requires(Desks.READ)
    def desks() -> Select[Any]: …                          # which rows, as the page says it

    @blueprint.post("/pathways/<uuid:pathway_id>/sessions")
    @blueprint.takes(SessionSchema, SessionShape, about=pathway_file)
    @requires(Pathways.RECORD)
    def record(file: Found, facts: Facts) -> Made: …       # (what came of it, where it is)

The schemas are those of the forms, the services too; a rule that says no about a field is a 422 that names it, any other a 409.
Whatever writes anew or removes what is there is told the `revision` that was read, as forms are (`unchanged`); a move is guarded by its
state. What is asked and not known is a 422, never left out of account.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, TypeAlias

import flask_smorest
from flask import Request, current_app, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import RAISE, Schema, ValidationError
from sqlalchemy import Select
from webargs.flaskparser import FlaskParser, abort

from consortium.web.fields import Id, RevisionSchema
from consortium.web.intake import answered, claimed, tidied, told
from consortium.web.listing import shapes
from consortium.web.listing.declaration import Listing
from consortium.web.listing.readings import BadFilter
from tenants.database import db
from tenants.errors import Problem

JSON = "application/json"
# Where what is wrong with the fields of a body is told.
BODY, FORM = "json", "form"

Facts: TypeAlias = dict[str, Any]
Made: TypeAlias = tuple[Any, str]
View: TypeAlias = Callable[..., Any]


class NotJson(Problem):
    status = 415
    title = _l("Programs send JSON here")
    remedy = _l("Send the body as application/json.")


class KeyOfAnother(Problem):
    status = 422
    title = _l("This Idempotency-Key came with another request")
    remedy = _l("Send a key again only with the same request; give each other request a key of its own.")


class OnceSchema(Schema):
    """The same request sent again with its key (a connection lost, a second try) does nothing again: it leads to what came of the first."""

    once = Id(
        load_default=None, data_key="Idempotency-Key", error_messages={"invalid_uuid": _l("The key is a UUID, another for each request.")}
    )


class Parser(FlaskParser):
    """JSON and nothing else; its fields as a form would have sent them."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "files": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        if req.mimetype != JSON:
            raise NotJson
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError):  # nested a thousand deep, or a number of thousands of digits
            abort(400)

    def load_files(self, req: Request, schema: Schema) -> Any:
        """The files of a form with its other fields: one body, described by one schema."""
        return {**tidied(dict(req.form.items())), **dict(req.files.items())}

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **options: Any) -> NoReturn:
        """A form is told of its fields in one place, whichever of them are files."""
        error.messages = {FORM if place == "files" else place: told for place, told in error.messages_dict.items()}
        super().handle_error(error, req, schema, **options)

    def pre_load(self, location_data: Any, *, schema: Schema, req: Request, location: str) -> Any:
        return tidied(location_data) if location == "json" and isinstance(location_data, dict) else location_data


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # it ships no types
    """The doors of a room for programs."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.before_request(_asked_nothing_unknown)

    def arguments(self, schema: type[Schema], *, location: str = "json", **options: Any) -> Callable[[View], View]:
        reading: Callable[[View], View] = super().arguments(schema, location=location, **options)
        names = [kind.data_key or name for name, kind in schema().fields.items()] if location == "query" else []
        return lambda view: _asking(reading(view), names)

    def lists(self, listing: Listing) -> Callable[[View], View]:
        """The view says which rows (a statement); the list gives the page of them that is asked for."""

        def declare(view: Callable[..., Select[Any]]) -> View:
            @wraps(view)
            def page(**where: Any) -> dict[str, Any]:
                try:
                    return listing.data(db.session(), view(**where), request.args, path=request.path)
                except BadFilter as error:
                    abort(
                        422, messages={"query": {asked: [words] for name, words in error.errors.items() for asked in _asked(name, names)}}
                    )

            parameters = shapes.parameters(listing)
            names = [each["name"] for each in parameters]
            described: View = self.doc(parameters=parameters)(_asking(page, names))
            return self.response(200, shapes.page(listing))(described)  # type: ignore[no-any-return]  # it ships no types

        return declare

    def takes(
        self, body: type[Schema], gives: type[Schema], *, about: View | None = None, status: int = 201, files: bool = False
    ) -> Callable[[View], View]:
        """The view writes what `body` reads, and gives what came of it with its address.

        `about`: finds what the address names, before anything is read of the body (404), and hands it to the view first.
        `files`: the body is a form (multipart) in which files come too, fields of `body` like the others.
        `status`: 201 where something new is there, 200 where something known has moved on.
        """

        def declare(view: Callable[..., Made]) -> View:
            place = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}
            there = self.alt_response(303, description="This key was answered already: see there.", headers=place)
            writing = self.response(status, gives, headers=place if status == 201 else None)(there(_once(view, status)))
            once = self.arguments(OnceSchema, location="headers")(writing)
            reading = self.arguments(body, location="files" if files else "json")(once)
            return _found_first(about, reading) if about else reading

        return declare

    def removes(self, *, about: View) -> Callable[[View], View]:
        """The view removes what `about` finds (404), where it is still as it was read: the address says at which `revision`."""

        def declare(view: Callable[..., None]) -> View:
            return _found_first(about, self.arguments(RevisionSchema, location="query")(self.response(204)(view)))

        return declare


def _asked(name: str, names: Iterable[str]) -> list[str]:
    """The parameters that ask something of a filter: its own, or its two ends (`on_from`, `on_to`), those that came."""
    return [each for each in names if each == name or (each in (f"{name}_from", f"{name}_to") and each in request.args)] or [name]


def _asking(view: View, names: Iterable[str]) -> View:
    """Written on the function itself, as permissions are: the names that it reads in the query."""
    vars(view)["asks"] = vars(view).get("asks", frozenset()) | frozenset(names)
    return view


def _asked_nothing_unknown() -> None:
    """A filter whose name is misspelt would give everybody: 422."""
    known: frozenset[str] = getattr(current_app.view_functions[request.endpoint or ""], "asks", frozenset())
    if unknown := [name for name in request.args if name not in known]:
        abort(422, messages={"query": {name: [_("Nothing of this name is read here.")] for name in unknown}})


def _once(view: Callable[..., Made], status: int) -> View:
    """The view, unless the request's key was answered already: then where to."""

    @wraps(view)
    def once(*given: Any) -> ResponseReturnValue:
        *facts, header = given
        key = header["once"]
        if key and (before := claimed(key)) is not None:
            if not before.again:
                raise KeyOfAnother
            return redirect(before.location, 303)
        with refusing():
            shape, location = view(*facts)
        if key:
            answered(key, location)
        return shape, status, {"Location": location} if status == 201 else {}

    return once


def _found_first(about: View, view: View) -> View:
    @wraps(view)
    def found(**where: Any) -> Any:
        return view(about(**where))

    return found


@contextmanager
def refusing() -> Iterator[None]:
    """A rule that says no about a field is told beside the field, as forms do."""
    try:
        yield
        db.session.flush()
    except Problem as problem:
        if problem.field is None:
            raise
        refuse({problem.field: [told(problem)]})


def unchanged(revision: int, facts: Facts) -> None:
    """409 where somebody saved since the program read the `revision` that it sends, which is taken out of `facts`."""
    if facts.pop("revision") != revision:
        abort(409)


def refuse(errors: Mapping[str, Any]) -> None:
    """422 with the errors of the body by field (of a list, by the place in it), if there are any."""
    if errors:
        refused(errors)


def refused(errors: Mapping[str, Any]) -> NoReturn:
    abort(422, messages={FORM if request.mimetype == "multipart/form-data" else BODY: errors})
