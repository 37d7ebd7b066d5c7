"""Mail and jobs exist if what they are about is committed, and belong to the scope in which they were left."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from consortium.post import queries, services
from consortium.post.models import State
from tenants import scope
from tenants.database import Scope, db
from tenants.isolation import audit
from tests.factories import Founded


def jobs(owner: Connection, message_id: object) -> list[dict[str, object]]:
    owner.rollback()
    found = owner.execute(text("SELECT args FROM procrastinate_jobs WHERE args #>> '{args,message_id}' = :id"), {"id": str(message_id)})
    return list(found.scalars())


def test_a_message_and_its_job_are_committed_together(trecate: Founded, owner: Connection) -> None:
    about = ("desks", uuid4())
    with trecate.scope():
        message_id = services.announce(to="anna@example.it", subject="Appuntamento", text="Ciao", about=about).id
        db.session.rollback()
        assert queries.messages_about(*about) == []
    assert jobs(owner, message_id) == []
    with trecate.scope():
        message_id = services.announce(to="anna@example.it", subject="Appuntamento", text="Ciao", about=about).id
        db.session.commit()
        [seen] = queries.messages_about(*about)
    assert (seen.state, seen.attempts, seen.subject) == (State.WAITING, 0, "Appuntamento")
    [job] = jobs(owner, message_id)
    assert job["scope"] == {"role": "member", "tenant_id": str(trecate.id), "region_id": "01", "actor_id": None, "request_id": None}


def test_the_gatekeeper_writes_to_accounts(app: Flask, trecate: Founded, owner: Connection) -> None:
    about = ("accounts", uuid4())
    with app.app_context(), scope.gatekeeper_scope():
        message_id = services.announce(to="anna@example.it", subject="Password", text="Ciao", about=about).id
        db.session.commit()
        assert len(queries.messages_about(*about)) == 1
    with trecate.scope():
        assert queries.messages_about(*about) == []
    assert jobs(owner, message_id)[0]["scope"]["role"] == "gatekeeper"  # type: ignore[index]  # JSON


def test_another_consortium_sees_nothing(trecate: Founded, other: Founded) -> None:
    about = ("desks", uuid4())
    with trecate.scope():
        services.announce(to="anna@example.it", subject="Appuntamento", text="Ciao", about=about)
        db.session.commit()
    with other.scope():
        assert queries.messages_about(*about) == []


@pytest.mark.parametrize(
    "to", ["anna@example.it\nBcc: all@example.it", "a@b.it, c@d.it", "Anna <anna@example.it>", "anna", "@example.it", ""]
)
def test_one_plain_address_only(trecate: Founded, to: str) -> None:
    with trecate.scope(), pytest.raises(services.AddressRefused):
        services.announce(to=to, subject="Appuntamento", text="Ciao")


def test_an_unknown_task_is_told_to_whoever_leaves_the_job(trecate: Founded) -> None:
    with trecate.scope(), pytest.raises(KeyError):
        services.defer("post.no_such_task")


@pytest.mark.parametrize("door", ["auditor", "visitor", "postman"])
def test_other_doors_leave_no_jobs(trecate: Founded, door: str) -> None:
    with trecate.app.app_context(), scope.entered(Scope(door, trecate.id, "01")), pytest.raises(DBAPIError, match="permission denied"):
        services.defer("post.send")


@pytest.mark.parametrize("left_by", [Scope("member", None, None), Scope("gatekeeper", UUID(int=1), "01")])
def test_a_job_is_one_consortiums_or_none(app: Flask, left_by: Scope) -> None:
    with app.app_context(), scope.entered(left_by), pytest.raises(DBAPIError, match="a job is left by one consortium"):
        services.defer("post.send")


def test_the_postman_sees_jobs_and_no_mail(trecate: Founded) -> None:
    with trecate.app.app_context(), scope.entered(Scope("postman", trecate.id, "01")):
        db.session.execute(text("SELECT count(*) FROM procrastinate_jobs"))
        with pytest.raises(DBAPIError):
            db.session.execute(text("SELECT recipient FROM messages"))


def test_walls(owner: Connection) -> None:
    ours = [walls for walls in audit(owner) if "message" in walls.table or walls.table.startswith("procrastinate_")]
    assert len(ours) == 6
    assert {walls.table: walls.gaps for walls in ours if walls.gaps} == {}
