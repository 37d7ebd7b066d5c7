"""Sessions on the night when the clock changes: their hours are the difference of two wall clocks, so both must be of one clock.

Twice a year the clock of Rome skips an hour or shows one twice. Rather than guess which was meant, what would be counted wrong is refused.
A session that ends at 2 has no minute of that hour.
"""

from datetime import UTC, date, datetime, time, timedelta

from flask_babel import gettext as _

from consortium.pathways.rules import SessionRefused
from consortium.web.listing.formats import ROME
from consortium.web.listing.formats import day as shown

MINUTE = timedelta(minutes=1)


def on_one_clock(on_date: date, starts: time, ends: time) -> None:
    """Every minute of a session exists once, and the clock does not change between them. Raises SessionRefused."""
    first, end = (datetime.combine(on_date, hour) for hour in (starts, ends))
    _is_once("starts", first)
    last = end - MINUTE
    if not _wrong(last) and _offset(first) == _offset(last):
        return
    _is_once("ends", end)
    words = _("On %(day)s the clock changes during this session: its hours would be counted wrong.", day=shown(on_date))
    raise SessionRefused(words, field="ends", remedy=_("Record what was until 2 and what was from 3 on as two sessions."))


def _is_once(field: str, moment: datetime) -> None:
    if said := _wrong(moment):
        raise SessionRefused(said, field=field, remedy=_("Write an hour until 2, or from 3 on."))


def _wrong(moment: datetime) -> str:
    """Why the clock did not show this moment just once; nothing where it did."""
    words = {"day": shown(moment.date()), "hour": f"{moment:%H:%M}"}
    if _shown_again(moment) != moment:
        return str(_("On %(day)s the clock goes from 2 to 3 in the night: %(hour)s did not exist.", **words))
    if moment.replace(tzinfo=ROME).utcoffset() != moment.replace(tzinfo=ROME, fold=1).utcoffset():
        return str(_("On %(day)s the clock goes back from 3 to 2 in the night: %(hour)s came twice.", **words))
    return ""


def _shown_again(moment: datetime) -> datetime:
    """What the clock shows at this moment: something else, where it skips the hour."""
    return moment.replace(tzinfo=ROME).astimezone(UTC).astimezone(ROME).replace(tzinfo=None)


def _offset(moment: datetime) -> object:
    return moment.replace(tzinfo=ROME).utcoffset()
