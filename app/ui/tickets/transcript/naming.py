"""How a transcript calls people, roles, channels and moments."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from app.core.messages import t
from app.core.scheduling.zones import zone_info
from app.core.tickets.record import Message, Named, Person, Record
from app.ui.tickets.transcript.markdown import TAG, tag_of
from app.ui.tickets.transcript.nodes import Command, Emoji, Mention, Moment

FORMATS = {
    "t": "%H:%M",
    "T": "%H:%M:%S",
    "d": "%Y-%m-%d",
    "D": "%Y-%m-%d",
    "s": "%Y-%m-%d %H:%M",
    "S": "%Y-%m-%d %H:%M:%S",
}
"""Of Discord's letters. What is relative becomes absolute, since a transcript is read on another day."""
FULL = "%Y-%m-%d %H:%M"


class Naming:
    """The names of one record, and its moments in one zone."""

    def __init__(self, record: Record, zone: str) -> None:
        self._people: Mapping[int, Person] = record.people
        self._roles: Mapping[int, Named] = record.roles
        self._channels: Mapping[int, Named] = record.channels
        self._zone = zone_info(zone)

    def known(self, person_id: int | None) -> Person | None:
        """Return somebody, None if the record does not know them."""
        return self._people.get(person_id) if person_id is not None else None

    def person(self, person_id: int | None) -> str:
        """Name somebody."""
        if not person_id:
            return t("Somebody")
        known = self._people.get(person_id)
        return known.shown_name if known is not None and known.shown_name else t("Unknown ({id})", id=person_id)

    def author(self, message: Message) -> str:
        """Name who wrote a message."""
        return message.author_name or self.person(message.author_id)

    def mention(self, mention: Mention) -> str:
        """Write a mention as Discord shows it."""
        if mention.of == "all":
            return mention.name
        if mention.of == "person":
            return "@" + self.person(mention.id)
        names, sign = (self._roles, "@") if mention.of == "role" else (self._channels, "#")
        known = names.get(mention.id)
        return sign + (known.name if known is not None and known.name else t("Unknown ({id})", id=mention.id))

    def colour(self, mention: Mention) -> int | None:
        """Return the colour of a role that is mentioned."""
        known = self._roles.get(mention.id) if mention.of == "role" else None
        return known.colour if known is not None else None

    def command(self, command: Command) -> str:
        """Write a command, or one of Discord's own places."""
        places = {
            "customize": t("Channels & Roles"),
            "browse": t("Browse Channels"),
            "guide": t("Server Guide"),
            "home": t("Server Guide"),
            "linked-roles": t("Linked Roles"),
        }
        return places.get(command.name) or f"/{command.name}"

    def resolved(self, text: str) -> str:
        """Return text with mentions, emoji and times as Discord shows them; its other signs stay as they were typed."""
        return TAG.sub(self._tag, text)

    def _tag(self, found: re.Match[str]) -> str:
        match tag_of(found):
            case Mention() as mention:
                return self.mention(mention)
            case Moment() as moment:
                return self.moment(moment)
            case Command() as command:
                return self.command(command)
            case Emoji(name):
                return f":{name}:"

    # Moments

    def full(self, moment: datetime) -> str:
        """Write a day and a time."""
        return self._at(moment, FULL)

    def day(self, moment: datetime) -> str:
        """Write a day."""
        return self._local(moment).date().isoformat()

    def time(self, moment: datetime) -> str:
        """Write a time of the day."""
        return self._at(moment, "%H:%M")

    def moment(self, moment: Moment) -> str:
        """Write a time that somebody typed for everybody's zone; one that no calendar has stays as it was typed."""
        try:
            at = datetime.fromtimestamp(moment.seconds, UTC)
            return self._at(at, FORMATS.get(moment.style, FULL))
        except (ValueError, OverflowError, OSError):
            return f"<t:{moment.seconds}>"

    def _at(self, moment: datetime, form: str) -> str:
        return self._local(moment).strftime(form)

    def _local(self, moment: datetime) -> datetime:
        try:
            return moment.astimezone(self._zone)
        except OverflowError:
            return moment
