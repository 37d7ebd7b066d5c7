"""What the notice adds to the pages of cases, and to the menu."""

from flask import Flask, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from consortium.cases import pages
from consortium.cases.pages import Link, Panel, PastOf, Section
from consortium.cases.queries import Found
from consortium.notices import acknowledgement_pages, history, notice_pages, queries, words
from consortium.notices.acknowledgement_pages import form_for
from consortium.notices.door import blueprint
from consortium.notices.models import Seen
from consortium.notices.policy import Acknowledgements, Notices
from consortium.web import layout
from consortium.web.listing.formats import today

__all__ = ["acknowledgement_pages", "blueprint", "furnish", "notice_pages"]


def _section(file: Found) -> Section:
    """On the page of the SAP: how the person stands; nothing where no notice is in force."""
    standing = queries.standing(file.Person.id)
    if standing.in_force is None:
        return Section(Markup())
    html = render_template("notices/section.html", file=file, standing=standing, words=words)
    missing = ((_("Privacy notice"), url_for("notices.of_case", case_id=file.Case.id)),)
    return Section(Markup(html), missing if standing.state != Seen.ACKNOWLEDGED else ())


def _panel(file: Found) -> Panel:
    """On the overview: what is still to be acknowledged, with its button; nothing where nothing is."""
    standing = queries.standing(file.Person.id)
    if standing.state in (None, Seen.ACKNOWLEDGED):
        return Panel(Markup())
    shown = {"file": file, "standing": standing, "form": form_for(standing), "words": words, "day": today()}
    return Panel(Markup(render_template("notices/panel.html", **shown, here=url_for("cases.overview", case_id=file.Case.id))))


def furnish(app: Flask) -> None:
    """Called once, when the room opens."""
    layout.menu(app).add(_l("Privacy notice"), "notices.index", permission=Notices.MANAGE, order=15)
    registry = pages.of(app)
    registry.panels.append((Acknowledgements.READ, _panel))
    registry.sections.append((Acknowledgements.READ, _section))
    registry.pasts.append(PastOf(history.PARTS, history.worded))
    registry.links.append(Link(_l("Privacy notice"), "notices.acknowledgements", Acknowledgements.READ, queries.is_any_in_force))
