"""How the trail of code tables reads."""

from flask_babel import lazy_gettext as _l

from consortium.codes import words
from consortium.trail.labels import describe

FIELDS = {
    "label_it": _l("Italian name"),
    "label_en": _l("English name"),
    "parent": _l("Group"),
    "position": _l("Place"),
    "hidden": _l("Hidden"),
    "code": _l("Code"),
    "scheme": _l("Code table"),
}

describe("codes", _l("Code"), FIELDS, {"scheme": words.SCHEMES})
