"""The Flask side of a list: one view answers the page, `?format=json`, `?format=csv` and `?format=xlsx`, so they agree."""

from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from urllib.parse import urlencode

from flask import Response, g, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import Session

from consortium.web.language import here
from consortium.web.listing.asked import FORMAT
from consortium.web.listing.declaration import Listing
from consortium.web.listing.pages import Option
from consortium.web.listing.readings import BadFilter
from consortium.web.listing.sheets import Sheet, csv_chunks
from consortium.web.listing.workbook import write_xlsx

TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# Beyond this a file waits on the disk, unnamed, not in memory.
_IN_MEMORY = 1 << 20


def respond(
    listing: Listing,
    session: Session,
    statement: Select[Any],
    *,
    template: str,
    who: str,
    columns: tuple[str, ...] | None = None,
    **context: Any,
) -> ResponseReturnValue:
    """Answer the request in the format it asks, with the list's usual filters where it asks nothing.

    The template gets `listing`, the page, beside `context`.

    Raises BadFilter (422) for JSON and files; a page shows it beside the field, and is a 422 too.
    """
    if not request.args and listing.usual:
        return redirect(f"{request.path}?{urlencode(listing.usual())}")
    wanted = request.args.get(FORMAT, "html")
    if wanted in TYPES:
        return attachment(listing.sheet(session, statement, request.args, who=who, columns=columns, language=here()), wanted)
    if wanted == "json":
        return jsonify(listing.data(session, statement, request.args, path=request.path, columns=columns))
    if wanted != "html":
        raise BadFilter({FORMAT: _("There is no such format: ask for json, csv or xlsx.")})
    page = listing.page(session, statement, request.args, path=request.path, columns=columns, language=here(), actions=_offered(listing))
    return render_template(template, listing=page, **context), page.status


def _offered(listing: Listing) -> list[Option]:
    """The actions that the visitor may take, each with its address."""
    may = (action for action in listing.actions if g.visitor.may(action.permission))
    return [Option(str(action.label), url_for(action.endpoint, verb=action.verb)) for action in may]


def attachment(sheet: Sheet, wanted: str) -> Response:
    """The file, whole before it is sent: a failure is still an error page, never a file cut short, and a slow
    connection holds no transaction open (the request's ends before the body is sent). It waits on the disk."""
    file = cast("IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115  # the response closes it when it is sent
    if wanted == "csv":
        file.writelines(csv_chunks(sheet))
    else:
        write_xlsx(sheet, file)
    size = file.tell()
    file.seek(0)
    response = send_file(file, TYPES[wanted], as_attachment=True, download_name=sheet.filename(wanted), max_age=0)
    response.content_length = size
    response.headers["Cache-Control"] = "private, no-store"
    return response
