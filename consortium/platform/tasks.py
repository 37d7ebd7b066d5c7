"""Exports: written by a job, since a consortium may be large."""

from uuid import UUID

from consortium.platform.exports import folder
from consortium.post.tasks import task
from tenants import archive
from tenants.database import db
from tenants.scope import operator_scope


def _give_up(archive_id: str) -> None:
    with operator_scope():
        archive.give_up(UUID(archive_id))
        db.session.commit()


@task("platform.export", attempts=3, one_at_a_time=True, given_up=_give_up)
def export(archive_id: str) -> None:
    """Write the archive that was asked for. Whoever left the job may see nothing of it: `take` opens other doors."""
    with operator_scope():
        file = archive.file_of(UUID(archive_id))
    archive.take(UUID(archive_id), folder() / file)
