"""Sessions on the night when the clock changes: their hours are the difference of two wall clocks, so both must be of one clock.

Twice a year the clock of Rome skips an hour or shows one twice. Rather than guess which was meant, what would be counted wrong is refused.
"""

from datetime import UTC, date, datetime, time

from flask_babel import gettext as _

from consortium.pathways.rules import SessionRefused
from consortium.web.listing.formats import ROME
from consortium.web.listing.formats import day as shown


def on_one_clock(on_date: date, starts: time, ends: time) -> None:
    """Both hours exist once, and the clock does not change between them. Raises SessionRefused."""
    for field, hour in (("starts", starts), ("ends", ends)):
        _is_once(field, datetime.combine(on_date, hour))
    if _offset(on_date, starts) != _offset(on_date, ends):
        words = _("On %(day)s the clock changes during this session: its hours would be counted wrong.", day=shown(on_date))
        raise SessionRefused(words, field="ends", remedy=_("Record what was before the change and what was after as two sessions."))


def _is_once(field: str, moment: datetime) -> None:
    words = {"day": shown(moment.date()), "hour": f"{moment:%H:%M}"}
    if _shown_again(moment) != moment:
        said = _("On %(day)s the clock goes from 2 to 3 in the night: %(hour)s did not exist.", **words)
        raise SessionRefused(said, field=field, remedy=_("Write an hour that the clock showed."))
    if moment.replace(tzinfo=ROME).utcoffset() != moment.replace(tzinfo=ROME, fold=1).utcoffset():
        said = _("On %(day)s the clock goes back from 3 to 2 in the night: %(hour)s came twice.", **words)
        raise SessionRefused(said, field=field, remedy=_("Write an hour before 2 or after 3."))


def _shown_again(moment: datetime) -> datetime:
    """What the clock shows at this moment: something else, where it skips the hour."""
    return moment.replace(tzinfo=ROME).astimezone(UTC).astimezone(ROME).replace(tzinfo=None)


def _offset(on_date: date, hour: time) -> object:
    return datetime.combine(on_date, hour, ROME).utcoffset()
