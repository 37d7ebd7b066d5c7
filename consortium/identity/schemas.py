"""Shapes of what identity's forms take in."""

from marshmallow import Schema, fields, validate


class SignInSchema(Schema):
    email = fields.Email(required=True, validate=validate.Length(max=254))
    password = fields.String(required=True, validate=validate.Length(max=1000))
