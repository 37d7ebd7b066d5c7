"""How a message is written: addresses, the HTML made of a text, the lines of RFC 5322."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from html import escape

from consortium.post.models import AccountMessage, Message

_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[^\s@,;:<>()\[\]\"\\]+")


def address(text: str) -> str:
    """One address as a mail server takes it (the domain in its ASCII form); ValueError for anything else."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError("not an address")
    local, _, domain = text.rpartition("@")
    return Address(username=local, domain=domain.encode("idna").decode()).addr_spec


def html_of(text: str, *, title: str, locale: str) -> str:
    """A plain page of the text: paragraphs where it has empty lines, links where it has addresses."""
    paragraphs = "\n".join(f"<p>{_linked(each)}</p>" for each in re.split(r"\n\s*\n", text.strip()))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><base target="_blank"><title>{escape(title)}</title>'
    style = "font: 16px/1.5 'Titillium Web', sans-serif; color: #17324d; max-width: 40em; margin: 1em auto; padding: 0 1em"
    return f'<!doctype html>\n<html lang="{escape(locale)}"><head>{head}</head>\n<body style="{style}">\n{paragraphs}\n</body></html>\n'


def _linked(paragraph: str) -> str:
    pieces, end = [], 0
    for found in _LINK.finditer(paragraph):
        url = escape(found.group())
        pieces += [escape(paragraph[end : found.start()]), f'<a href="{url}">{url}</a>']
        end = found.end()
    return "".join([*pieces, escape(paragraph[end:])]).replace("\n", "<br>\n")


def plain(sender: str) -> str:
    """The address of `Name <address>`."""
    return parseaddr(sender)[1]


def compose(letter: Message | AccountMessage, *, sender: str) -> EmailMessage:
    """The mail as it travels. The same row gives the same bytes, Message-ID first: who gets it twice can tell.

    ValueError where a header would break a line.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = letter.recipient
    mail["Subject"] = letter.subject
    mail["Date"] = letter.created_at
    mail["Message-ID"] = f"<{letter.id}@{plain(sender).rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text or "")
    mail.add_alternative(letter.html or "", subtype="html")
    mail.set_boundary(f"=_{letter.id.hex}")
    return mail
