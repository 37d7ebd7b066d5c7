"""Where a person lives and of which state they are a citizen, as one types it: names are suggested, one that is not known is pointed out.

None is refused: a residence may be abroad, or none at all; a citizenship too.
"""

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _

from consortium.cases import birthplaces
from consortium.cases.door import blueprint
from consortium.cases.policy import Cases
from consortium.web.guard import requires

LONGEST = 100


@blueprint.get("/places/<any('municipality','state','birthplace'):kind>")
@requires(Cases.WRITE)
def places(kind: str) -> str:
    """For htmx: what the text being typed may mean, as the options of its field (whose name is the field's own)."""
    text = next(iter(request.args.values()), "")
    return render_template("cases/places.html", names=birthplaces.beginning(text[:LONGEST], kind))


def point_out(data: dict[str, Any]) -> None:
    """Say, after a person was saved, which of these names is not known."""
    for kind, name in (("municipality", data["residence"]), ("state", data["citizenship"])):
        if not birthplaces.is_known(name, kind):
            flash(_doubt(name, kind), "warning")


def _doubt(name: str, kind: str) -> str:
    near = birthplaces.nearest(name, kind) or birthplaces.nearest(name, "state")
    if near:
        told = _("“%(name)s” is saved, but is no place that is known here: did you mean “%(near)s”?", name=name, near=near)
    elif kind == "state":
        told = _("“%(name)s” is saved, but is no state that is known here: look whether it is written right.", name=name)
    else:
        told = _("“%(name)s” is saved, but is no municipality that is known here: look whether it is written right.", name=name)
    return str(told)
