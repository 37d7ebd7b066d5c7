"""What the operator does with a consortium, in an operator's scope; founding, suspending and deleting are the ground floor's own."""

from datetime import UTC, datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from consortium.post.services import defer
from tenants import archive, founding, registry
from tenants.archive import Archive, ArchiveState
from tenants.database import db
from tenants.errors import Problem
from tenants.models import Tenant
from tenants.registry import Entry

# One that waits longer was lost with the server that should have written it.
PATIENCE = timedelta(hours=1)


class OtherSlug(Problem):
    status = 422
    title = _l("This is not the slug of this consortium")
    remedy = _l("Type it exactly as it is written above.")


def request_export(*, entry: Entry) -> Archive:
    """Have an archive written on the server, by a job; nobody reads it through a page. While one is being written, it is that one."""
    db.session.execute(select(Tenant.id).where(Tenant.id == entry.id).with_for_update())
    now = datetime.now(UTC)
    for asked in registry.archives(entry.id)[:1]:
        if asked.state == ArchiveState.WAITING and asked.asked_at > now - PATIENCE:
            return asked
    made = archive.ask(tenant_id=entry.id, slug=entry.slug, file=f"{entry.slug}-{now:%Y%m%dT%H%M%SZ}.zip")
    defer("platform.export", archive_id=made.id)
    return made


def delete(*, entry: Entry, slug: str, forced: bool) -> None:
    """Delete a consortium whose slug was typed. Raises OtherSlug, and what `founding.delete` raises."""
    if slug != entry.slug:
        raise OtherSlug(OtherSlug.title, field="slug")
    founding.delete(entry.id, forced=forced)
