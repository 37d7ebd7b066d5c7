"""Who makes a request: an account (or nobody), and what it is in the consortium or region of the address."""

from dataclasses import dataclass
from uuid import UUID

from consortium.web.policy import ROLE_LABELS, Role, may


@dataclass(frozen=True, slots=True)
class Face:
    """An account as pages show it."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Consortium:
    """The tenant of the address."""

    id: UUID
    slug: str
    name: str
    lead_body: str
    region_id: str
    region_name: str
    region_slug: str
    active: bool
    region_url: str | None = None


@dataclass(frozen=True, slots=True)
class Belonging:
    """A role of the account in a consortium, valid today."""

    membership_id: UUID
    role: Role
    tenant: Consortium
    entrusted: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    id: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Roles are those that count at this address: one in a consortium (and what one is entrusted with), all on the account's own pages."""

    account: Face | None = None
    tenant: Consortium | None = None
    region: Region | None = None
    membership_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    belongings: tuple[Belonging, ...] = ()
    regions: tuple[Region, ...] = ()
    is_operator: bool = False
    sign_in_id: UUID | None = None

    @property
    def role_label(self) -> str:
        """The role in words; nothing where several or none count."""
        return str(ROLE_LABELS[self.role]) if self.role else ""

    def may(self, permission: str) -> bool:
        return any(may(role, permission) for role in self.roles)

    @property
    def role(self) -> Role | None:
        own = self.roles - {Role.ENTRUSTED}
        return next(iter(own)) if len(own) == 1 else None

    @property
    def memberships(self) -> list[tuple[str, str]]:
        """(name, slug) of each consortium one may switch to."""
        return [(each.tenant.name, each.tenant.slug) for each in self.belongings]
