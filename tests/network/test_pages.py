"""The pages of members, partners and agreements, at the door."""

from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from consortium.network.models import Agreement, Member, Partner
from consortium.network.services import add_partner, record_agreement
from tenants.database import db
from tests.factories import Founded

PAGES = ("members", "partners", "agreements")


def member_id(consortium: Founded, istat: str = "003104") -> UUID:
    with consortium.scope():
        return db.session.execute(select(Member.id).where(Member.istat == istat)).scalar_one()


def some_agreement(consortium: Founded, **facts: object) -> UUID:
    with consortium.scope():
        defaults = {
            "kind": "protocol",
            "title": "Protocollo",
            "parties": [{"name": "Comune di Trecate", "role": "Capofila"}],
            "addenda": [],
        }
        made = record_agreement(**{**defaults, **facts}).id
        db.session.commit()
        return made


def some_partner(consortium: Founded, **facts: object) -> UUID:
    with consortium.scope():
        made = add_partner(**{"name": "Università", "kind": "university", "status": "adherent", **facts}).id
        db.session.commit()
        return made


def shown(client: FlaskClient, consortium: Founded, page: str) -> list[dict[str, object]]:
    answer = client.get(f"/{consortium.slug}/{page}{'&' if '?' in page else '?'}format=json")
    assert answer.status_code == 200, answer.text
    return list(answer.json["items"])


def joined(consortium: Founded, istat: str, **dates: object) -> None:
    with consortium.scope():
        db.session.execute(update(Member).where(Member.istat == istat).values(**dates))
        db.session.commit()


@pytest.mark.parametrize("listed", PAGES)
@pytest.mark.parametrize("who", ["admin", "coordinator", "reader", "cm1.trecate"])
def test_all_staff_read_the_lists_in_every_format(trecate: Founded, listed: str, who: str) -> None:
    client = trecate.as_(who)
    assert client.get(f"/{trecate.slug}/{listed}").status_code == 200
    for kind in ("json", "csv", "xlsx"):
        assert client.get(f"/{trecate.slug}/{listed}?format={kind}").status_code == 200


@pytest.mark.parametrize("listed", PAGES)
def test_only_an_administrator_adds(trecate: Founded, listed: str) -> None:
    for who, status in (("admin", 200), ("coordinator", 403), ("cm1.trecate", 403), ("reader", 403)):
        assert trecate.as_(who).get(f"/{trecate.slug}/{listed}/new").status_code == status
    assert "/new" not in trecate.as_("reader").get(f"/{trecate.slug}/{listed}").text


@pytest.mark.parametrize("listed", PAGES)
def test_nobody_finds_another_consortiums(trecate: Founded, other: Founded, listed: str) -> None:
    theirs = {"members": member_id(other), "partners": some_partner(other), "agreements": some_agreement(other)}[listed]
    client = trecate.as_("admin")
    answers = [client.get(f"/{trecate.slug}/{listed}/{each}{end}") for end in ("", "/edit") for each in (theirs, uuid4(), "nonsense")]
    assert {answer.status_code for answer in answers} == {404}
    assert client.get(f"/{other.slug}/{listed}").status_code == 404
    assert client.post(f"/{trecate.slug}/{listed}/{theirs}/edit", data={}).status_code == 404


def test_a_list_of_members_is_told_of_a_day(trecate: Founded) -> None:
    joined(trecate, "003049", joined_on="2020-01-01", left_on="2023-12-31")
    joined(trecate, "003104", joined_on="2024-01-01")
    client = trecate.as_("reader")

    def names(query: str) -> set[object]:
        return {row["istat"] for row in shown(client, trecate, f"members{query}")}

    assert names("?as_of=2019-12-31") == {"003149"}
    assert names("?as_of=2023-12-31") == {"003149", "003049"}
    assert names("?as_of=01/01/2024") == {"003149", "003104"}
    assert names("") == {"003149", "003104"}
    assert names("?period=ever") == {"003149", "003049", "003104"}
    assert client.get(f"/{trecate.slug}/members?as_of=ieri").status_code == 422


def test_the_page_of_a_member_tells_its_agreements(trecate: Founded) -> None:
    some_agreement(trecate, title="Convenzione Sportelli", parties=[{"name": "Comune di Nibbiola", "role": "Comune aderente"}])
    page = trecate.as_("reader").get(f"/{trecate.slug}/members/{member_id(trecate)}").text
    assert "Comune di Nibbiola" in page
    assert "Convenzione Sportelli" in page
    assert "003104" in page


def test_a_province_can_be_a_member(trecate: Founded) -> None:
    client = trecate.as_("admin")
    data = {"name": "Provincia di Novara", "kind": "province", "istat": "003106", "population": "360000", "population_on": "2024-01-01"}
    answer = client.post(f"/{trecate.slug}/members/new", data=data)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Provincia di Novara" in page
    assert "360.000" in page
    assert "Admin" in page  # who, in the history


def test_a_double_click_makes_one_member(trecate: Founded) -> None:
    client = trecate.as_("admin")
    data = {"name": "Comune di Galliate", "kind": "municipality", "istat": "003068", "once": str(uuid4())}
    first, second = (client.post(f"/{trecate.slug}/members/new", data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(shown(client, trecate, "members?q=Galliate")) == 1


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_lost(trecate: Founded) -> None:
    client = trecate.as_("admin")
    data = {"name": "Unione", "kind": "club", "istat": "12", "email": "nobody", "website": "javascript:alert(1)"}
    answer = client.post(f"/{trecate.slug}/members/new", data=data)
    assert answer.status_code == 422
    assert all(f'id="field-{name}-error"' in answer.text for name in ("kind", "istat", "email", "website"))
    assert 'value="Unione"' in answer.text
    assert 'value="nobody"' in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"istat": "003149"}, "istat"),
        ({"istat": "999999"}, "istat"),
        ({"joined_on": "2024-01-02", "left_on": "2024-01-01"}, "left_on"),
        ({"population": "10"}, "population_on"),
        ({"population_on": "2024-01-01"}, "population"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(trecate: Founded, wrong: dict[str, str], field: str) -> None:
    data = {"name": "Comune", "kind": "municipality", "istat": "003068"} | wrong
    answer = trecate.as_("admin").post(f"/{trecate.slug}/members/new", data=data)
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text


def test_the_name_of_a_partner_is_its_own(trecate: Founded) -> None:
    some_partner(trecate)
    data = {"name": "Università", "kind": "university", "status": "invited"}
    answer = trecate.as_("admin").post(f"/{trecate.slug}/partners/new", data=data)
    assert answer.status_code == 422
    assert 'id="field-name-error"' in answer.text


def test_partners_by_status_and_day(trecate: Founded) -> None:
    some_partner(trecate)
    some_partner(trecate, name="Agenzia", kind="work_agency", status="consulted", since="2024-05-04")
    client = trecate.as_("reader")
    assert len(shown(client, trecate, "partners?status=consulted&status=adherent")) == 2
    assert [row["name"] for row in shown(client, trecate, "partners?as_of=2024-05-03")] == ["Università"]


def test_an_addendum_moves_the_last_day_from_its_signature(trecate: Founded) -> None:
    addendum = {"title": "Addendum", "signed_on": "2025-06-01", "valid_until": "2027-09-21"}
    some_agreement(trecate, valid_until="2025-09-21", addenda=[addendum])
    client = trecate.as_("reader")

    def told(query: str) -> object:
        return [(row["valid_until"], row["state"]) for row in shown(client, trecate, f"agreements{query}")]

    assert told("?as_of=2025-05-31") == [("2025-09-21", "expiring")]
    assert told("?as_of=2025-10-01") == [("2027-09-21", "in_force")]
    assert told("?as_of=2027-09-21") == [("2027-09-21", "expiring")]
    assert told("?as_of=2027-09-22") == [("2027-09-21", "expired")]
    assert told("?as_of=2027-09-22&state=in_force") == []


def test_an_agreement_is_recorded_edited_and_extended(trecate: Founded) -> None:
    client = trecate.as_("admin")
    data = {"title": "Patto", "kind": "pact", "parties": "Comune di Trecate; Capofila\nSindacati; Partner", "reimbursed_up_to": "350000"}
    made = client.post(f"/{trecate.slug}/agreements/new", data=data).location
    assert "350.000,00" in client.get(made).text
    edited = data | {"parties": "Comune di Trecate; Ente capofila", "revision": "1"}
    assert client.post(f"{made}/edit", data=edited).status_code == 303
    assert client.post(f"{made}/addenda/new", data={"title": "Proroga", "valid_until": "2030-01-31"}).status_code == 303
    page = client.get(made).text
    assert "Ente capofila" in page
    assert "31/01/2030" in page
    # The agreement made, its two parties with it; one party changed and one removed; the addendum made.
    assert page.count('<li class="done">') == 4


def test_parties_are_read_line_by_line(trecate: Founded) -> None:
    data = {"title": "Patto", "kind": "pact", "parties": "Comune di Trecate"}
    answer = trecate.as_("admin").post(f"/{trecate.slug}/agreements/new", data=data)
    assert answer.status_code == 422
    assert 'id="field-parties-error"' in answer.text


@pytest.mark.parametrize("model", [Partner, Agreement])
def test_pages_of_partners_and_agreements_open(trecate: Founded, model: type) -> None:
    client = trecate.as_("reader")
    found = some_partner(trecate) if model is Partner else some_agreement(trecate)
    assert client.get(f"/{trecate.slug}/{model.__tablename__}/{found}").status_code == 200
