"""Shapes of codes, as pages and programs send them."""

from marshmallow import Schema, fields, validate

from consortium.codes.models import Scheme
from consortium.web.fields import Whole, Words

LONGEST_CODE, LONGEST_LABEL = 60, 300
MOST = 1_000_000


class NamesSchema(Schema):
    """The names of a code, its group and its place (the last, where none is given)."""

    label_it = Words(LONGEST_LABEL, required=True)
    label_en = Words(LONGEST_LABEL, allow_none=True, load_default=None)
    parent = Words(LONGEST_CODE, allow_none=True, load_default=None)
    position = Whole(allow_none=True, load_default=None, validate=validate.Range(0, MOST))


class AddCodeSchema(NamesSchema):
    """A code of one's own; without a code, its Italian name makes one."""

    code = Words(LONGEST_CODE, allow_none=True, load_default=None)


class EditCodeSchema(NamesSchema):
    hidden = fields.Boolean(load_default=False)
    revision = Whole(load_default=0, allow_none=True)


class PutCodeSchema(NamesSchema):
    """A code as it shall be from now on: added where it is new, else renamed, hidden or shown again."""

    code = Words(LONGEST_CODE, required=True)
    hidden = fields.Boolean(load_default=False)


class SuggestionsQuery(Schema):
    """The beginnings of words of a name, or of a code."""

    q = Words(100, required=True)


class CodeShape(Schema):
    """A code as it stands."""

    scheme = fields.String(validate=validate.OneOf(list(Scheme)))
    code = fields.String()
    parent = fields.String(allow_none=True)
    label_it = fields.String()
    label_en = fields.String()
    hidden = fields.Boolean()
    standing = fields.String(validate=validate.OneOf(["standard", "renamed", "own", "hidden"]))


class SuggestionShape(Schema):
    code = fields.String()
    label = fields.String()


class SuggestionsShape(Schema):
    items = fields.List(fields.Nested(SuggestionShape))
