"""Who reads code tables (all who work here), and who changes them."""

from consortium.web.policy import STAFF, Permission, Role, grant


class Codes(Permission):
    READ = "codes.read"
    MANAGE = "codes.manage"


grant([Codes.READ], *STAFF)
grant([Codes.MANAGE], Role.ADMINISTRATOR)
