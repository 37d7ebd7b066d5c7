"""Shapes of members, partners and agreements, as charters and forms write them."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from consortium.network.models import AgreementKind, BodyKind, PartnerKind, PartnerStatus
from consortium.web.fields import Quantity

ISTAT = validate.Regexp(r"^\d{6}\Z")


class CharterMember(Schema):
    istat = fields.String(required=True, validate=ISTAT)
    kind = fields.String(required=True, validate=validate.OneOf(list(BodyKind)))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    lead = fields.Boolean(load_default=False, attribute="is_lead")
    joined_on = fields.Date()
    left_on = fields.Date()
    population = fields.Integer(validate=validate.Range(0))
    population_on = fields.Date()
    email = fields.Email()
    phone = fields.String()
    pec = fields.Email()
    website = fields.Url()


class CharterPartner(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 200))
    kind = fields.String(required=True, validate=validate.OneOf(list(PartnerKind)))
    status = fields.String(required=True, validate=validate.OneOf(list(PartnerStatus)))
    since = fields.Date()
    website = fields.Url()
    services = fields.String()


class CharterParty(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 200))
    role = fields.String(required=True, validate=validate.Length(1, 100))


class CharterAddendum(Schema):
    title = fields.String(required=True, validate=validate.Length(1, 300))
    signed_on = fields.Date()
    valid_until = fields.Date(required=True)


class CharterAgreement(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(list(AgreementKind)))
    title = fields.String(required=True, validate=validate.Length(1, 300))
    signed_on = fields.Date()
    signed_note = fields.String()
    valid_from = fields.Date()
    valid_until = fields.Date()
    reimbursed_up_to = fields.Decimal(places=2, validate=validate.Range(0))
    summary = fields.String()
    parties = fields.List(fields.Nested(CharterParty), load_default=list)
    addenda = fields.List(fields.Nested(CharterAddendum), load_default=list)


def _in_order(data: dict[str, Any], first: str, last: str) -> None:
    if data.get(first) and data.get(last) and data[last] < data[first]:
        raise ValidationError(str(_l("This day comes before the beginning: correct one of the two.")), last)


class MemberForm(Schema):
    """A member body as its page edits it. The lead body is the charter's: it is not chosen here."""

    revision = fields.Integer(load_default=0, allow_none=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    kind = fields.String(required=True, validate=validate.OneOf(list(BodyKind)))
    istat = fields.String(required=True, validate=ISTAT)
    joined_on = fields.Date(load_default=None, allow_none=True)
    left_on = fields.Date(load_default=None, allow_none=True)
    population = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 5_000_000))
    population_on = fields.Date(load_default=None, allow_none=True)
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=254))
    pec = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=254))
    phone = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))
    website = fields.Url(load_default=None, allow_none=True, validate=validate.Length(max=300))

    @validates_schema
    def _dates(self, data: dict[str, Any], **_: Any) -> None:
        _in_order(data, "joined_on", "left_on")
        if data.get("population") is not None and data.get("population_on") is None:
            raise ValidationError(str(_l("Say on which day the population was counted.")), "population_on")
        if data.get("population") is None and data.get("population_on") is not None:
            raise ValidationError(str(_l("Write the population counted on this day, or leave the day out.")), "population")


class PartnerForm(Schema):
    revision = fields.Integer(load_default=0, allow_none=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    kind = fields.String(required=True, validate=validate.OneOf(list(PartnerKind)))
    status = fields.String(required=True, validate=validate.OneOf(list(PartnerStatus)))
    since = fields.Date(load_default=None, allow_none=True)
    services = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2000))
    website = fields.Url(load_default=None, allow_none=True, validate=validate.Length(max=300))


class AgreementForm(Schema):
    """An agreement; `parties` is a text, one party a line: "name; role"."""

    revision = fields.Integer(load_default=0, allow_none=True)
    title = fields.String(required=True, validate=validate.Length(1, 300))
    kind = fields.String(required=True, validate=validate.OneOf(list(AgreementKind)))
    signed_on = fields.Date(load_default=None, allow_none=True)
    signed_note = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=300))
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    reimbursed_up_to = Quantity("0", "9999999999", load_default=None, allow_none=True)
    summary = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=4000))
    parties = fields.String(load_default="", allow_none=True, validate=validate.Length(max=20_000))

    @validates_schema
    def _dates(self, data: dict[str, Any], **_: Any) -> None:
        _in_order(data, "valid_from", "valid_until")

    @validates_schema
    def _parties(self, data: dict[str, Any], **_: Any) -> None:
        read_parties(data.get("parties") or "")


class AddendumForm(Schema):
    title = fields.String(required=True, validate=validate.Length(1, 300))
    signed_on = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(required=True)

    @post_load
    def _ordered(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        _in_order(data, "signed_on", "valid_until")
        return data


def read_parties(text: str) -> list[dict[str, str]]:
    """[{name, role}] of a text with one party a line, "name; role". Raises ValidationError, with the number of the line."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    found: dict[str, str] = {}
    for number, line in lines:
        name, _, role = (part.strip() for part in line.partition(";"))
        if not name or not role:
            raise ValidationError(_l("Line %(number)s: write the name, a semicolon and the role.") % {"number": number}, "parties")
        if found.setdefault(name, role) != role:
            raise ValidationError(_l("Line %(number)s: this party is there already.") % {"number": number}, "parties")
    return [{"name": name, "role": role} for name, role in found.items()]


def write_parties(parties: list[tuple[str, str]]) -> str:
    """The text that `read_parties` reads."""
    return "\n".join(f"{name}; {role}" for name, role in parties)


class PartyOfShape(Schema):
    """An agreement that a body is a party of."""

    id = fields.UUID()
    title = fields.String()
    role = fields.String()


class MemberShape(Schema):
    """A member body as programs see it."""

    id = fields.UUID(attribute="member.id")
    name = fields.String(attribute="member.name")
    kind = fields.String(attribute="member.kind", validate=validate.OneOf(list(BodyKind)))
    is_lead = fields.Boolean(attribute="member.is_lead")
    istat = fields.String(attribute="member.istat")
    municipality = fields.String(attribute="seat.name")
    province = fields.String(attribute="seat.province")
    joined_on = fields.Date(attribute="member.joined_on", allow_none=True)
    left_on = fields.Date(attribute="member.left_on", allow_none=True)
    population = fields.Integer(attribute="member.population", allow_none=True)
    population_on = fields.Date(attribute="member.population_on", allow_none=True)
    email = fields.String(attribute="member.email", allow_none=True)
    pec = fields.String(attribute="member.pec", allow_none=True)
    phone = fields.String(attribute="member.phone", allow_none=True)
    website = fields.String(attribute="member.website", allow_none=True)
    agreements = fields.List(fields.Nested(PartyOfShape))
