"""MAIL_URL is understood or refused at the start, and a server that cannot prove who it is gets neither password nor mail."""

import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import AuthResult

from consortium.config import ConfigInvalid
from consortium.post import transport
from tests.post.mailbox import Mailbox


def mail() -> EmailMessage:
    made = EmailMessage()
    made["To"], made["Message-ID"] = "anna@example.it", "<1@example.it>"
    made.set_content("Ciao")
    return made


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    made, file = trustme.CA(), tmp_path_factory.mktemp("ca") / "ca.pem"
    made.cert_pem.write_to_path(str(file))
    return made, file


@pytest.fixture(scope="module")
def guarded(authority: tuple[trustme.CA, Path]) -> Iterator[Mailbox]:
    """A server that wants STARTTLS and a password."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority[0].issue_cert("localhost").configure_cert(context)

    def knows(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        return AuthResult(success=getattr(data, "password", None) == b"p@ss:word")

    options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": knows}
    with Mailbox(hostname="localhost", **options) as mailbox:
        yield mailbox


def test_starttls_and_a_password(guarded: Mailbox, authority: tuple[trustme.CA, Path]) -> None:
    url = f"smtp://capofila:p%40ss%3Aword@localhost:{guarded.port}?ca={authority[1]}"
    transport.chosen(url).deliver(mail(), "anna@example.it", "no-reply@example.it")
    assert len(guarded.taken) == 1


def test_a_server_with_a_strangers_certificate_gets_nothing(guarded: Mailbox) -> None:
    before = len(guarded.taken)
    with pytest.raises(ssl.SSLCertVerificationError):
        transport.chosen(f"smtp://capofila:x@localhost:{guarded.port}").deliver(mail(), "anna@example.it", "no-reply@example.it")
    assert len(guarded.taken) == before


def test_a_server_without_starttls_gets_nothing(mailbox: Mailbox) -> None:
    with pytest.raises(smtplib.SMTPNotSupportedError):
        transport.chosen(f"smtp://127.0.0.1:{mailbox.port}").deliver(mail(), "anna@example.it", "no-reply@example.it")


def test_a_server_that_never_ends_its_answer_is_left(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "WHOLE", 0.3)
    monkeypatch.setattr(mailbox, "delay", 5)
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        transport.chosen(f"smtp://127.0.0.1:{mailbox.port}?starttls=off").deliver(mail(), "slow-1@example.it", "no-reply@example.it")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.it", ("mail.example.it", 587, "starttls")),
        ("smtp://mail.example.it?starttls=off", ("mail.example.it", 25, "off")),
        ("smtps://u:p@mail.example.it", ("mail.example.it", 465, "tls")),
    ],
)
def test_what_is_understood(url: str, expected: tuple[str, int, str]) -> None:
    server = transport.chosen(url)
    assert isinstance(server, transport.Server)
    assert (server.host, server.port, server.security) == expected


@pytest.mark.parametrize(
    "url", ["", "mail.example.it", "smtp://", "smtp://h?starttls=maybe", "smtp://h?tls=on", "file://there/mail", "http://h"]
)
def test_what_is_not(url: str) -> None:
    with pytest.raises(ConfigInvalid, match="MAIL_URL"):
        transport.chosen(url)


def test_the_certificate_is_checked_with_smtps_too(authority: tuple[trustme.CA, Path]) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority[0].issue_cert("localhost").configure_cert(context)
    with Mailbox(hostname="localhost", ssl_context=context) as mailbox:
        url = f"smtps://localhost:{mailbox.port}"
        with pytest.raises(ssl.SSLCertVerificationError):
            transport.chosen(url).deliver(mail(), "anna@example.it", "no-reply@example.it")
        transport.chosen(f"{url}?ca={authority[1]}").deliver(mail(), "anna@example.it", "no-reply@example.it")
        assert len(mailbox.taken) == 1
