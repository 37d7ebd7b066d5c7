"""Who opens pathways and records what was done in them."""

from consortium.web.policy import STAFF, Permission, Role, grant


class Pathways(Permission):
    READ = "pathways.read"
    RECORD = "pathways.record"
    # A day of one's own: the people and the pathways that one follows.
    FOLLOW = "pathways.follow"


class Months(Permission):
    # Hours and value of every desk, month by month.
    READ = "months.read"
    CLOSE = "months.close"
    REOPEN = "months.reopen"


class Measures(Permission):
    READ = "measures.read"
    MANAGE = "measures.manage"


grant([Pathways.READ, Pathways.RECORD], Role.ADMINISTRATOR, Role.COORDINATOR, Role.CASE_MANAGER)
grant([Pathways.FOLLOW], Role.COORDINATOR, Role.CASE_MANAGER)
grant([Measures.READ], *STAFF)
grant([Measures.MANAGE], Role.ADMINISTRATOR)
grant([Months.READ, Months.CLOSE], Role.ADMINISTRATOR, Role.COORDINATOR)
grant([Months.REOPEN], Role.ADMINISTRATOR)
