"""Errors that are facts of the trade, and the errors of the database told by SQLSTATE and constraint name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError


class Problem(Exception):
    """A rule that said no. `title` and `detail` say what happened, `remedy` what to do, `field` the form's field where it shows."""

    status = 409
    title: object = ""
    remedy: object = ""

    def __init__(self, detail: object = "", *, field: str | None = None, remedy: object = "") -> None:
        super().__init__(str(detail))
        self.detail = detail
        self.field = field
        self.remedy = remedy or self.remedy


def violated(error: DBAPIError) -> str | None:
    """The name of the constraint that a statement broke, or None."""
    diagnostics = getattr(error.orig, "diag", None)
    name: str | None = getattr(diagnostics, "constraint_name", None)
    return name


@contextmanager
def told_by(problems: Mapping[str, Problem]) -> Iterator[None]:
    """Turn a broken constraint, by name, into its fact: `told_by({"uq_desks_slug": SlugTaken()})`; others pass through."""
    try:
        yield
    except DBAPIError as error:
        known = problems.get(violated(error) or "")
        if known is None:
            raise
        raise known from error
