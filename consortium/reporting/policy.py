"""Who asks for figures. Who may not see persons sees small figures masked, and no list behind them."""

from consortium.web.policy import STAFF, Permission, Role, grant


class Figures(Permission):
    READ = "figures.read"
    RECORDS = "figures.records"


grant([Figures.READ], *STAFF)
grant([Figures.RECORDS], Role.ADMINISTRATOR, Role.COORDINATOR, Role.CASE_MANAGER)
