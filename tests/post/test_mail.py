"""Mail leaves at once, comes back when it is refused for now, and is never lost: with a real worker and a real server of SMTP."""

import os
import signal
import threading
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from consortium.post import queries, services
from consortium.post.queries import Sending
from tenants import scope
from tenants.database import db
from tests.factories import Founded
from tests.post.mailbox import Mailbox
from tests.post.workers import Worker, eventually

Start = Callable[..., Worker]
Jobs = Callable[[str], list[tuple[int, str]]]


def announce(trecate: Founded, to: str, text: str = "Buongiorno, l'appuntamento è martedì.") -> UUID:
    with trecate.scope():
        message_id = services.announce(to=to, subject="Appuntamento di martedì", text=text, about=("desks", UUID(int=0))).id
        db.session.commit()
    return message_id


def state(trecate: Founded, message_id: UUID) -> Sending:
    with trecate.scope():
        return next(each for each in queries.messages_about("desks", UUID(int=0)) if each.id == message_id)


def somebody(kind: str = "anna") -> str:
    return f"{kind}-{uuid4().hex}@example.it"


def test_it_leaves_at_once_and_is_whole(trecate: Founded, start: Start, mailbox: Mailbox) -> None:
    start()
    to = somebody()
    message_id = announce(trecate, to, "Buongiorno,\n\nper confermare: https://example.it/c?a=1&b=2.\n")
    committed = time.monotonic()
    [mail] = mailbox.wait_for(to)
    assert time.monotonic() - committed < 4
    assert mail["Message-ID"] == f"<{message_id}@capofila.example>"
    assert (mail["Subject"], mail["Auto-Submitted"]) == ("Appuntamento di martedì", "auto-generated")
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "https://example.it/c?a=1&b=2." in plain.get_content()
    assert '<a href="https://example.it/c?a=1&amp;b=2">' in html.get_content()
    eventually(lambda: state(trecate, message_id).state == "sent")


def test_mail_of_accounts(app: Flask, start: Start, mailbox: Mailbox) -> None:
    start()
    to, account = somebody(), uuid4()
    with app.app_context(), scope.gatekeeper_scope():
        services.announce(to=to, subject="Nuova password", text="Ecco", about=("accounts", account))
        db.session.commit()
    assert len(mailbox.wait_for(to)) == 1


@pytest.mark.parametrize(("kind", "error"), [("later", "SMTPRecipientsRefused 451"), ("cut", "SMTPServerDisconnected")])
def test_refused_for_now_it_is_tried_again(
    trecate: Founded, start: Start, mailbox: Mailbox, jobs: Jobs, hasten: Callable[[], None], kind: str, error: str
) -> None:
    worker = start()
    to = somebody(kind)
    message_id = announce(trecate, to)
    eventually(lambda: state(trecate, message_id).attempts == 1)
    seen = state(trecate, message_id)
    assert (seen.state, seen.last_error) == ("waiting", error)
    assert seen.next_attempt_at is not None
    eventually(lambda: jobs(f"args #>> '{{args,message_id}}' = '{message_id}' AND scheduled_at > now()"))
    hasten()
    assert len(mailbox.wait_for(to)) == 1
    eventually(lambda: state(trecate, message_id).state == "sent")
    assert (state(trecate, message_id).attempts, state(trecate, message_id).last_error) == (2, None)
    assert to not in worker.log.read_text()


@pytest.mark.parametrize(("kind", "error"), [("never", "SMTPRecipientsRefused 550"), ("spam", "SMTPDataError 554")])
def test_refused_for_good_it_is_given_up(trecate: Founded, start: Start, kind: str, error: str) -> None:
    start()
    message_id = announce(trecate, somebody(kind))
    eventually(lambda: state(trecate, message_id).state == "failed")
    assert (state(trecate, message_id).last_error, state(trecate, message_id).next_attempt_at) == (error, None)


def test_a_failed_one_can_be_sent_again(trecate: Founded, start: Start, mailbox: Mailbox) -> None:
    start()
    to = somebody("never")
    message_id = announce(trecate, to)
    eventually(lambda: state(trecate, message_id).state == "failed")
    with trecate.scope():
        message = queries.message(message_id)
        assert message is not None
        services.send_again(message)
        db.session.commit()
    eventually(lambda: mailbox.tries[to] == 2)


def test_killed_before_the_server_has_it_it_is_sent_once(
    trecate: Founded, start: Start, mailbox: Mailbox, hasten: Callable[[], None]
) -> None:
    first = start()
    to = somebody("slow")
    mailbox.delay = 3
    message_id = announce(trecate, to)
    eventually(lambda: mailbox.tries[to] == 1)
    os.kill(first.process.pid, signal.SIGSTOP)  # it is silent, and holds its job: another worker must not run it as well
    second = start()
    second.wait_for("Occupied")
    assert mailbox.tries[to] == 1
    first.kill()
    mailbox.delay = 0
    eventually(lambda: hasten() or state(trecate, message_id).state == "sent")
    assert len(mailbox.sent_to(to)) == 1


def test_killed_between_the_servers_yes_and_our_mark_it_comes_twice_with_one_id(trecate: Founded, start: Start, mailbox: Mailbox) -> None:
    first = start()
    to, killed = somebody(), threading.Event()

    def kill_once(recipient: str) -> None:
        if recipient == to and not killed.is_set():
            killed.set()
            first.kill()

    mailbox.at_text = kill_once
    message_id = announce(trecate, to)
    eventually(killed.is_set)
    start()
    eventually(lambda: state(trecate, message_id).state == "sent")
    once, again = mailbox.sent_to(to)
    assert once.as_bytes() == again.as_bytes()


def test_killed_again_and_again_nothing_is_lost(trecate: Founded, start: Start, mailbox: Mailbox) -> None:
    everybody = [somebody() for _ in range(60)]
    with trecate.scope():
        for to in everybody:
            services.announce(to=to, subject="A tutti", text="Ciao", about=("desks", UUID(int=0)))
        db.session.commit()
    for pause in (0.1, 0.2, 0.15):
        worker = start()
        time.sleep(pause)
        worker.kill()
    start()
    eventually(lambda: all(mailbox.sent_to(to) for to in everybody), 60)
    twice = [to for to in everybody if len(mailbox.sent_to(to)) > 1]
    assert len(twice) <= 3  # one for each kill, at most
    assert all(len({mail["Message-ID"] for mail in mailbox.sent_to(to)}) == 1 for to in everybody)
