"""The list of imports."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, func

from consortium.exchange import queries, words
from consortium.exchange.models import ImportBatch
from consortium.identity.models import Membership
from consortium.web.listing.columns import Column
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import Choice


def _page() -> Callable[[Row[Any]], str]:
    pattern = url_for("exchange.batch", batch_id="00000000-0000-0000-0000-000000000000")
    return lambda row: pattern.replace("00000000-0000-0000-0000-000000000000", str(row.key))


BATCHES = Listing(
    name="imports",
    title=_l("Imports"),
    tiebreak=ImportBatch.id,
    order=("-created_at",),
    columns=(
        Column("name", _l("Files"), ImportBatch.name, required=True, link=_page),
        Column("created_at", _l("Uploaded"), ImportBatch.created_at, kind="moment", required=True),
        Column("who", _l("By"), func.coalesce(Membership.name, "–")),
        Column("state", _l("State"), ImportBatch.state, kind="state", labels=words.STATES, tones=words.TONES, required=True),
        Column("inserted", _l("New"), queries.COUNTS.c.inserted, kind="number", required=True),
        Column("updated", _l("Changed"), queries.COUNTS.c.updated, kind="number", required=True),
        Column("rejected", _l("Rejected"), queries.COUNTS.c.rejected, kind="number", required=True),
    ),
    filters=(Choice("state", _l("State"), ImportBatch.state, options=words.STATES),),
    phone=("name", "created_at", "state"),
    empty=Empty(
        _l("The files brought in are listed here, each with what became of its rows."),
        _l("Bring files in"),
        lambda: url_for("exchange.upload"),
    ),
)
