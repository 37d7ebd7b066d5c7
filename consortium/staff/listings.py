"""The list of the staff, told of a day: today unless another is asked for."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import g, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row

from consortium.identity.models import Membership
from consortium.identity.policy import Staff
from consortium.staff import queries, words
from consortium.web.listing.columns import Column
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import AsOf, Choice, Text


def _opens() -> Callable[[Row[Any]], str]:
    """Links of rows to their pages: the address is made once a page."""
    sample = str(UUID(int=0))
    pattern = url_for("staff.person", membership_id=sample)
    return lambda row: pattern.replace(sample, str(row.key))


STAFF = Listing(
    name="staff",
    title=_l("Staff"),
    tiebreak=Membership.id,
    order=("stage", "name"),
    columns=(
        Column("name", _l("Name"), Membership.name, sort=queries.NAME_ORDER, required=True, link=_opens),
        Column("role", _l("Role"), Membership.role, required=True, labels=words.ROLES),
        Column("desks", _l("Desks"), queries.DESKS, sortable=False),
        Column(
            "stage",
            _l("State"),
            queries.STAGE,
            kind="state",
            sort=queries.STAGE_ORDER,
            required=True,
            labels=words.STAGES,
            tones=words.STAGE_TONES,
        ),
        Column("valid_from", _l("From"), Membership.valid_from, kind="date", required=True),
        Column("valid_to", _l("To"), Membership.valid_to, kind="date"),
        Column("seen", _l("Access"), queries.SEEN, kind="state", sortable=False, labels=words.SEEN, tones=words.SEEN_TONES),
        Column("sensitive", _l("Sensitive data"), queries.ENTRUSTED, labels=words.TRUST),
        Column("email", _l("E-mail"), Membership.email, required=True),
    ),
    filters=(
        Text("q", _l("Name or e-mail"), (Membership.name, Membership.email)),
        Choice("role", _l("Role"), Membership.role, options=words.ROLES),
        Choice("desk", _l("Desk"), options=queries.desk_names, condition=lambda ids: queries.at_desks([UUID(each) for each in ids])),
        Choice("stage", _l("State"), queries.STAGE, options=words.STAGES),
        Choice("sensitive", _l("Sensitive data"), queries.ENTRUSTED, options=words.TRUST),
        AsOf("as_of", _l("As of")),
    ),
    phone=("name", "role", "stage"),
    empty=Empty(
        _l("Here will stand who works for the consortium, with role, desks and dates."),
        _l("Invite somebody"),
        lambda: url_for("staff.invite") if g.visitor.may(Staff.MANAGE) else None,
    ),
)
