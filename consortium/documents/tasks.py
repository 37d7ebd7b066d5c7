"""The files of a consortium that was deleted go when its deletion is committed, and not before."""

from uuid import UUID

from consortium.documents import upkeep
from consortium.post.services import defer
from consortium.post.tasks import task
from consortium.storage.door import store
from tenants import founding, registry


@task("documents.forget")
def forget(tenant_id: str) -> None:
    """In the operator's scope. A store that is away has the job tried again."""
    if registry.slug_of(UUID(tenant_id)) is None:
        upkeep.forget(store(), UUID(tenant_id))


def _depart(tenant_id: UUID) -> None:
    defer("documents.forget", tenant_id=tenant_id)


founding.departures.append(_depart)
