"""The operator's pages, through HTTP: what the operator can do, and that nobody else can."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from consortium.platform import tasks
from tenants import registry, scope
from tenants.database import db
from tenants.models import Tenant
from tests.factories import Founded, charter_text

NEW = "/operator/consortia/new"


def page(founded: Founded, rest: str = "") -> str:
    return f"/operator/consortia/{founded.slug}{rest}"


def entry(founded: Founded) -> registry.Entry | None:
    with founded.app.app_context(), scope.operator_scope():
        return registry.entry(founded.slug)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []
    with app.app_context():
        engine = db.engine
    keep = lambda *args: seen.append(args[2])  # noqa: E731  # the same function is taken off again
    event.listen(engine, "before_cursor_execute", keep)
    yield seen
    event.remove(engine, "before_cursor_execute", keep)


ROLES = {"nobody": 302, "reader": 403, "cm1.trecate": 403, "coordinator": 403, "admin": 403, "auditor": 403, "operator": 200}


@pytest.mark.parametrize(("who", "status"), ROLES.items())
def test_who_sees_the_pages(browser_of: Callable[[str], FlaskClient], trecate: Founded, who: str, status: int) -> None:
    browser = browser_of(who)
    for rest in ("", "/suspend", "/resume", "/delete"):
        assert browser.get(page(trecate, rest)).status_code == status
    assert browser.get("/operator/").status_code == status
    assert browser.get(NEW).status_code == status


@pytest.mark.parametrize("who", [who for who in ROLES if who != "operator"])
def test_nobody_else_does_anything(browser_of: Callable[[str], FlaskClient], trecate: Founded, who: str) -> None:
    browser = browser_of(who)
    refused = 401 if who == "nobody" else 403
    for rest in ("/suspend", "/resume", "/delete", "/exports"):
        assert browser.post(page(trecate, rest), data={"slug": trecate.slug, "forced": "true"}).status_code == refused
    assert browser.post(NEW, data={"charter": charter_text("mai-fondato")}).status_code == refused
    now = entry(trecate)
    assert now is not None
    assert now.state == "active"


def test_the_operator_lands_on_the_list_and_opens_no_consortium(operator: FlaskClient, trecate: Founded) -> None:
    assert operator.get("/").location.endswith("/operator/")
    assert operator.get(f"/{trecate.slug}/figures").status_code == 404


def test_the_list_counts_and_filters(operator: FlaskClient, trecate: Founded, other: Founded) -> None:
    found = operator.get(f"/operator/?q={trecate.slug}&format=json").get_json()
    [row] = found["items"]
    assert found["total"] == 1
    assert (row["slug"], row["region"], row["lead_body"], row["state"]) == (trecate.slug, "Piemonte", "Comune di Trecate", "active")
    assert (row["members"], row["desks"], row["accounts"]) == (3, 2, 7)
    shown = operator.get(f"/operator/?q={trecate.slug}").text
    assert f'href="{page(trecate)}"' in shown
    assert other.slug not in shown
    assert operator.get(f"/operator/?q={trecate.slug}&state=suspended&format=json").get_json()["total"] == 0


def test_an_unknown_consortium_is_not_found(operator: FlaskClient) -> None:
    for rest in ("", "/suspend", "/delete"):
        assert operator.get(f"/operator/consortia/nowhere{rest}").status_code == 404


def test_no_statement_touches_a_person_nor_is_there_one_a_row(app: Flask, operator: FlaskClient, trecate: Founded, other: Founded) -> None:
    persons = re.compile(r"\b(people|cases|assignments|pathways|sessions|sensitive_records|trail)\b")
    for address, most in (("/operator/", 6), (page(trecate), 10), (page(trecate, "/delete"), 10)):
        with statements(app) as seen:
            assert operator.get(address).status_code == 200
        asked = [each for each in seen if "app.enter(" not in each]
        assert len(asked) <= most, asked
        assert not [each for each in asked if persons.search(each)]


@pytest.fixture
def charter() -> tuple[str, str]:
    slug = f"nuovo-{uuid4().hex[:12]}"
    return slug, charter_text(slug)


def founded_under(app: Flask, slug: str) -> int:
    with app.app_context(), scope.operator_scope():
        return db.session.execute(select(func.count()).select_from(Tenant).where(Tenant.slug.startswith(slug))).scalar_one()


@pytest.mark.parametrize("way", ["pasted", "uploaded"])
def test_a_consortium_is_founded_once_from_a_charter(app: Flask, operator: FlaskClient, charter: tuple[str, str], way: str) -> None:
    slug, text = charter
    once = re.search(r'name="once" value="([^"]+)"', operator.get(NEW).text)
    assert once is not None

    def send() -> str:
        data = {"once": once[1], "charter": text} if way == "pasted" else {"once": once[1], "file": (io.BytesIO(text.encode()), "c.toml")}
        answer = operator.post(NEW, data=data, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.text
        return answer.location

    assert send() == send() == f"/operator/consortia/{slug}"
    assert founded_under(app, slug) == 1
    assert f"Consorzio {slug}" in operator.get(f"/operator/consortia/{slug}").text


def test_a_broken_charter_founds_nothing_and_is_shown_with_its_errors(app: Flask, operator: FlaskClient, charter: tuple[str, str]) -> None:
    slug, text = charter
    broken = text.replace('role = "reader"', 'role = "king"').replace('opens = "08:30"', 'opens = "25:30"', 1)
    answer = operator.post(NEW, data={"charter": broken})
    assert answer.status_code == 422
    for field, what in (("staff[2].role", 'role = "king"'), ("desks[0].hours[0].opens", 'opens = "25:30"')):
        line = broken[: broken.index(what)].count("\n") - text[: len(text) - len(text.lstrip())].count("\n") + 1
        assert re.search(rf">{line}</th>\s*<td[^>]*><code[^>]*>{re.escape(field)}</code>", answer.text), (line, field)
    assert "role = &#34;king&#34;" in answer.text
    assert "Vespolate" not in answer.text
    assert founded_under(app, slug) == 0


@pytest.mark.parametrize(
    "sent",
    [
        b"\xff\xfe\x00nonsense",
        b"PK\x03\x04 a zip",
        b"[consortium]\nslug = 'caf\xe9'\n",
        b"",
        b"\n\n",
        b"a = " + b"[" * 5000,
        b"x" * 1_000_001,
    ],
    ids=["utf-16", "zip", "latin-1", "empty", "blank", "deep", "long"],
)
def test_an_upload_that_is_no_charter_is_refused_with_the_reason(operator: FlaskClient, sent: bytes) -> None:
    answer = operator.post(NEW, data={"file": (io.BytesIO(sent), "charter.toml")}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "data-error-summary" in answer.text


def test_a_slug_that_is_taken_is_an_error_of_its_line(operator: FlaskClient, trecate: Founded) -> None:
    answer = operator.post(NEW, data={"charter": charter_text(trecate.slug).strip()})
    assert answer.status_code == 422
    assert re.search(r">2</th>\s*<td[^>]*><code[^>]*>consortium.slug</code>", answer.text)


def test_suspending_keeps_its_people_out_and_resuming_lets_them_in(operator: FlaskClient, trecate: Founded) -> None:
    people = trecate.as_("admin")
    assert f'action="{page(trecate, "/suspend")}"' in operator.get(page(trecate, "/suspend")).text
    assert operator.post(page(trecate, "/suspend")).status_code == 303
    assert people.get(f"/{trecate.slug}/figures").status_code == 403
    assert operator.post(page(trecate, "/resume")).status_code == 303
    assert people.get(f"/{trecate.slug}/figures").status_code == 200


def test_an_export_is_written_on_the_server_and_only_told_of(app: Flask, operator: FlaskClient, trecate: Founded) -> None:
    for _twice in range(2):
        assert operator.post(page(trecate, "/exports")).status_code == 303
    with app.app_context(), scope.operator_scope():
        tenant = registry.entry(trecate.slug)
        assert tenant is not None
        [asked] = registry.archives(tenant.id)
        assert asked.state == "waiting"
        assert asked.asked_by is not None
        archive_id = str(asked.id)
    with app.app_context(), scope.operator_scope():
        tasks.export(archive_id)
    path = Path(app.config["INSTANCE"]) / "exports" / asked.file
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    shown = operator.get(page(trecate)).text
    with app.app_context(), scope.operator_scope():
        [written] = registry.archives(trecate.id)
    assert written.sha256 is not None
    assert written.sha256 in shown
    assert asked.file in shown
    assert f'href="{asked.file}' not in shown


def test_an_export_that_cannot_be_written_is_told(app: Flask, operator: FlaskClient, trecate: Founded) -> None:
    operator.post(page(trecate, "/exports"))
    with app.app_context(), scope.operator_scope():
        [asked] = registry.archives(trecate.id)
        archive_id = str(asked.id)
    with app.app_context(), scope.operator_scope():
        tasks._give_up(archive_id)
    with app.app_context(), scope.operator_scope():
        assert [each.state for each in registry.archives(trecate.id)] == ["failed"]


def test_deleting_wants_the_slug_and_a_fresh_export_or_force(operator: FlaskClient, trecate: Founded) -> None:
    delete = page(trecate, "/delete")
    assert operator.post(delete, data={"slug": trecate.slug}).status_code == 409
    operator.post(page(trecate, "/suspend"))
    wrong = operator.post(delete, data={"slug": "trecate", "forced": "true"})
    assert wrong.status_code == 422
    assert 'value="trecate"' in wrong.text
    assert operator.post(delete, data={"slug": trecate.slug}).status_code == 409
    assert entry(trecate) is not None
    assert operator.post(delete, data={"slug": trecate.slug, "forced": "true"}).status_code == 303
    assert entry(trecate) is None
    assert operator.get(page(trecate)).status_code == 404
