"""The room's door: its blueprint, and the way back to the page of the SAP."""

from uuid import UUID

from flask import Blueprint, url_for

blueprint = Blueprint("profiles", __name__, url_prefix="/<slug:tenant>", template_folder="templates")


def sap(case_id: UUID, anchor: str) -> str:
    """The page of the SAP, at one of its sections."""
    return url_for("cases.personal_data", case_id=case_id, _anchor=anchor)
