"""Who reads and who keeps the desks, and what a region's auditor sees of them."""

from consortium.web.policy import STAFF, Permission, Role, grant


class Desks(Permission):
    READ = "desks.read"
    MANAGE = "desks.manage"


class Oversight(Permission):
    """The consortia of a region: members, desks, opening hours; no persons."""

    READ = "oversight.read"


grant([Desks.READ], *STAFF)
grant([Desks.MANAGE], Role.ADMINISTRATOR, Role.COORDINATOR)
grant([Oversight.READ], Role.AUDITOR)
