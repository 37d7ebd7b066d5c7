"""The list of consortia."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from consortium.web.listing.columns import Column, Label, Tone
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import Choice, Text
from tenants.models import Region, Tenant, TenantState
from tenants.registry import ACCOUNTS, DESKS, MEMBERS

STATES: dict[str, Label] = {TenantState.ACTIVE: _l("At work"), TenantState.SUSPENDED: _l("Suspended")}
TONES: dict[str, Tone] = {TenantState.ACTIVE: "success", TenantState.SUSPENDED: "warning"}


def _page_of() -> Callable[[Row[Any]], str]:
    address = url_for("platform.consortium", consortium="slug")
    return lambda row: f"{address.removesuffix('slug')}{row.slug}"


def _regions(session: Session) -> dict[str, str]:
    """Those that have a consortium."""
    found = select(Region.id, Region.name).where(Region.id.in_(select(Tenant.region_id))).order_by(Region.name)
    return {row.id: row.name for row in session.execute(found)}


CONSORTIA = Listing(
    name="consortia",
    title=_l("Consortia"),
    tiebreak=Tenant.id,
    order=("name",),
    columns=(
        Column("name", _l("Consortium"), Tenant.name, required=True, link=_page_of),
        Column("slug", _l("Address"), Tenant.slug, required=True),
        Column("region", _l("Region"), Region.name, required=True),
        Column("lead_body", _l("Lead body"), Tenant.lead_body, required=True),
        Column("state", _l("State"), Tenant.state, kind="state", labels=STATES, tones=TONES, required=True),
        Column("members", _l("Members"), MEMBERS, kind="number", required=True),
        Column("desks", _l("Desks"), DESKS, kind="number", required=True),
        Column("accounts", _l("Accounts"), ACCOUNTS, kind="number", required=True),
        Column("created_at", _l("Founded"), Tenant.created_at, kind="moment", required=True),
    ),
    filters=(
        Text("q", _l("Name, address or lead body"), (Tenant.name, Tenant.slug, Tenant.lead_body)),
        Choice("region", _l("Region"), Tenant.region_id, options=_regions),
        Choice("state", _l("State"), Tenant.state, options=STATES),
    ),
    phone=("name", "lead_body", "state"),
    empty=Empty(
        _l("Here you will see the consortia that this platform serves."),
        _l("Found a consortium"),
        lambda: url_for("platform.found"),
    ),
)
