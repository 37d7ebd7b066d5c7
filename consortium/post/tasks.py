"""The job that sends a message, and what the tasks of other rooms are written with."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from flask import current_app

from consortium.post import letters, queries, services, transport
from consortium.post.models import AccountMessage, Message, State
from consortium.post.registry import MAIL
from consortium.post.registry import task as task
from tenants.database import db, scope
from tenants.scope import entered

log = structlog.get_logger()

CRASHES = 100


class TryAgain(Exception):
    """Raised by a job that has recorded its failure itself: to be run again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


@contextmanager
def aside() -> Iterator[None]:
    """A transaction beside the job's own, in the same scope, committed at the end of the block: progress that others can see."""
    here = scope()
    with current_app.app_context(), entered(here):
        yield
        db.session.commit()


def _give_up(message_id: str) -> None:
    message = queries.message(UUID(message_id))
    if message is not None and message.state == State.WAITING:
        message.state, message.last_error, message.next_attempt_at = State.FAILED, "Interrupted", None


@task("post.send", queue=MAIL, attempts=CRASHES, given_up=_give_up)
def send(message_id: str) -> None:
    """Hand a message to the server. No transaction is open meanwhile; the mark is the first thing after the server's yes."""
    message = queries.message(UUID(message_id))
    if message is None or message.state != State.WAITING:
        return
    error = _deliver(message)
    if error is None:
        services.mark_sent(UUID(message_id))
        db.session.commit()
        return
    delay = services.mark_refused(message, error=transport.told(error), for_good=transport.is_for_good(error))
    db.session.commit()
    log.warning("message not sent", message_id=message_id, error=message.last_error, state=message.state)
    if delay is not None:
        raise TryAgain(delay.total_seconds())


def _deliver(message: Message | AccountMessage) -> Exception | None:
    """Returns what went wrong. Anything may, in a network: all of it is the message's to tell."""
    sender = current_app.config["MAIL_FROM"]
    try:
        mail = letters.compose(message, sender=sender)
        recipient, plain_sender = message.recipient, letters.plain(sender)
        db.session.commit()
        transport.chosen(current_app.config["MAIL_URL"]).deliver(mail, recipient, plain_sender)
    except Exception as error:
        return error
    return None
