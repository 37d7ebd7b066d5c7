"""The lists of the network: members, partners, agreements. Each is told of a day, today unless another is asked for."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import g, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, Select, case, true

from consortium.network import labels, queries
from consortium.network.models import Agreement, Member, Partner
from consortium.network.policy import Network
from consortium.network.queries import VALID_UNTIL, VALIDITY, standing
from consortium.web.listing.columns import Column, LinkMaker
from consortium.web.listing.declaration import Empty, Listing
from consortium.web.listing.filters import AsOf, Choice, DateRange, Text
from tenants.models import Municipality

AS_OF = AsOf("as_of", _l("As of"))


def opens(endpoint: str, argument: str) -> LinkMaker:
    """Links of rows to their pages: the address is made once a page."""

    def make() -> Callable[[Row[Any]], str]:
        sample = str(UUID(int=0))
        values: dict[str, Any] = {argument: sample}
        pattern = url_for(endpoint, **values)
        return lambda row: pattern.replace(sample, str(row.key))

    return make


def _creates(endpoint: str) -> Callable[[], str | None]:
    return lambda: url_for(endpoint) if g.visitor.may(Network.MANAGE) else None


MEMBERS = Listing(
    name="members",
    title=_l("Members"),
    tiebreak=Member.id,
    order=("name",),
    columns=(
        Column("name", _l("Name"), Member.name, required=True, link=opens("network.member", "member_id")),
        Column("kind", _l("Kind of body"), Member.kind, required=True, labels=labels.BODY_KINDS),
        Column(
            "role",
            _l("Role"),
            case((Member.is_lead, "lead"), else_="member"),
            kind="state",
            labels={"lead": _l("Lead body"), "member": _l("Member")},
            tones={"lead": "primary"},
        ),
        Column("istat", _l("ISTAT code"), Member.istat, required=True),
        Column("province", _l("Province"), Municipality.province, required=True),
        Column("population", _l("Population"), Member.population, kind="number"),
        Column("population_on", _l("Counted on"), Member.population_on, kind="date"),
        Column("joined_on", _l("Joined on"), Member.joined_on, kind="date"),
        Column("left_on", _l("Left on"), Member.left_on, kind="date"),
        Column(
            "standing",
            _l("State"),
            standing(Member.joined_on, Member.left_on),
            kind="state",
            labels=labels.STANDINGS,
            tones=labels.STANDING_TONES,
        ),
    ),
    filters=(
        Text("q", _l("Name or ISTAT code"), (Member.name, Member.istat)),
        Choice("kind", _l("Kind of body"), Member.kind, options=labels.BODY_KINDS),
        AS_OF,
        # The statement reads it: without, only who is a member on the day.
        Choice("period", _l("Period"), options={"ever": _l("Past and future members too")}, condition=lambda values: true(), multiple=True),
    ),
    phone=("name", "role", "standing"),
    empty=Empty(_l("Here will stand the bodies that adhere to the consortium."), _l("Add a member"), _creates("network.new_member")),
)
PARTNERS = Listing(
    name="partners",
    title=_l("Partners"),
    tiebreak=Partner.id,
    order=("name",),
    columns=(
        Column("name", _l("Name"), Partner.name, required=True, link=opens("network.partner", "partner_id")),
        Column("kind", _l("Kind"), Partner.kind, required=True, labels=labels.PARTNER_KINDS),
        Column(
            "status",
            _l("Status"),
            Partner.status,
            kind="state",
            required=True,
            labels=labels.PARTNER_STATUSES,
            tones=labels.PARTNER_TONES,
        ),
        Column("since", _l("Status since"), Partner.since, kind="date"),
        Column("services", _l("Services"), Partner.services),
    ),
    filters=(
        Text("q", _l("Name or services"), (Partner.name, Partner.services)),
        Choice("kind", _l("Kind"), Partner.kind, options=labels.PARTNER_KINDS),
        Choice("status", _l("Status"), Partner.status, options=labels.PARTNER_STATUSES, multiple=True),
        AS_OF,
    ),
    phone=("name", "kind", "status"),
    empty=Empty(
        _l("Here will stand the subjects of the network: consulted, invited, adherent."),
        _l("Add a partner"),
        _creates("network.new_partner"),
    ),
)
AGREEMENTS = Listing(
    name="agreements",
    title=_l("Agreements"),
    tiebreak=Agreement.id,
    order=("title",),
    columns=(
        Column("title", _l("Title"), Agreement.title, required=True, link=opens("network.agreement", "agreement_id")),
        Column("kind", _l("Kind"), Agreement.kind, required=True, labels=labels.AGREEMENT_KINDS),
        Column("signed_on", _l("Signed on"), Agreement.signed_on, kind="date"),
        Column("valid_until", _l("Valid until, with addenda"), VALID_UNTIL, kind="date"),
        Column("state", _l("State"), VALIDITY, kind="state", labels=labels.VALIDITIES, tones=labels.VALIDITY_TONES),
        Column("reimbursed_up_to", _l("Reimbursed up to"), Agreement.reimbursed_up_to, kind="amount"),
    ),
    filters=(
        Text("q", _l("Words of the title or summary"), (Agreement.title, Agreement.summary)),
        Choice("kind", _l("Kind"), Agreement.kind, options=labels.AGREEMENT_KINDS),
        Choice("state", _l("State"), VALIDITY, options=labels.VALIDITIES),
        DateRange("until", _l("Expires"), VALID_UNTIL),
        AS_OF,
    ),
    phone=("title", "valid_until", "state"),
    empty=Empty(
        _l("Here will stand conventions, protocols, pacts and accords, with their expiry."),
        _l("Add an agreement"),
        _creates("network.new_agreement"),
    ),
)


def members() -> Select[Any]:
    """Those of the day; those of any day where the address asks for them."""
    return queries.members(ever=request.args.get("period") == "ever")
