"""Where mail goes: a server of SMTP, or (in a demo) a folder of .eml files. MAIL_URL tells which.

`smtp://user:password@host:587` STARTTLS, certificate checked · `?starttls=off` in the clear, for a relay on this machine ·
`?ca=/path.pem` a certificate authority of one's own · `smtps://host:465` TLS from the start · `file:///folder`.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from threading import Timer
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from consortium.config import ConfigInvalid

ANSWER = 20  # seconds for each answer of the server
WHOLE = 120  # seconds for one message in all: a server that answers byte by byte does not hold the worker
PARTING = 2  # seconds for the answer to QUIT, of which nothing depends


class Transport(Protocol):
    def deliver(self, mail: EmailMessage, recipient: str, sender: str) -> None:
        """Returns when the mail has been taken over; any exception means that it was not, or that nobody can tell."""


@dataclass(frozen=True)
class Folder:
    """One file a message, named by its id: sent twice, it is written over."""

    path: Path

    def deliver(self, mail: EmailMessage, recipient: str, sender: str) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = mail["Message-ID"].strip("<>").partition("@")[0]
        unfinished = self.path / f".{name}"
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(mail.as_bytes())
        unfinished.replace(self.path / f"{name}.eml")


@dataclass(frozen=True)
class Server:
    """A server of SMTP. `security`: starttls, tls or off."""

    host: str
    port: int
    user: str | None
    password: str
    security: str
    authority: str | None

    def deliver(self, mail: EmailMessage, recipient: str, sender: str) -> None:
        with self._connected() as smtp:
            if self.user is not None:
                smtp.login(self.user, self.password)
            smtp.sendmail(sender, [recipient], mail.as_bytes())

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        smtp = self._greeted()
        deadline = Timer(WHOLE, _cut, [smtp])
        deadline.daemon = True
        deadline.start()
        try:
            if self.security == "starttls":
                smtp.starttls(context=self._trust())
            yield smtp
            _part(smtp)
        finally:
            deadline.cancel()
            smtp.close()

    def _greeted(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=ANSWER, context=self._trust())
        return smtplib.SMTP(self.host, self.port, timeout=ANSWER)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)


def _cut(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        with suppress(OSError):
            smtp.sock.shutdown(2)  # both ways: whoever waits for an answer gets the end


def _part(smtp: smtplib.SMTP) -> None:
    """Say goodbye. The mail is taken over already: a failure here is not one of the message."""
    with suppress(OSError, smtplib.SMTPException):
        if smtp.sock is not None:
            smtp.sock.settimeout(PARTING)
        smtp.quit()


def chosen(url: str) -> Transport:
    """The transport of a MAIL_URL; raises ConfigInvalid."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return Folder(Path(unquote(parts.path)))
    if parts.scheme in ("smtp", "smtps") and parts.hostname:
        return _server(parts)
    raise ConfigInvalid("MAIL_URL is not understood: write smtp://user:password@host:587, smtps://user:password@host or file:///folder")


def _server(parts: SplitResult) -> Server:
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    security = "tls" if parts.scheme == "smtps" else {"off": "off", "on": "starttls"}.get(options.get("starttls", "on"))
    if security is None or options.keys() - {"starttls", "ca"}:
        raise ConfigInvalid("MAIL_URL has an option that is not understood: there are starttls=on, starttls=off and ca=/path.pem")
    return Server(
        host=parts.hostname or "",
        port=parts.port or {"tls": 465, "starttls": 587, "off": 25}[security],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or ""),
        security=security,
        authority=options.get("ca"),
    )


def told(error: Exception) -> str:
    """An error without personal data: its class, and the server's code where there is one."""
    code = _code(error)
    return type(error).__name__ + (f" {code}" if code else "")


def is_for_good(error: Exception) -> bool:
    """Whether trying again is no use: the server refused this address or this mail with a code of the 500s (RFC 5321, 4.2.1).

    A refused sign-in or sender is our own setting, which somebody will put right: those wait.
    """
    about_the_mail = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return isinstance(error, ValueError) or (about_the_mail and _code(error) >= 500)


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
