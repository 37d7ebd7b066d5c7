"""Figures at the door."""

from tests.factories import Founded

ASK = "?from=2022-11-01&to=2023-10-31&as_of=2023-10-31"


def test_an_empty_consortium_counts_nothing(trecate: Founded) -> None:
    answer = trecate.as_("admin").get(f"/api/v1/{trecate.slug}/figures{ASK}")
    assert answer.status_code == 200, answer.text
    assert answer.json["activated"] == 0
    assert [row["desk"] for row in answer.json["by_desk"]] == ["Cerano", "Trecate"]


def test_the_page_opens(trecate: Founded) -> None:
    for who in ("admin", "reader", "cm1.trecate"):
        answer = trecate.as_(who).get(f"/{trecate.slug}/figures")
        assert answer.status_code == 200, answer.text
