"""What can be wrong with a row, in words: what it is, and what to do. Kept as codes, so that each reader has it in their language."""

from dataclasses import asdict, dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: in the cell `column` ("" the whole row) that says `value`, because of `code` and its `facts`."""

    code: str
    column: str = ""
    value: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def reason(self) -> str:
        return str(WORDS[self.code][0]) % {"value": self.value, **self.facts}

    @property
    def remedy(self) -> str:
        return str(WORDS[self.code][1]) % {"value": self.value, **self.facts}


# code → (reason, remedy), with the fault's facts in their places.
WORDS = {
    # The row
    "row_length": (
        _l("The row has %(found)s cells, the heading has %(expected)s"),
        _l("Put quotation marks around texts that hold a separator."),
    ),
    "repeated": (_l("Row %(row)s of this file has the same key"), _l("Keep one of the two rows.")),
    "refused": (_l("The database refused this row (%(rule)s)"), _l("Compare it with the rows around it, or send us the name of the rule.")),
    # Any cell
    "missing": (_l("The cell is empty"), _l("Fill it in: this column cannot be empty.")),
    "formula": (_l("The cell holds a formula"), _l("Write the value itself.")),
    "too_long": (_l("The text is longer than %(most)s letters"), _l("Shorten it.")),
    "control": (_l("There are signs in the cell that cannot be read"), _l("Type the text again.")),
    "no_date": (_l("“%(value)s” is not a date"), _l("Write it as 31/10/2023 or 2023-10-31.")),
    "no_time": (_l("“%(value)s” is not a time"), _l("Write it as 14:30.")),
    "far_date": (_l("The year of %(value)s cannot be right"), _l("Check the date.")),
    "future_date": (_l("%(value)s is still to come"), _l("Only what has already happened is brought in: check the date.")),
    "no_choice": (_l("“%(value)s” is not one of the values of this column"), _l("Write one of: %(choices)s.")),
    "no_choice_unseen": (_l("What the cell says is not one of the values of this column"), _l("Write one of: %(choices)s.")),
    "no_email": (_l("“%(value)s” is not an e-mail address"), _l("Write it as name@example.it, or leave the cell empty.")),
    # Codice fiscale
    "fiscal_form": (
        _l("“%(value)s” is not a codice fiscale"),
        _l("It has sixteen letters and digits, a temporary one eleven digits: copy it again from the card."),
    ),
    "fiscal_check": (
        _l("The last letter of the codice fiscale does not agree with the others"),
        _l("A letter or a digit is wrong: copy it again from the card."),
    ),
    "fiscal_surname": (
        _l("The codice fiscale starts with %(code)s, the surname gives %(found)s"),
        _l("Correct the surname or the codice fiscale."),
    ),
    "fiscal_name": (
        _l("In the codice fiscale the name is %(code)s, the name written gives %(found)s"),
        _l("Correct the name or the codice fiscale."),
    ),
    "fiscal_date": (_l("The codice fiscale says born on %(code)s"), _l("Correct the date of birth or the codice fiscale.")),
    "fiscal_sex": (_l("The codice fiscale says %(code)s"), _l("Correct the sex or the codice fiscale.")),
    "fiscal_place": (_l("The codice fiscale says born in %(code)s"), _l("Correct the place of birth or the codice fiscale.")),
    # What the consortium has
    "no_desk": (_l("There is no desk “%(value)s”"), _l("Write one of: %(choices)s.")),
    "no_measure": (_l("There is no measure “%(value)s”"), _l("Write one of: %(choices)s.")),
    "no_manager": (_l("Nobody with the e-mail %(value)s works here"), _l("Correct it, or invite the case manager first.")),
    "no_person": (_l("Nobody here has the codice fiscale %(value)s"), _l("Load the assignments first, or correct the code.")),
    "no_pathway": (_l("There is no pathway %(value)s"), _l("Load the pathways first, or correct the code.")),
    "desk_not_allowed": (
        _l("The desk %(desk)s does not work this measure"),
        _l("Write one of: %(choices)s, or ask an administrator to add the desk to the measure."),
    ),
    "outside_measure": (_l("The measure is valid from %(first)s to %(last)s"), _l("Correct the date or the measure.")),
    "service_not_allowed": (_l("The measure of the pathway has no service “%(value)s”"), _l("Write one of: %(choices)s.")),
    "paid_twice": (
        _l("The person is in “%(measure)s” at the desk of %(desk)s in these days, and the two do not go together"),
        _l("Correct the dates or the measure, or ask the administrator whether the two go together."),
    ),
    # Dates against each other
    "intake_before_assignment": (_l("The intake comes before the assignment"), _l("Correct one of the two dates.")),
    "before_intake": (_l("The person was taken in charge on %(intake)s, later"), _l("Correct the date, or that of the intake.")),
    "no_intake": (_l("The person has not been taken in charge yet"), _l("Load the assignments with the date of intake first.")),
    "path_not_admitted": (
        _l("The person is on GOL path %(path)s; the measure admits %(admitted)s"),
        _l("Correct the measure, or the path of the assignment."),
    ),
    "session_after_end": (_l("There is a session on %(day)s, later"), _l("Correct the date of conclusion, or the session.")),
    "end_before_start": (_l("The conclusion comes before the activation"), _l("Correct one of the two dates.")),
    "outcome_without_end": (_l("There is an outcome, and no date of conclusion"), _l("Write the date, or leave both empty.")),
    "end_without_outcome": (_l("There is a date of conclusion, and no outcome"), _l("Write the outcome, or leave both empty.")),
    "ends_before_starts": (_l("The session ends before it starts"), _l("Correct one of the two times.")),
    "outside_pathway": (_l("The pathway runs from %(first)s to %(last)s"), _l("Correct the date, or the pathway's code.")),
    # Against what was recorded here
    "returned_here": (
        _l("Here this assignment was returned to the job centre"),
        _l("Decide which is right, and correct the file or the assignment."),
    ),
    "cancelled_here": (_l("Here this pathway was cancelled"), _l("Decide which is right, and correct the file or the pathway.")),
    "other_person": (_l("Here this pathway is of another person"), _l("Correct the code of the pathway or the codice fiscale.")),
    "other_measure": (_l("Here this pathway is of another measure: %(measure)s"), _l("Correct the code of the pathway or the measure.")),
    "month_closed": (
        _l("%(month)s is closed at the desk of this pathway"),
        _l("Correct the hours by a counter-entry, or ask an administrator to reopen the month."),
    ),
    "month_closed_meanwhile": (
        _l("A month that is closed stands in the way"),
        _l("Ask an administrator to reopen it, or leave the row out."),
    ),
    "register_closed": (_l("The attendance register of this pathway is closed"), _l("Ask an administrator to reopen it.")),
    "clock_change": (
        _l("The clock changes in that night: the hours would be counted wrong"),
        _l("Write hours before 2 or after 3, what was before and what was after in two rows."),
    ),
    "hours_used_up": (
        _l("Of “%(service)s” the person has %(left)s hours left"),
        _l("Correct the times or the service, or ask an administrator for more hours."),
    ),
    "operator_busy": (_l("The operator is in another session at that time"), _l("Correct the date, the times or the pathway.")),
    "person_busy": (_l("The person is in another session at that time"), _l("Correct the date or the times.")),
}
