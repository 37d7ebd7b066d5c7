"""What may be done with the people who work here."""

from consortium.web.policy import STAFF, Permission, Role, grant


class Staff(Permission):
    READ = "staff.read"
    MANAGE = "staff.manage"


class Account(Permission):
    OWN = "account.own"


grant([Staff.READ, Staff.MANAGE], Role.ADMINISTRATOR)
grant([Staff.READ], Role.COORDINATOR)
grant([Account.OWN], *STAFF, Role.AUDITOR, Role.OPERATOR)
