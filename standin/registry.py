"""Everything in a world, by id. How it can change is in `standin.world`."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from standin import permissions
from standin.changes import Change, Listener
from standin.model import MAX_UPLOAD, Channel, Guild, User, named

DISCORD_EPOCH_MS = 1_420_070_400_000
_HISTORY_MS = 1_704_067_200_000  # 2024-01-01: the first ids, of what existed before the stand-in started

INTENT_PRESENCES = 1 << 8
INTENT_MEMBERS = 1 << 1
INTENT_MESSAGE_CONTENT = 1 << 15
# The application's flag once the intent is approved, and before (documentation: "Application Flags").
_INTENT_FLAGS = {
    INTENT_PRESENCES: (1 << 12, 1 << 13),
    INTENT_MEMBERS: (1 << 14, 1 << 15),
    INTENT_MESSAGE_CONTENT: (1 << 18, 1 << 19),
}


@dataclass(slots=True, eq=False)
class Application:
    """The registered application.

    `allowed_intents` are the privileged intents switched on in the portal; a verified one had them approved.
    """

    id: int
    name: str
    bot: User
    owner: User
    team: list[User] = field(default_factory=list)
    allowed_intents: int = INTENT_PRESENCES | INTENT_MEMBERS | INTENT_MESSAGE_CONTENT
    is_public: bool = True
    is_verified: bool = False

    @property
    def flags(self) -> int:
        """The public flags: an intent that is switched on but not approved is "limited", for fewer than 100 guilds."""
        pairs = [pair for intent, pair in _INTENT_FLAGS.items() if self.allowed_intents & intent]
        return sum(pair[0] if self.is_verified else pair[1] for pair in pairs)

    @property
    def sees_members(self) -> bool:
        return bool(self.allowed_intents & INTENT_MEMBERS)

    @property
    def reads_content(self) -> bool:
        return bool(self.allowed_intents & INTENT_MESSAGE_CONTENT)


class Registry:
    """Everything in a world, new ids, and the listeners for changes.

    Ids only grow. Before the stand-in starts they lie in the past and are the same in every run; then they follow the
    clock, so that what a test creates has been created now.
    """

    def __init__(self, bot_name: str = "Concierge") -> None:
        self._clock_ms = _HISTORY_MS
        self._sequence = 0
        self._step = 1
        self._is_live = False
        self.turned = 0.0
        self.upload_limit = MAX_UPLOAD
        self._listeners: list[Listener] = []
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.direct: dict[int, Channel] = {}
        self.unavailable: set[int] = set()
        bot = self.add_user(bot_name.lower(), bot_name, bot=True)
        owner = self.add_user("operator", "Operator")
        # A bot and its application share an id.
        self.application = Application(id=bot.id, name=bot_name, bot=bot, owner=owner)

    # Listening

    def listen(self, callback: Listener) -> Callable[[], None]:
        """Call back at once on every change, in order; return a function that ends it."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def announce(self, change: Change) -> None:
        for listener in list(self._listeners):
            listener(change)

    # Ids

    def go_live(self) -> None:
        self._is_live = True

    def let_pass(self, seconds: float) -> None:
        """Turn the clock: that of ids and times, by which nonces are forgotten, threads archived and time-outs end."""
        self.turned += seconds

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.turned)

    def next_id(self, *, own_millisecond: bool = False) -> int:
        """A new id, greater than any before; guilds need a millisecond of their own, which decides their shard."""
        now = int((time.time() + self.turned) * 1000) if self._is_live else 0
        if now > self._clock_ms:
            self._clock_ms, self._sequence = now, 0
        elif self._is_live and own_millisecond:
            self._clock_ms, self._sequence = self._clock_ms + 1, 0
        elif self._is_live and self._sequence < 4095:
            self._sequence += 1
        else:
            # Ids of the past have milliseconds of their own, unevenly spaced, so that guilds spread over shards.
            self._step = self._step * 48_271 % 2_147_483_647
            self._clock_ms, self._sequence = self._clock_ms + 1 + self._step % 5, 0
        return (self._clock_ms - DISCORD_EPOCH_MS) << 22 | self._sequence

    # Finding

    @property
    def bot(self) -> User:
        return self.application.bot

    def user(self, name: str) -> User:
        """The account of that name. Raises LookupError."""
        return named(name, self.users.values(), "user")

    def guild(self, name: str) -> Guild:
        """The guild of that name. Raises LookupError."""
        return named(name, self.guilds.values(), "guild")

    def add_user(self, name: str, display_name: str | None = None, *, bot: bool = False, locale: str = "en-GB") -> User:
        """A new account, in no guild yet."""
        user = User(id=self.next_id(), name=name, display_name=display_name or name.title(), bot=bot, locale=locale)
        self.users[user.id] = user
        return user

    def has_bot(self, guild: Guild) -> bool:
        return self.bot.id in guild.members

    def permissions(self, user: User, channel: Channel) -> int:
        """What the account may do in the channel; 0 for an outsider."""
        if channel.guild is None:
            return permissions.DIRECT_MESSAGE if user in channel.recipients else 0
        member = channel.guild.members.get(user.id)
        return permissions.in_channel(channel.guild, member, channel) if member else 0

    def upload_limit_of(self, channel: Channel) -> int:
        """The largest file that may be sent there, in bytes; in direct messages `upload_limit`."""
        return channel.guild.upload_limit if channel.guild else self.upload_limit

    def can(self, user: User, channel: Channel, needed: int) -> bool:
        """Whether the account has all the needed permission bits in the channel."""
        return self.permissions(user, channel) & needed == needed
