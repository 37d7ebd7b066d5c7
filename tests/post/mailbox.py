"""A real server of SMTP for tests, that takes, refuses, delays and drops: the first word of the recipient tells it which."""

import asyncio
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """`taken` is every mail that the server has said yes to, in order. Recipients:

    never-…  refused for good (550) · later-…  refused the first time (451) · spam-…  its text is refused for good (554)
    cut-…  the connection is dropped instead of the first answer to the text · slow-…  the answer to the recipient takes `delay` seconds.
    """

    def __init__(self, hostname: str = "127.0.0.1", **options: Any) -> None:
        self.taken: list[EmailMessage] = []
        self.tries: Counter[str] = Counter()
        self.delay = 0.5
        self.at_text: Callable[[str], None] = lambda recipient: None
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname=hostname, port=_free_port(), **options)

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return self._controller.port

    def sent_to(self, recipient: str) -> list[EmailMessage]:
        return [mail for mail in list(self.taken) if mail["To"] == recipient]

    def wait_for(self, recipient: str, *, seconds: float = 60) -> list[EmailMessage]:
        """The mails to a recipient, as soon as there is one."""
        end = time.monotonic() + seconds
        while not self.sent_to(recipient) and time.monotonic() < end:
            time.sleep(0.01)
        return self.sent_to(recipient)

    # aiosmtpd calls these by name.
    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.tries[address] += 1
        if address.startswith("never-"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later-") and self.tries[address] == 1:
            return "451 4.7.1 come back later"
        if address.startswith("slow-"):
            await asyncio.sleep(self.delay)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        recipient = envelope.rcpt_tos[0]
        if recipient.startswith("spam-"):
            return "554 5.7.1 not wanted"
        if recipient.startswith("cut-") and self.tries[recipient] == 1:
            server.transport.abort()
            return "421 gone"
        self.at_text(recipient)
        with self._lock:
            self.taken.append(message_from_bytes(envelope.content or b"", policy=policy.default))  # type: ignore[arg-type]  # EmailMessage by its policy
        return "250 OK"


def _free_port() -> int:
    """aiosmtpd wants to be told."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
