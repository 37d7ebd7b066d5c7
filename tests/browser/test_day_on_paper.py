"""The day as it is printed: one sheet of A4 a desk, however much there is to do."""

from io import BytesIO

import pikepdf
import pytest
from flask import Flask
from flask_babel import force_locale
from playwright.sync_api import Browser

from consortium.web.listing.formats import today
from tenants.database import db
from tests.browser.people import People
from tests.cases.people import measure
from tests.factories import Founded, found
from tests.states import AssignmentFactory, CaseFactory, PathwayFactory, TaskFactory


@pytest.fixture(scope="module")
def busy(app: Flask) -> Founded:
    """A consortium with more to do at its two desks than a sheet shows."""
    founded = found(app)
    with founded.scope(), force_locale("it"):
        for desk in ("trecate", "cerano"):
            for _ in range(12):
                case = CaseFactory(at=founded, desk=desk)
                AssignmentFactory(at=founded, case=case)
                TaskFactory(at=founded, case=case, overdue=True)
        PathwayFactory.create_batch(12, at=founded, ongoing=True)
        long = CaseFactory(at=founded, person__surname="De' Conti Della Rovere " * 4)
        PathwayFactory(at=founded, assignment=AssignmentFactory(at=founded, case=long, taken_in_charge=True), ongoing=True)
        measure().valid_to = today()
        db.session.commit()
    return founded


@pytest.mark.parametrize(("who", "asked", "pages"), [("case_manager", "", 1), ("coordinator", "?desk=all", 2)])
def test_one_page_a_desk(browser: Browser, people: People, busy: Founded, who: str, asked: str, pages: int) -> None:
    context = people.context(browser, busy, who)
    page = context.new_page()
    page.goto(f"/{busy.slug}/today{asked}")
    with pikepdf.open(BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
        assert len(paper.pages) == pages
    context.close()
