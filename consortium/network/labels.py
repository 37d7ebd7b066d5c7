"""Words of the network: kinds, states and columns of members, partners and agreements, for lists, forms and histories."""

from flask_babel import lazy_gettext as _l

from consortium.network.models import AgreementKind, BodyKind, PartnerKind, PartnerStatus
from consortium.trail.labels import Label, describe
from consortium.web.listing.columns import Tone

BODY_KINDS: dict[str, Label] = {
    BodyKind.MUNICIPALITY: _l("Municipality"),
    BodyKind.PROVINCE: _l("Province"),
    BodyKind.UNION: _l("Union of municipalities"),
}
PARTNER_KINDS: dict[str, Label] = {
    PartnerKind.TRAINING_BODY: _l("Training body"),
    PartnerKind.UNION: _l("Trade union"),
    PartnerKind.TRADE_ASSOCIATION: _l("Trade association"),
    PartnerKind.WORK_AGENCY: _l("Work agency"),
    PartnerKind.JOB_CENTRE: _l("Job centre"),
    PartnerKind.CHAMBER_OF_COMMERCE: _l("Chamber of commerce"),
    PartnerKind.SOCIAL_COOPERATIVE: _l("Social cooperative"),
    PartnerKind.SCHOOL: _l("School"),
    PartnerKind.UNIVERSITY: _l("University"),
    PartnerKind.PROFESSIONAL_ORDER: _l("Professional order"),
    PartnerKind.HEALTH_AUTHORITY: _l("Health authority"),
    PartnerKind.EURES: _l("EURES"),
    PartnerKind.EQUALITY_BODY: _l("Equality body"),
    PartnerKind.ASSOCIATION: _l("Association"),
    PartnerKind.PUBLIC_BODY: _l("Public body"),
    PartnerKind.OTHER: _l("Other"),
}
PARTNER_STATUSES: dict[str, Label] = {
    PartnerStatus.CONSULTED: _l("Consulted"),
    PartnerStatus.INVITED: _l("Invited"),
    PartnerStatus.ADHERENT: _l("Adherent"),
    PartnerStatus.LEFT: _l("Has left"),
}
PARTNER_TONES: dict[str, Tone] = {PartnerStatus.INVITED: "primary", PartnerStatus.ADHERENT: "success"}
AGREEMENT_KINDS: dict[str, Label] = {
    AgreementKind.CONVENTION_ART30: _l("Convention (art. 30 TUEL)"),
    AgreementKind.CONVENTION: _l("Convention"),
    AgreementKind.PROTOCOL: _l("Protocol of understanding"),
    AgreementKind.PACT: _l("Collaboration pact"),
    AgreementKind.NETWORK_ACCORD: _l("Network accord"),
    AgreementKind.ATS: _l("Temporary association (ATS)"),
}
# What a body is on the day asked for.
STANDINGS: dict[str, Label] = {"current": _l("Adhering"), "former": _l("Has left"), "expected": _l("To join")}
STANDING_TONES: dict[str, Tone] = {"current": "success", "expected": "primary"}
VALIDITIES: dict[str, Label] = {
    "in_force": _l("In force"),
    "expiring": _l("Expires within 180 days"),
    "expired": _l("Expired"),
    "expected": _l("To begin"),
    "undated": _l("No expiry known"),
}
VALIDITY_TONES: dict[str, Tone] = {"in_force": "success", "expiring": "warning", "expired": "danger", "expected": "primary"}

MEMBER_FIELDS: dict[str, Label] = {
    "name": _l("Name"),
    "kind": _l("Kind of body"),
    "istat": _l("ISTAT code"),
    "is_lead": _l("Lead body"),
    "joined_on": _l("Joined on"),
    "left_on": _l("Left on"),
    "population": _l("Population"),
    "population_on": _l("Population counted on"),
    "email": _l("E-mail"),
    "pec": _l("Certified e-mail (PEC)"),
    "phone": _l("Telephone"),
    "website": _l("Website"),
}
PARTNER_FIELDS: dict[str, Label] = {
    "name": _l("Name"),
    "kind": _l("Kind"),
    "status": _l("Status"),
    "since": _l("Status since"),
    "services": _l("Services"),
    "website": _l("Website"),
}
AGREEMENT_FIELDS: dict[str, Label] = {
    "title": _l("Title"),
    "kind": _l("Kind"),
    "signed_on": _l("Signed on"),
    "signed_note": _l("Note on the signature"),
    "valid_from": _l("Valid from"),
    "valid_until": _l("Valid until"),
    "reimbursed_up_to": _l("Reimbursed up to (€)"),
    "summary": _l("Summary"),
}
PARTY_FIELDS: dict[str, Label] = {"name": _l("Name"), "role": _l("Role")}
ADDENDUM_FIELDS: dict[str, Label] = {"title": _l("Title"), "signed_on": _l("Signed on"), "valid_until": _l("Extends to")}

describe("members", _l("Member body"), MEMBER_FIELDS, {"kind": BODY_KINDS})
describe("partners", _l("Partner"), PARTNER_FIELDS, {"kind": PARTNER_KINDS, "status": PARTNER_STATUSES})
describe("agreements", _l("Agreement"), AGREEMENT_FIELDS, {"kind": AGREEMENT_KINDS})
describe("agreement_parties", _l("Party"), PARTY_FIELDS, hidden=("agreement_id",), whole=lambda row: (row["name"], row["role"]))
describe("agreement_addenda", _l("Addendum"), ADDENDUM_FIELDS, hidden=("agreement_id",))
