"""What a region's auditor sees of its consortia: members, desks, hours. No persons: the door has no grant on their tables."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from consortium.desks import labels, listings, oversight, timetable
from consortium.desks.doorway import asked_day, existing, regions, who
from consortium.desks.policy import Oversight
from consortium.desks.queries import REQUIRED_HOURS
from consortium.network.labels import BODY_KINDS
from consortium.web.guard import requires
from consortium.web.listing.door import respond
from tenants.database import db


@regions.get("/consortia")
@requires(Oversight.READ)
def consortia() -> ResponseReturnValue:
    statement = oversight.consortia(g.visitor.region.id)
    return respond(listings.CONSORTIA, db.session(), statement, template="desks/consortia.html", who=who())


@regions.get("/consortia/<slug:consortium>")
@requires(Oversight.READ)
def consortium(consortium: str) -> ResponseReturnValue:
    tenant, on = existing(oversight.consortium(g.visitor.region.id, consortium)), asked_day()
    desks, hours = oversight.desks(tenant.id, on), oversight.hours(tenant.id)
    return render_template(
        "desks/consortium.html",
        consortium=tenant,
        as_of=on,
        members=oversight.members(tenant.id, on),
        desks=desks,
        weeks={row.Desk.id: timetable.week([each for each in hours if each.desk_id == row.Desk.id], on) for row in desks},
        required=REQUIRED_HOURS,
        kinds=BODY_KINDS,
        channels=labels.CHANNELS,
    )
