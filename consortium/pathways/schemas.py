"""Shapes of measures, as charters write them."""

from marshmallow import Schema, fields, validate


class CharterMeasure(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 40))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    gol_paths = fields.List(fields.Integer(validate=validate.Range(1, 5)), load_default=list)
    desks = fields.List(fields.String(), load_default=list)
    services = fields.List(fields.String(validate=validate.Length(1, 200)), load_default=list)
    act = fields.String(load_default=None)
