"""Who reads and who keeps the network: members, partners, agreements."""

from consortium.web.policy import STAFF, Permission, Role, grant


class Network(Permission):
    READ = "network.read"
    MANAGE = "network.manage"


grant([Network.READ], *STAFF)
grant([Network.MANAGE], Role.ADMINISTRATOR)
