"""The codes of a consortium's pathways, a running series that goes on after those that came with an import."""

import re

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from consortium.cases.models import Counter
from consortium.cases.services import draw
from consortium.pathways.models import Pathway
from tenants.database import db, scope
from tenants.errors import Problem
from tenants.models import Tenant

SERIES = "pathways"


class CodeTaken(Problem):
    title = _l("Another pathway has just taken this code")
    remedy = _l("Save again: it gets the next one.")


def next_pathway_code() -> str:
    """The next code of the consortium: three letters of its slug and a number one above all that there are (TRE-00535).

    Codes that came with an import count too. The series is the caller's until the transaction ends.
    """
    letters = _letters()
    running, highest = draw(SERIES), _highest(letters)
    if highest >= running:
        running = highest + 1
        db.session.execute(update(Counter).where(Counter.name == SERIES).values(value=running))
    return f"{letters}-{running:05}"


def _letters() -> str:
    slug = db.session.execute(select(Tenant.slug).where(Tenant.id == scope().tenant_id)).scalar_one()
    return slug.replace("-", "")[:3].upper()


def _highest(letters: str) -> int:
    """The highest number among codes like ours; 0 where there is none."""
    ours = Pathway.code.between(f"{letters}-", f"{letters}-~"), Pathway.code.regexp_match(f"^{letters}-[0-9]{{5,9}}$")
    highest_first = (func.length(Pathway.code).desc(), Pathway.code.desc())
    code = db.session.execute(select(Pathway.code).where(*ours).order_by(*highest_first).limit(1)).scalar_one_or_none()
    return int(re.sub(r"^.*-", "", code)) if code else 0
