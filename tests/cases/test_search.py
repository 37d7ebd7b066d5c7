"""Search folds what is typed as the database folds what it keeps."""

import pytest

from tenants.database import db
from tests.cases.people import at_work, take_in
from tests.factories import Founded


@pytest.mark.parametrize("typed", ["zolty", "ŻÓŁTY", "Żół", "soren zol", "sør"])
def test_letters_without_a_decomposition_are_found_too(trecate: Founded, typed: str) -> None:
    with at_work(trecate):
        case, _ = take_in(trecate, surname="Żółty", first_name="Søren")
        db.session.commit()
        number = case.number
    answer = trecate.as_("cm1.trecate").get(f"/{trecate.slug}/search", query_string={"q": typed})
    assert number in answer.text
