"""What a citizen sees without an account: where the desks are, when they are open, how to reach them."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from consortium.desks import labels, queries, timetable
from consortium.desks.doorway import blueprint, existing
from consortium.web.guard import public
from consortium.web.listing import formats


@blueprint.get("/find-a-desk")
@public
def find() -> ResponseReturnValue:
    existing(g.visitor.tenant if g.visitor.tenant.active else None)
    today = formats.today()
    found = queries.open_on(today)
    hours = queries.hours(*(row.Desk.id for row in found))
    weeks = {row.Desk.id: timetable.week([each for each in hours if each.desk_id == row.Desk.id], today) for row in found}
    return render_template("desks/find.html", desks=found, weeks=weeks, channels=labels.CHANNELS)
