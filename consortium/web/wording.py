"""What marshmallow says by itself of a wrong value, in the language of the page: left alone it speaks English, on whatever page.

Who wants to say more about a field gives the field words of its own; they pass through here unchanged.
"""

import re

from flask_babel import lazy_gettext as _l

_EMPTY = _l("Fill in this field.")
_SAYINGS = tuple(
    (re.compile(saying), words)
    for saying, words in (
        (r"Missing data for required field\.|Field may not be null\.|Shorter than minimum length 1\.", _EMPTY),
        (r"Not a valid date\.", _l("This is not a day: write it like 2023-10-31.")),
        (r"Not a valid time\.", _l("This is not an hour: write it like 09:30.")),
        (r"Not a valid email address\.", _l("This is not an e-mail address: write it like name@example.it.")),
        (r"Not a valid URL\.", _l("This is not a web address: write it like https://www.example.it.")),
        (r"Not a valid integer\.", _l("This is not a whole number.")),
        (r"Not a valid number\.|Number too large\.|Special numeric values .*", _l("This is not a number.")),
        (
            r"Not a valid UUID\.|Must be one of: .*|One or more of the choices .*|String does not match expected pattern\.",
            _l("Choose one of the answers."),
        ),
        (r"Length must be between (?P<min>\d+) and (?P<max>\d+)\.", _l("Write from %(min)s to %(max)s characters.")),
        (r"Longer than maximum length (?P<max>\d+)\.", _l("This is too long: at most %(max)s characters.")),
        (
            r"Must be greater than or equal to (?P<min>\S+) and less than or equal to (?P<max>\S+)\.",
            _l("Write a number from %(min)s to %(max)s."),
        ),
        (r"Unknown field\.", _l("Nothing of this name is read here.")),
        (r"Not a valid .*|Invalid .*", _l("This cannot be read: type it again.")),
    )
)


def spoken(message: object) -> str:
    """A message about a field, in the language of the page."""
    text = str(message)
    for saying, words in _SAYINGS:
        if found := saying.fullmatch(text):
            return str(words) % found.groupdict() if found.groupdict() else str(words)
    return text
