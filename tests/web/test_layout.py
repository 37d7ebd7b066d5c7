"""The frame of a page: navigation by permission, breadcrumb, language, and forms that say what is wrong beside the field."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, current_app, g, render_template_string, request
from flask.testing import FlaskClient
from flask_babel import Babel

from consortium.web import assets, layout
from consortium.web.language import choose_locale
from consortium.web.policy import Permission, Role, grant
from consortium.web.visitor import Belonging, Consortium, Face, Visitor

PAGE = """{% extends "web/page.html" %}{% block heading %}Cases & people{% endblock %}{% block content %}
{% set crumbs = [] %}{{ request.args.q }}{% endblock %}"""
CRUMBS = """{% extends "web/page.html" %}{% set crumbs = [("Cases", "/c"), ("Rossi", none)] %}{% block heading %}Rossi{% endblock %}"""


class Things(Permission):
    READ = "things.read"
    WRITE = "things.write"


@dataclass
class Typed:
    """A form as the macros see it."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    once: str = "token"


def consortium(slug: str, name: str) -> Consortium:
    return Consortium(uuid4(), slug, name, "Comune di Trecate", "01", "Regione Piemonte", "piemonte", True)


def manager(*others: Consortium) -> Visitor:
    here = consortium("trecate", "Sportello di Trecate")
    belongings = tuple(Belonging(uuid4(), Role.READER, each) for each in (here, *others))
    face = Face(uuid4(), "Ada Bo", "ada@trecate.example")
    return Visitor(account=face, tenant=here, roles=frozenset({Role.READER}), belongings=belongings)


def arrive() -> None:
    """What the guard does: who asks, and in which consortium."""
    g.visitor = current_app.extensions.get("visitor")
    g.tenant_slug = g.visitor.tenant.slug if g.visitor else None


@pytest.fixture
def app() -> Flask:
    grant([Things.READ], Role.READER)
    app = Flask("consortium.web")
    Babel(app, locale_selector=choose_locale, default_translation_directories=str(assets.ROOT / "translations"))
    layout.install(app)
    app.add_url_rule("/<tenant>/things", "things.list", lambda tenant: tenant)
    app.add_url_rule("/<tenant>/things/new", "things.new", lambda tenant: tenant)
    app.add_url_rule("/", "page", lambda: render_template_string(PAGE), methods=["GET", "POST"])
    app.add_url_rule("/crumbs", "crumbs", lambda: render_template_string(CRUMBS))
    app.secret_key = "only here"
    app.before_request(arrive)
    layout.navigation(app).add("New", "things.new", permission=Things.WRITE, order=1)
    layout.navigation(app).add("Things", "things.list", permission=Things.READ, order=2)
    layout.navigation(app).add("Elsewhere", "nothing.here", order=3)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def visit(app: Flask, visitor: Visitor | None, path: str = "/") -> str:
    """The page as this visitor sees it."""
    app.extensions["visitor"] = visitor
    return app.test_client().get(path).get_data(as_text=True)


@pytest.fixture
def asked(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def macro(name: str, call: str, **context: Any) -> str:
    return render_template_string(f'{{% from "web/macros/{name}.html" import {call.split("(")[0]} %}}{{{{ {call} }}}}', **context)


def test_a_page_without_visitor_has_a_frame(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert '<html lang="it"' in page
    assert "<title>Cases &amp; people – Capofila</title>" in page
    assert page.count("<h1>") == 1
    assert 'id="navigation"' not in page


def test_the_navigation_shows_what_one_may_open_and_what_exists(app: Flask) -> None:
    page = visit(app, manager())
    assert 'href="/trecate/things"' in page
    assert "/trecate/things/new" not in page
    assert "Elsewhere" not in page


def test_nobody_gets_the_navigation_without_an_account(app: Flask) -> None:
    layout.navigation(app).add("Open", "page")
    assert 'id="navigation"' not in visit(app, Visitor(tenant=consortium("trecate", "Trecate")))


def test_at_most_seven_entries(app: Flask) -> None:
    for number in range(9):
        layout.navigation(app).add(f"Entry {number}", "page", order=number)
    assert visit(app, manager()).count('class="nav-link') == 7


def test_the_entry_of_the_page_is_marked(app: Flask) -> None:
    layout.navigation(app).add("Home", "page", order=1)
    assert '<a class="nav-link active" href="/" aria-current="true"><span>Home</span></a>' in visit(app, manager())


def test_the_entry_that_the_breadcrumb_begins_with_is_marked(app: Flask) -> None:
    app.add_url_rule("/c", "c", lambda: "")
    layout.navigation(app).add("Home", "page", order=1)
    layout.navigation(app).add("Cases", "c", order=2)
    page = visit(app, manager(), "/crumbs")
    assert '<a class="nav-link active" href="/c" aria-current="true"><span>Cases</span></a>' in page
    assert page.count("nav-link active") == 1


def test_the_switcher_appears_only_where_there_is_a_choice(app: Flask) -> None:
    assert 'href="/lecce/"' not in visit(app, manager())
    assert 'href="/lecce/"' in visit(app, manager(consortium("lecce", "Lecce")))


def test_a_template_sets_its_breadcrumb(client: FlaskClient) -> None:
    page = client.get("/crumbs").get_data(as_text=True)
    assert '<a href="/c">Cases</a>' in page
    assert 'class="breadcrumb-item active" aria-current="page"' in page


def test_a_language_link_keeps_the_address_and_is_remembered(client: FlaskClient) -> None:
    answer = client.get("/?q=a+b&lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?q=a+b")
    assert '<html lang="en"' in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("lang", ["xx", "", "../it"])
def test_an_unknown_language_changes_nothing(client: FlaskClient, lang: str) -> None:
    assert client.get("/", query_string={"lang": lang}).status_code == 200


def test_a_language_link_never_leads_to_another_site(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        request.path = "//evil.example/x"
        answer = layout.change_language()
    assert answer is not None
    assert answer.headers["Location"] == "/evil.example/x"


@pytest.mark.usefixtures("asked")
class TestForm:
    def test_an_error_stands_beside_its_field_and_in_the_summary(self) -> None:
        form = Typed({"email": "ada"}, {"email": ["Not an address."], "_schema": ["Already here."]})
        page = macro("form", "field(form, 'email', 'E-mail', 'email', help='At work')", form=form)
        assert 'aria-describedby="field-email-help field-email-error" aria-invalid="true"' in page
        assert 'value="ada"' in page
        summary = macro("form", "error_summary(form)", form=form)
        assert '<a href="#field-email">Not an address.</a>' in summary
        assert "<span>Already here.</span>" in summary

    def test_required_is_the_rule_and_the_rest_is_marked(self) -> None:
        assert " required" in macro("form", "field(form, 'a', 'A')", form=Typed())
        optional = macro("form", "field(form, 'a', 'A', required=false)", form=Typed())
        assert " required" not in optional
        assert 'class="optional"' in optional

    def test_a_dotted_name_has_an_id_that_a_link_can_reach(self) -> None:
        form = Typed(errors={"hours.0.opens": ["Too early."]})
        assert 'id="field-hours-0-opens"' in macro("form", "field(form, 'hours.0.opens', 'Opens', 'time')", form=form)
        assert 'href="#field-hours-0-opens"' in macro("form", "error_summary(form)", form=form)

    def test_choices_keep_what_was_chosen(self) -> None:
        call = "field(form, 'kinds', 'Kinds', 'checkboxes', options=[(1, 'One'), (2, 'Two')])"
        page = macro("form", call, form=Typed({"kinds": [2]}))
        assert page.count(" checked") == 1
        assert 'value="2" checked' in page
        select = macro("form", "field(form, 'k', 'K', 'select', options=[(1, 'One'), (2, 'Two')])", form=Typed({"k": 2}))
        assert '<option value="2" selected>' in select

    def test_a_password_is_never_sent_back(self) -> None:
        assert "hunter2" not in macro("form", "field(form, 'p', 'P', 'password')", form=Typed({"p": "hunter2"}))

    def test_the_token_against_double_submission_is_in_the_form(self) -> None:
        assert '<input type="hidden" name="once" value="token">' in macro("form", "form_open(form, '/x')", form=Typed())

    def test_what_was_typed_is_text(self) -> None:
        page = macro("form", "field(form, 'a', 'A')", form=Typed({"a": '"><script>'}))
        assert "<script>" not in page


@pytest.mark.usefixtures("asked")
class TestParts:
    def test_a_chart_has_its_table_and_no_inline_style(self) -> None:
        rows = [("Trecate", 252, "252", "/a", 240), ("Cerano", 0, "0", None, None)]
        page = macro("parts", "bar_chart('By desk', rows, ('Desk', 'Now', 'Before'), 'c')", rows=rows)
        assert '<rect class="bar" width="100.0"' in page
        assert '<a href="/a">252</a>' in page
        assert "style=" not in page

    def test_a_chart_of_nothing_divides_by_nothing(self) -> None:
        assert 'width="0.0"' in macro("parts", "bar_chart('T', [('A', 0, '0', none, none)], ('D', 'N', 'B'), 'c')")

    def test_progress_stops_asking_when_it_is_done(self) -> None:
        assert 'hx-get="/p"' in macro("parts", "progress('/p', 3, 10, 'Import')")
        assert "hx-get" not in macro("parts", "progress('/p', 10, 10, 'Import')")

    def test_an_empty_fact_is_a_dash(self) -> None:
        assert "—" in macro("parts", "facts([('Phone', '')])")

    def test_a_confirmation_works_without_scripts(self) -> None:
        page = macro("parts", "confirm('m', 'Sure?', 'It will end.', '/end', 'End it')")
        assert 'href="/end"' in page
        assert 'method="post" action="/end"' in page
