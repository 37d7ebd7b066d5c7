"""The network's doors: the pages of members, partners and agreements."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from consortium.network import agreement_pages, member_pages, partner_pages
from consortium.network.doorway import blueprint
from consortium.network.policy import Network
from consortium.web import layout

__all__ = ["agreement_pages", "blueprint", "furnish", "member_pages", "partner_pages"]


def furnish(app: Flask) -> None:
    layout.navigation(app).add(_l("Network"), "network.members", permission=Network.READ, order=60)
