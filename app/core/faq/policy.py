"""What a server chose about its FAQ, at one moment."""

from collections.abc import Mapping
from datetime import timedelta

from app.core.faq import settings as chosen
from app.core.faq.automatic import AUTOMATIC, Automatic
from app.core.records import record
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot


@record
class FaqPolicy:
    """A server's choices about its FAQ."""

    staff_channel_id: int | None
    in_tickets: bool
    ticket_within: timedelta
    keep_searches: timedelta
    keeps_members: bool
    direct_per_hour: int
    timezone: str
    automatic: Mapping[int, Automatic]
    """By the ids of channels."""

    @classmethod
    def of(cls, snapshot: SettingsSnapshot) -> "FaqPolicy":
        """Return the policy of a server's settings."""
        return snapshot.policy(cls._read)

    @classmethod
    def _read(cls, snapshot: SettingsSnapshot) -> "FaqPolicy":
        places = [Automatic.from_json(key, value) for key, value in snapshot.structures(AUTOMATIC).items()]
        return cls(
            staff_channel_id=snapshot[chosen.STAFF_CHANNEL],
            in_tickets=snapshot[chosen.IN_TICKETS],
            ticket_within=timedelta(seconds=snapshot[chosen.TICKET_WITHIN]),
            keep_searches=timedelta(seconds=snapshot[chosen.KEEP_SEARCHES]),
            keeps_members=snapshot[chosen.KEEP_MEMBERS],
            direct_per_hour=snapshot[chosen.DIRECT_PER_HOUR],
            timezone=snapshot[general.TIMEZONE],
            automatic={one.channel_id: one for one in places},
        )
