"""The form that founds a consortium: a charter pasted or uploaded, and what is wrong with it line by line."""

from typing import NamedTuple
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from consortium.platform.schemas import FoundingSchema
from consortium.web.intake import Form
from tenants import founding, registry
from tenants.charter import CharterInvalid
from tenants.database import db


class Wrong(NamedTuple):
    """An error of a charter: where it is, what stands there, and what is wrong with it."""

    line: int
    field: str
    written: str
    words: str


class Founding:
    """`errors` beside `form`, once a charter was refused.

    The form's one-time token becomes the consortium's id: sent twice, it founds once.
    """

    def __init__(self) -> None:
        self.form = Form(FoundingSchema())
        self.errors: list[Wrong] = []

    def found(self) -> str | None:
        """The slug of the consortium that this submission founded, now or before; None where something is wrong."""
        if not self.form.accepted():
            return None
        tenant_id = UUID(self.form.once)
        if earlier := registry.slug_of(tenant_id):
            return earlier
        text = self._text()
        return self._establish(text, tenant_id) if text else None

    def _text(self) -> str:
        """The uploaded file, else what was pasted. Bytes that are no UTF-8 stay recognisable, for the charter's reader to say where."""
        upload = request.files.get("file")
        sent = upload.read() if upload and upload.filename else b""
        text = sent.decode("utf-8-sig", "surrogateescape") if sent else self.form.data.get("charter") or ""
        if not text.strip():
            self.form.refuse({"charter": [_("Paste a charter, or choose its file.")]})
        self.form.values["charter"] = text.encode("utf-8", "replace").decode()
        return text

    def _establish(self, text: str, tenant_id: UUID) -> str | None:
        try:
            return founding.establish(text, tenant_id=tenant_id).slug
        except CharterInvalid as invalid:
            db.session.rollback()
            if earlier := registry.slug_of(tenant_id):  # founded meanwhile by the same submission, sent twice
                return earlier
            self._tell(text, invalid)
            return None

    def _tell(self, text: str, invalid: CharterInvalid) -> None:
        lines = text.splitlines() or [""]
        for error in invalid.errors:
            written = lines[min(error.line, len(lines)) - 1].strip()[:120]
            self.errors.append(Wrong(error.line, error.field, written.encode("utf-8", "replace").decode(), error.text(_)))
        count = len(self.errors)
        words = ngettext("The charter has an error, and founds nothing.", "The charter has %(num)s errors, and founds nothing.", count)
        self.form.refuse({"charter": [words]})
