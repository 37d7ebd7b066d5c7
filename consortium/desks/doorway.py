"""The room's blueprints, and what their pages share."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from consortium.desks.listings import AS_OF
from consortium.web.language import here
from consortium.web.listing import formats
from consortium.web.listing.readings import BadFilter
from tenants.database import db

blueprint = Blueprint("desks", __name__, url_prefix="/<slug:tenant>", template_folder="templates")
regions = Blueprint("regions", __name__, url_prefix="/regions/<slug:region>", template_folder="templates")


def day(value: date | None) -> str | None:
    return formats.day(value) if value else None


def number(value: Decimal | int | None) -> str | None:
    return formats.number(value, here()) if value is not None else None


def weekly(total: Decimal) -> str:
    """17 hours a week"""
    return str(ngettext("%(hours)s hour a week", "%(hours)s hours a week", 1 if total == 1 else 2, hours=number(total)))


@blueprint.context_processor
@regions.context_processor
def _writers() -> dict[str, Any]:
    """How the room's templates write days, numbers and hours a week; what is not known is None."""
    return {"day": day, "number": number, "weekly": weekly}


def asked_day() -> date:
    """The day of which a page is told (`?as_of=`), today by default; raises BadFilter (422) for what is no day."""
    reading = AS_OF.read(request.args, db.session())
    if reading.error:
        raise BadFilter({AS_OF.name: reading.error})
    asked: date = reading.made.parameters[AS_OF.name]
    return asked


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """(words, address, is this one) of the room's two lists."""
    two = (("index", _("Desks")), ("serving", _("Staff")))
    return [(words, url_for(f"desks.{name}"), name == current) for name, words in two]


def who() -> str:
    """Whose name stands on a file."""
    return g.visitor.account.name if g.visitor.account else ""


def existing(row: Any) -> Any:
    """The row, or the one 404 where there is none (of this consortium)."""
    return row if row is not None else abort(404)
