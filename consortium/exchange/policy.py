"""Who may bring files in: they create people and figures for the whole consortium, so administrators only."""

from consortium.web.policy import Permission, Role, grant


class Exchange(Permission):
    IMPORT = "exchange.import"


grant([Exchange.IMPORT], Role.ADMINISTRATOR)
