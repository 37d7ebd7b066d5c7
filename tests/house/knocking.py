"""Who knocks at the doors, and what each should find there: derived from what the routes declare, never written down by hand."""

from dataclasses import dataclass, replace

from flask.testing import FlaskClient

from consortium.web.policy import Role, may
from tests.factories import Founded
from tests.house.atlas import Route
from tests.house.furniture import AUDITOR, ENTRUSTED, OPERATOR

# A holder's GET opens, leads on, or shows what is wrong with what was asked, or why it cannot be done now.
OPENS = {200, 302, 303, 409, 422}
# A holder's empty form: it was done, or it is refused for what it says, never for who sends it.
DONE = {200, 201, 204, 302, 303, 400, 404, 409, 415, 422, 429}
# A public page may be about something that is not there (a link used up).
OPEN_TO_ALL = DONE | {410}


@dataclass(frozen=True, eq=False)
class Knocker:
    """Somebody: the e-mail signed in ("" nobody), the role in the house's consortium (and beside it), in its region, on the platform."""

    founded: Founded
    email: str
    here: Role | None = None
    beside: frozenset[Role] = frozenset()
    region: Role | None = None
    anywhere: frozenset[Role] = frozenset()

    def browser(self) -> FlaskClient:
        return Founded.browser(self.founded.app, self.email) if self.email else self.founded.app.test_client()

    def roles_at(self, route: Route) -> frozenset[Role]:
        """The roles that count at a route's address."""
        if route.place == "":
            return self.anywhere
        counted = self.here if route.place == "tenant" else self.region
        return frozenset({counted}) | self.beside if counted else frozenset()

    def may(self, route: Route) -> bool:
        return route.permission is None or any(may(role, route.permission) for role in self.roles_at(route))

    def finds(self, route: Route) -> set[int]:
        """The statuses that are right for this person at this route."""
        if route.permission is None:
            return OPEN_TO_ALL | ({401} if not self.email and route.method != "GET" else set())
        if not self.email:
            return {401} if route.api or route.method != "GET" else {302}
        roles = self.roles_at(route)
        if not roles and route.place:
            return {404}
        if not any(may(role, route.permission) for role in roles):
            return {404 if route.permission.concealed else 403}
        return OPENS if route.method == "GET" else DONE


STAFF = {"admin": Role.ADMINISTRATOR, "coordinator": Role.COORDINATOR, "cm1.trecate": Role.CASE_MANAGER, "reader": Role.READER}


def knockers(house: Founded, neighbour: Founded) -> dict[str, Knocker]:
    """Everybody: the house's staff, its auditor, the operator, a neighbour's administrator, nobody."""
    staff = {role.value: Knocker(house, house.email(who), here=role, anywhere=frozenset({role})) for who, role in STAFF.items()}
    entrusted = Knocker(house, house.email(ENTRUSTED), here=Role.CASE_MANAGER, beside=frozenset({Role.ENTRUSTED}))
    return staff | {
        "entrusted": replace(entrusted, anywhere=frozenset({Role.CASE_MANAGER})),
        "auditor": Knocker(house, AUDITOR, region=Role.AUDITOR, anywhere=frozenset({Role.AUDITOR})),
        "operator": Knocker(house, OPERATOR, anywhere=frozenset({Role.OPERATOR})),
        "stranger": Knocker(house, neighbour.email("admin"), anywhere=frozenset({Role.ADMINISTRATOR})),
        "nobody": Knocker(house, ""),
    }


WHO = ("administrator", "coordinator", "case_manager", "entrusted", "reader", "auditor", "operator", "stranger", "nobody")


def holder_of(route: Route, everybody: dict[str, Knocker]) -> Knocker:
    """Somebody who may open a route: the first in WHO (nobody, where nobody holds its permission)."""
    return next((everybody[who] for who in WHO if everybody[who].may(route)), everybody["nobody"])
