"""The room's blueprint, and what its pages share."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, g, url_for
from flask_babel import gettext as _

from consortium.web.intake import Form
from consortium.web.language import here
from consortium.web.listing import formats

blueprint = Blueprint("network", __name__, url_prefix="/<slug:tenant>", template_folder="templates")


@blueprint.context_processor
def _writers() -> dict[str, Any]:
    """How the room's templates write days, numbers and amounts; what is not known is None."""
    return {"day": day, "number": number, "amount": amount}


def day(value: date | None) -> str | None:
    return formats.day(value) if value else None


def number(value: int | None) -> str | None:
    return formats.number(value, here()) if value is not None else None


def amount(value: Decimal | None) -> str | None:
    return formats.amount(value, here()) if value is not None else None


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """(words, address, is this one) of the three lists of the network."""
    three = (("members", _("Members")), ("partners", _("Partners")), ("agreements", _("Agreements")))
    return [(words, url_for(f"network.{name}"), name == current) for name, words in three]


def who() -> str:
    """Whose name stands on a file."""
    return g.visitor.account.name if g.visitor.account else ""


def existing(row: Any) -> Any:
    """The row, or the one 404 where there is none (of this consortium)."""
    return row if row is not None else abort(404)


def facts(form: Form) -> dict[str, Any]:
    """What the form says, without what only the page needs."""
    return {name: value for name, value in form.data.items() if name != "revision"}


def columns_of(row: Any, form_schema: Any) -> dict[str, Any]:
    """The row's values under the names of a form."""
    return {name: getattr(row, name) for name in form_schema.fields if hasattr(row, name)}
