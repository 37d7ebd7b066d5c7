"""How the trail of sensitive data reads: to who has opened them. To others its tables have names that tell nothing."""

from flask_babel import lazy_gettext as _l

from consortium.cases import history as cases
from consortium.codes.models import Scheme
from consortium.codes.tables import Table
from consortium.sensitive.models import SensitiveRecord
from consortium.trail.labels import describe
from consortium.trail.queries import Entry, history

FIELDS = {
    "disability": _l("Disability"),
    "percentage": _l("Percentage of disability"),
    "certificate": _l("Certified by"),
    "certificate_expires_on": _l("To be reviewed by"),
    "protected_list": _l("Protected list"),
    "protected_since": _l("In the list since"),
    "health": _l("Health, as it bears on work"),
    "limitations": _l("Limitations and adaptations"),
}
describe("sensitive_records", _l("Record"), FIELDS, {"protected_list": Table(Scheme.PROTECTED_LISTS)}, hidden=("person_id",))
describe("sensitive_readings", _l("Record"), {"reason": _l("Reason")}, hidden=("person_id", "membership_id"))


def of_record(record: SensitiveRecord | None) -> list[Entry]:
    """What was written of a person, and what stood in the records of whoever was merged into them."""
    return history("sensitive_records", record.id, also=cases.merged_into(record.person_id, "sensitive_records")) if record else []
