"""Writes of the network: members join and leave, partners come in, agreements are signed and extended."""

from typing import Any

from consortium.network import schemas
from consortium.network.models import Agreement, AgreementAddendum, AgreementParty, Member, Partner
from tenants.charter import Section
from tenants.database import db


def admit_member(**facts: Any) -> Member:
    """A body adheres; `facts` are the columns of Member."""
    member = Member(**facts)
    db.session.add(member)
    db.session.flush()
    return member


def add_partner(**facts: Any) -> Partner:
    partner = Partner(**facts)
    db.session.add(partner)
    db.session.flush()
    return partner


def record_agreement(*, parties: list[dict[str, Any]], addenda: list[dict[str, Any]], **facts: Any) -> Agreement:
    """An agreement with its parties (name, role) and the addenda that extend it (title, signed_on, valid_until)."""
    agreement = Agreement(**facts)
    db.session.add(agreement)
    db.session.flush()
    db.session.add_all(AgreementParty(agreement_id=agreement.id, **party) for party in parties)
    db.session.add_all(AgreementAddendum(agreement_id=agreement.id, **addendum) for addendum in addenda)
    db.session.flush()
    return agreement


def _found_members(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        admit_member(**row)


def _found_partners(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        add_partner(**row)


def _found_agreements(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        record_agreement(**row)


CHARTER = (
    Section("members", schemas.CharterMember(many=True), _found_members, unique=(("istat", "kind"),)),
    Section("partners", schemas.CharterPartner(many=True), _found_partners, unique=(("name",),)),
    Section("agreements", schemas.CharterAgreement(many=True), _found_agreements),
)
