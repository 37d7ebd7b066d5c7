"""The name of a browser, as its user would say it: "Firefox on Windows"."""

import re

from flask_babel import gettext as _

# Order matters: nearly all of them say that they are Chrome and Safari too.
_BROWSERS = (("Edge", r"Edg"), ("Opera", r"OPR/|Opera"), ("Firefox", r"Firefox|FxiOS"), ("Chrome", r"Chrome|CriOS"), ("Safari", r"Safari"))
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("Mac", r"Mac OS"),
    ("Linux", r"Linux"),
)


def browser_name(user_agent: str) -> str:
    """`user_agent`: the header as it was sent; what is not known is told by its beginning."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or user_agent[:40] or str(_("Unknown browser"))


def _first(kinds: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in kinds if re.search(pattern, user_agent)), "")
