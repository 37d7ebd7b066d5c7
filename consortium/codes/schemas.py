"""Shapes of codes, as pages and programs send them."""

from flask_babel import lazy_gettext as _l
from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from consortium.codes.models import Scheme
from consortium.web.fields import OneOf, RevisionSchema, Whole, Words

LONGEST_CODE, LONGEST_LABEL = 60, 300
MOST = 1_000_000
LANGUAGES = {"it": _l("Italian"), "en": _l("English")}


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
    """`revision`: of the consortium's own row, 0 where it has none yet."""

    hidden = fields.Boolean(load_default=False)
    revision = Whole(required=True)


class PutCodeSchema(EditCodeSchema):
    """A code as it shall be from now on: added where it is new, else renamed, hidden or shown again."""

    code = Words(LONGEST_CODE, required=True)


class LanguageSchema(Schema):
    """In which language the names of a file are, where it has one name only."""

    language = OneOf(list(LANGUAGES), required=True)


class UploadSchema(LanguageSchema):
    """The file comes apart. `checked`: what was read of one, once its sender has seen what it brings in (`files.packed`)."""

    checked = fields.String(load_default=None, allow_none=True)


class ImportSchema(LanguageSchema):
    """A classification as a file: CSV with the columns code, parent, label_it, label_en, or one of ISTAT or ESCO as it is published.

    `check`: say what it would bring in, and write nothing.
    """

    file = Upload(required=True)
    check = fields.Boolean(load_default=False)


class ImportedShape(Schema):
    """What a file brings in, in codes."""

    added = fields.Integer()
    renamed = fields.Integer()
    unchanged = fields.Integer()


class CodeQuery(Schema):
    code = Words(LONGEST_CODE, required=True)


class RemovedCodeQuery(CodeQuery, RevisionSchema):
    """A code as it was read."""


class SuggestionsQuery(Schema):
    """The beginnings of words of a name, or of a code."""

    q = Words(100, required=True)


class SchemeShape(Schema):
    """A code table, and how many codes it offers."""

    scheme = fields.String(validate=validate.OneOf(list(Scheme)))
    name = fields.String()
    codes = fields.Integer()


class SchemesShape(Schema):
    items = fields.List(fields.Nested(SchemeShape))


class CodeShape(Schema):
    """A code as it stands; `revision` is 0 where it is as the standard has it. A name that was not given is that in the other language."""

    scheme = fields.String(validate=validate.OneOf(list(Scheme)))
    code = fields.String()
    revision = fields.Integer()
    parent = fields.String(allow_none=True)
    label_it = fields.String()
    label_en = fields.String()
    given_it = fields.String(allow_none=True)
    given_en = fields.String(allow_none=True)
    hidden = fields.Boolean()
    standing = fields.String(validate=validate.OneOf(["standard", "renamed", "own", "hidden"]))


class SuggestionShape(Schema):
    code = fields.String()
    label = fields.String()


class SuggestionsShape(Schema):
    items = fields.List(fields.Nested(SuggestionShape))
