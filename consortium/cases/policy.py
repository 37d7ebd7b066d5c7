"""Who works with the people served. A reader has figures without persons, so none of this."""

from consortium.web.policy import Permission, Role, grant


class Cases(Permission):
    READ = "cases.read"
    WRITE = "cases.write"
    # Those of every desk; without it, those of the desks that one serves.
    ALL = "cases.all"
    # Two records of one person made one.
    MERGE = "cases.merge"


grant([Cases.READ, Cases.WRITE], Role.ADMINISTRATOR, Role.COORDINATOR, Role.CASE_MANAGER)
grant([Cases.ALL, Cases.MERGE], Role.ADMINISTRATOR, Role.COORDINATOR)
