"""Papers for programs, each a PDF; what is in a timesheet; and the closing of a register."""

from typing import Any
from uuid import UUID

from flask import abort, g, url_for
from flask.typing import ResponseReturnValue

from consortium.cases.pages import case_file
from consortium.documents.api import whole
from consortium.documents.schemas import DocumentShape
from consortium.pathways import paper_pages, registers, schemas, schemas_of_papers, statements, timesheets
from consortium.pathways.door import pathway_file
from consortium.pathways.policy import Pathways
from consortium.pathways.queries import Found
from consortium.storage.door import store
from consortium.web.guard import requires
from consortium.web.programs import Blueprint, Facts, Made

PDF: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}, "content_type": "application/pdf"}


def offer(blueprint: Blueprint) -> None:
    """The doors of papers, in the room's blueprint."""
    _offer_papers(blueprint)
    _offer_closing(blueprint)


def _offer_papers(blueprint: Blueprint) -> None:
    @blueprint.get("/pathways/<uuid:pathway_id>/register")
    @blueprint.response(200, **PDF)
    @requires(Pathways.READ)
    def register(pathway_id: UUID) -> ResponseReturnValue:
        """The attendance register as it stands now."""
        return paper_pages.register_paper(pathway_id)

    @blueprint.get("/sessions/<uuid:session_id>/attendance")
    @blueprint.arguments(schemas_of_papers.AttendanceSchema, location="query")
    @blueprint.response(200, **PDF)
    @requires(Pathways.READ)
    def attendance(asked: Facts, session_id: UUID) -> ResponseReturnValue:
        """That the person was here: in this session, or in all of that day."""
        found = statements.attended(session_id, g.visitor, whole_day=asked["whole_day"] == "yes") or abort(404)
        return paper_pages.attendance_paper(found)

    @blueprint.get("/cases/<uuid:case_id>/pack")
    @blueprint.arguments(schemas_of_papers.PackSchema, location="query")
    @blueprint.response(200, **PDF)
    @requires(Pathways.READ)
    def pack(asked: Facts, case_id: UUID) -> ResponseReturnValue:
        """What the person takes home, on one page, in a language."""
        return paper_pages.pack_paper(case_file(case_id), asked["language"])

    @blueprint.get("/timesheet")
    @blueprint.arguments(schemas_of_papers.TimesheetSchema, location="query")
    @blueprint.response(200, **PDF)
    @requires(Pathways.READ)
    def timesheet(asked: Facts) -> ResponseReturnValue:
        """What an operator did in a month."""
        found = paper_pages.read_timesheet(asked, paper_pages.operators()) or abort(404)
        return paper_pages.sent(timesheets.paper(found, paper_pages.head()), f"ore-{found.month:%Y-%m}")

    @blueprint.get("/timesheet/hours")
    @blueprint.arguments(schemas_of_papers.TimesheetSchema, location="query")
    @blueprint.response(200, schemas_of_papers.TimesheetShape)
    @requires(Pathways.READ)
    def timesheet_hours(asked: Facts) -> timesheets.Timesheet:
        """What is in the timesheet: sessions, counter-entries booked in the month, totals."""
        return paper_pages.read_timesheet(asked, paper_pages.operators()) or abort(404)


def _offer_closing(blueprint: Blueprint) -> None:
    @blueprint.post("/pathways/<uuid:pathway_id>/close-register")
    @blueprint.takes(schemas.NothingSchema, DocumentShape, about=pathway_file)
    @requires(Pathways.RECORD)
    def close_register(file: Found, facts: Facts) -> Made:
        """Lock the register: no session is recorded any more. It is kept among the documents of the case."""
        kept = registers.close_register(store=store(), pathway=file.Pathway, head=paper_pages.head(), by=g.visitor.membership_id)
        return whole(kept), url_for("documents-api.document", document_id=kept.id)
