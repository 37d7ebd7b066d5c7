"""Who writes the privacy notice, and who records that a person has seen it: whoever works with people, as with their cases."""

from consortium.web.policy import Permission, Role, grant


class Notices(Permission):
    READ = "notices.read"
    MANAGE = "notices.manage"


class Acknowledgements(Permission):
    READ = "acknowledgements.read"
    RECORD = "acknowledgements.record"


grant([Notices.READ, *Acknowledgements], Role.ADMINISTRATOR, Role.COORDINATOR, Role.CASE_MANAGER)
grant([Notices.MANAGE], Role.ADMINISTRATOR)
