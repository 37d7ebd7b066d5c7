"""What may be done with the people who work here."""

from consortium.web.policy import Permission, Role, grant


class Staff(Permission):
    READ = "staff.read"
    MANAGE = "staff.manage"


grant([Staff.READ, Staff.MANAGE], Role.ADMINISTRATOR)
grant([Staff.READ], Role.COORDINATOR)
