"""What may be done with consortia as a whole."""

from consortium.web.policy import Permission, Role, grant


class Platform(Permission):
    MANAGE = "platform.manage"


grant([Platform.MANAGE], Role.OPERATOR)
