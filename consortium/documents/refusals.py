"""Why a file is not taken: what it is, and what is."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tenants.errors import Problem


class FileRefused(Problem):
    status = 422
    title = _l("This file is not accepted")
    remedy = _l(
        "Send a PDF, an image (JPEG, PNG, WebP, TIFF, HEIC), Word, Excel, PowerPoint or OpenDocument without macros, plain text or CSV."
    )


def refused(name: str, what: object) -> FileRefused:
    """`what`: in words that follow “is”."""
    return FileRefused(_("“%(name)s” is %(what)s.", name=name, what=what), field="file")


def broken(name: str) -> FileRefused:
    remedy = _("Open it where it comes from: if it opens there, save it again and send that copy.")
    return FileRefused(_("“%(name)s” is not whole: a part of it is missing.", name=name), field="file", remedy=remedy)


def with_macros(name: str) -> FileRefused:
    remedy = _("Save it without macros (.docx, .xlsx, .pptx, .odt, .ods) or as PDF, and send that copy.")
    return FileRefused(_("“%(name)s” has macros in it, which are programs.", name=name), field="file", remedy=remedy)


def locked(name: str) -> FileRefused:
    remedy = _("Take the password off, and send that copy: nobody could open it here.")
    return FileRefused(_("“%(name)s” is protected by a password.", name=name), field="file", remedy=remedy)
