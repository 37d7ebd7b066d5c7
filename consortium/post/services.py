"""Leaving mail and jobs, in the transaction of what they are about: they exist if it is committed, and not otherwise."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB

from consortium.post import letters, registry
from consortium.post.models import AccountMessage, Message, State
from consortium.post.queries import outbox
from tenants.database import db
from tenants.errors import Problem
from tenants.models import new_id

FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=4)
PATIENCE = 24  # attempts, over some two and a half days


class AddressRefused(Problem):
    """Not one plain address: a line break would smuggle a header into the mail, a comma another recipient."""

    status = 422
    title = _l("This is not an e-mail address")
    remedy = _l("Write one address, like name@example.it.")


def defer(task_name: str, due: datetime | None = None, /, **args: Any) -> int:
    """Leave a job for the worker, in this scope and transaction; returns its number. Not before `due`, if given.

    `args` become JSON (ids as text). The database stamps the scope's consortium on the job. KeyError: no such task.
    """
    task = registry.find(task_name)
    values = {name: str(value) if isinstance(value, UUID) else value for name, value in args.items()}
    job = func.app.defer(task.name, task.queue, cast(values, JSONB), due, task.one_at_a_time)
    number: int = db.session.execute(select(job)).scalar_one()
    return number


def announce(
    *, to: str, subject: str, text: str, html: str | None = None, about: tuple[str, UUID] | None = None, locale: str = "it"
) -> Message | AccountMessage:
    """Put a message in the outbox and leave the job that sends it. Raises AddressRefused.

    In a consortium's scope it is the consortium's, in the gatekeeper's it is of no consortium. `about`: table and id of the row whose
    page shows what became of it (`queries.messages_about`). Without `html` it is made of the text: paragraphs, and links that work.
    """
    table, row_id = about or (None, None)
    message = outbox()(
        id=new_id(),
        recipient=_address(to),
        subject=" ".join(subject.split()),
        text=text,
        html=html or letters.html_of(text, title=subject, locale=locale),
        about_table=table,
        about_id=row_id,
    )
    db.session.add(message)
    db.session.flush()
    defer("post.send", message_id=message.id)
    return message


def _address(to: str) -> str:
    try:
        return letters.address(to)
    except ValueError:
        raise AddressRefused(field="email") from None


def mark_sent(message_id: UUID) -> None:
    """The server has taken it over. One statement: a crash before it is what makes a mail come twice."""
    kind = outbox()
    emptied = {"text": None, "html": None, "last_error": None, "next_attempt_at": None}
    mark = update(kind).where(kind.id == message_id).values(state=State.SENT, sent_at=func.now(), attempts=kind.attempts + 1, **emptied)
    db.session.execute(mark, execution_options={"synchronize_session": False})


def mark_refused(message: Message | AccountMessage, *, error: str, for_good: bool) -> timedelta | None:
    """It was not taken over; returns how long to wait before the next attempt, None if there is none."""
    message.attempts += 1
    message.last_error = error
    if for_good or message.attempts >= PATIENCE:
        message.state, message.next_attempt_at = State.FAILED, None
        return None
    delay: timedelta = min(FIRST_DELAY * 2 ** (message.attempts - 1), LONGEST_DELAY)
    message.next_attempt_at = datetime.now().astimezone() + delay
    return delay


def send_again(message: Message | AccountMessage) -> None:
    """Give a failed message its patience back (an address was corrected at the other end, a server came back)."""
    message.state, message.attempts, message.last_error = State.WAITING, 0, None
    db.session.flush()
    defer("post.send", message_id=message.id)
