"""Shapes of members, partners and agreements, as charters and forms write them."""

from marshmallow import Schema, fields, validate

from consortium.network.models import AgreementKind, BodyKind, PartnerKind, PartnerStatus

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
