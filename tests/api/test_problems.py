"""What programs are told when it does not go: in words for them, who have no page before them and no buttons."""

from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient
from flask_babel.speaklater import LazyString
from marshmallow import Schema
from werkzeug.test import TestResponse

from consortium.web.fields import Spoken
from tests.factories import Founded


def told(answer: TestResponse) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    return answer.status_code, (answer.json or {})["title"]


def test_the_words_are_for_programs(trecate: Founded, client: FlaskClient) -> None:
    root, admin, reader = f"/api/v1/{trecate.slug}", trecate.as_("admin"), trecate.as_("reader")
    assert told(admin.get(f"{root}/nothing")) == (404, "A questo indirizzo non c'è niente")
    assert told(admin.patch(f"{root}/cases")) == (405, "Questo indirizzo non accetta questo metodo")
    assert told(reader.get(f"{root}/cases")) == (403, "Questo account non può farlo")
    assert told(client.get(f"{root}/cases")) == (401, "Prima accedi")
    assert "pagina" not in "".join(each.text for each in (admin.get(f"{root}/nothing"), reader.get(f"{root}/cases")))


def test_what_another_site_sent_is_not_a_question_of_roles(trecate: Founded) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    answer = trecate.as_("admin").post(f"/api/v1/{trecate.slug}/members", json={}, headers=headers)
    assert told(answer) == (403, "Questa richiesta arriva da un altro sito")


def test_what_is_wrong_is_told_in_one_line_too(trecate: Founded) -> None:
    """For whoever reads the detail alone."""
    answer = trecate.as_("admin").get(f"/api/v1/{trecate.slug}/cases?rows=7&state=zzz")
    assert told(answer) == (422, "Nella richiesta c'è qualcosa da correggere")
    assert "query.rows: Una pagina ha 25, 50 o 100 righe." in (answer.json or {})["detail"]
    assert "query.state: " in (answer.json or {})["detail"]


def _schemas(shape: type[Schema] = Schema) -> Iterator[type[Schema]]:
    for each in shape.__subclasses__():
        yield each
        yield from _schemas(each)


def test_no_field_is_told_letter_by_letter(app: Flask) -> None:
    """As marshmallow tells words that are still to be translated, where the field does not speak them itself."""
    kinds = {f"{shape.__name__}.{name}": kind for shape in _schemas() for name, kind in shape._declared_fields.items()}
    dumb = {where: kind for where, kind in kinds.items() if not isinstance(getattr(kind, "inner", kind), Spoken)}
    assert len(dumb) < len(kinds)
    assert [where for where, kind in dumb.items() if any(isinstance(words, LazyString) for words in kind.error_messages.values())] == []
