"""A consortium comes to be: a charter becomes a registered tenant with all that the charter says, or nothing."""

from tenants import scope
from tenants.charter import Charter, registered
from tenants.database import db
from tenants.errors import Problem, told_by
from tenants.models import Tenant, new_id


class SlugTaken(Problem):
    title = "Another consortium has this slug"


def found(charter: Charter) -> Tenant:
    """Register and furnish a consortium, in an operator's scope; the caller commits. Raises SlugTaken."""
    facts = charter.consortium
    tenant = Tenant(id=new_id(), slug=facts["slug"], name=facts["name"], region_id=facts["region"], lead_body=facts["lead_body"])
    with told_by({"uq_tenants_slug": SlugTaken(facts["slug"], field="slug")}):
        db.session.add(tenant)
        db.session.flush()
    with scope.founding(tenant.id, tenant.region_id):
        charter.found(registered())
    return tenant
