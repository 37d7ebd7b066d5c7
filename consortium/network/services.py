"""Writes of the network: members join and leave, partners come in, agreements are signed and extended."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import flag_modified

from consortium.network import queries, schemas
from consortium.network.models import Agreement, AgreementAddendum, AgreementParty, Member, Partner
from tenants.charter import Section
from tenants.database import db
from tenants.errors import Problem, told_by


class AlreadyMember(Problem):
    title = _l("This body is in the list of members already")
    remedy = _l("Look for it among those who have left too, and change its dates.")


class UnknownMunicipality(Problem):
    title = _l("No municipality has this ISTAT code")
    remedy = _l("Choose it from the list.")


class PartnerNameTaken(Problem):
    title = _l("There is a partner of this name already")
    remedy = _l("Open that one, or write a name that tells them apart.")


def admit_member(**facts: Any) -> Member:
    """A body adheres; `facts` are the columns of Member."""
    member = Member(**facts)
    db.session.add(member)
    _save_member()
    return member


def change_member(member: Member, **facts: Any) -> None:
    """`facts` are columns of Member; a body leaves by its `left_on`. Raises AlreadyMember, UnknownMunicipality."""
    _change(member, facts)
    _save_member()


def _save_member() -> None:
    taken, unknown = AlreadyMember(field="istat"), UnknownMunicipality(field="istat")
    with told_by({"uq_members_tenant_id_istat_kind": taken, "fk_members_istat": unknown}):
        db.session.flush()


def add_partner(**facts: Any) -> Partner:
    """Raises PartnerNameTaken."""
    partner = Partner(**facts)
    db.session.add(partner)
    _save_partner()
    return partner


def change_partner(partner: Partner, **facts: Any) -> None:
    """`facts` are columns of Partner. Raises PartnerNameTaken."""
    _change(partner, facts)
    _save_partner()


def _save_partner() -> None:
    with told_by({"uq_partners_tenant_id_name": PartnerNameTaken(field="name")}):
        db.session.flush()


def _change(row: Member | Partner | Agreement, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)


def record_agreement(*, parties: list[dict[str, Any]], addenda: list[dict[str, Any]], **facts: Any) -> Agreement:
    """An agreement with its parties (name, role) and the addenda that extend it (title, signed_on, valid_until)."""
    agreement = Agreement(**facts)
    db.session.add(agreement)
    db.session.flush()
    db.session.add_all(AgreementParty(agreement_id=agreement.id, **party) for party in parties)
    db.session.add_all(AgreementAddendum(agreement_id=agreement.id, **addendum) for addendum in addenda)
    db.session.flush()
    return agreement


def change_agreement(agreement: Agreement, *, parties: list[dict[str, Any]], **facts: Any) -> None:
    """The columns of an agreement and the whole list of its parties (name, role)."""
    _change(agreement, facts)
    if _change_parties(agreement, {party["name"]: party["role"] for party in parties}):
        # The parties are part of it: who edits them edits the agreement, and its revision says so.
        flag_modified(agreement, "title")
    db.session.flush()


def _change_parties(agreement: Agreement, wanted: dict[str, str]) -> bool:
    """Only what differs is written, so that the history tells what changed."""
    standing = {party.name: party for party in queries.parties(agreement.id)}
    gone = [party for name, party in standing.items() if name not in wanted]
    new = [AgreementParty(agreement_id=agreement.id, name=name, role=role) for name, role in wanted.items() if name not in standing]
    changed = [party for name, party in standing.items() if name in wanted and party.role != wanted[name]]
    for party in changed:
        party.role = wanted[party.name]
    _replace(gone, new)
    return bool(gone or new or changed)


def _replace(gone: Iterable[AgreementParty], new: Iterable[AgreementParty]) -> None:
    for party in gone:
        db.session.delete(party)
    db.session.add_all(new)


def extend_agreement(*, agreement_id: UUID, title: str, valid_until: date, signed_on: date | None = None) -> AgreementAddendum:
    """An addendum moves the last day of an agreement."""
    addendum = AgreementAddendum(agreement_id=agreement_id, title=title, valid_until=valid_until, signed_on=signed_on)
    db.session.add(addendum)
    db.session.flush()
    return addendum


def _found_members(rows: list[dict[str, Any]]) -> None:
    db.session.add_all(Member(**row) for row in rows)
    _save_member()


def _found_partners(rows: list[dict[str, Any]]) -> None:
    db.session.add_all(Partner(**row) for row in rows)
    _save_partner()


def _found_agreements(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        record_agreement(**row)


CHARTER = (
    Section("members", schemas.CharterMember(many=True), _found_members, unique=(("istat", "kind"),)),
    Section("partners", schemas.CharterPartner(many=True), _found_partners, unique=(("name",),)),
    Section("agreements", schemas.CharterAgreement(many=True), _found_agreements),
)
