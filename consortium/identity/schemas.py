"""Shapes of what identity's forms take in."""

from marshmallow import Schema, fields, validate

from consortium.identity.models import LOCALES

# No bound that a person would meet: argon2 takes any length, a request body does not.
LONGEST = validate.Length(max=1000)
EMAIL_LENGTH = validate.Length(max=254)


class SignInSchema(Schema):
    email = fields.Email(required=True, validate=EMAIL_LENGTH)
    password = fields.String(required=True, validate=LONGEST)


class ResetSchema(Schema):
    email = fields.Email(required=True, validate=EMAIL_LENGTH)


class NewPasswordSchema(Schema):
    password = fields.String(required=True, validate=LONGEST)


class ChangePasswordSchema(Schema):
    current = fields.String(required=True, validate=LONGEST)
    password = fields.String(required=True, validate=LONGEST)


class AccountSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 200))
    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))
