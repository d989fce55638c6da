"""What servers chose, read once for all of them: what contradicts itself, and what Discord is asked about."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core import registry
from app.core.health.alerts import ALERTS, NO_GUILD
from app.core.messages import Message
from app.core.onboarding.contradictions import contradictions as of_onboarding
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.questions import Question
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import no_places
from app.core.tickets.contradictions import contradictions as of_tickets
from app.core.tickets.policy import TicketPolicy
from app.doctor.line import Line
from app.models import BotSetting, GuildRule, OnboardingQuestion, SupportTicket
from app.services.faq.indexing import FaqIndexingService
from app.services.health.alerts import AlertBook
from app.services.onboarding.rows import question_of
from app.services.tickets.access import UNFINISHED
from app.ui.onboarding.check import Setup

MAX_NAMED = 200
"""Sentences about one feature, of all servers together."""
MAX_TICKETS = 100_000
"""Open ones, of which it is seen whether Discord lets their channel be deleted."""
SCOPES = [
    *registry.PARTS,
    *(scope for scope, kind in registry.STRUCTURES.items() if kind.places is not no_places),
    ALERTS,
]


@dataclass
class Choices:
    """What servers chose, by their ids."""

    snapshots: dict[int, SettingsSnapshot] = field(default_factory=dict[int, SettingsSnapshot])
    questions: dict[int, list[Question]] = field(default_factory=dict[int, list[Question]])
    versions: dict[int, int] = field(default_factory=dict[int, int])
    """The newest version of the rules, where any were published."""
    entries: int = 0
    waiting: int = 0
    """Of the entries of the FAQ, how many there are, and how many are not found yet."""
    tickets: dict[int, dict[int, int]] = field(default_factory=dict[int, dict[int, int]])
    """The numbers of open tickets by their channels, of each server."""
    said: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    """What was said already of a server, without asking Discord."""

    @property
    def guild_ids(self) -> Sequence[int]:
        """Return the servers that chose something."""
        return sorted({*self.snapshots, *self.questions} - {NO_GUILD})

    @property
    def alerts(self) -> AlertBook:
        """Return where operators are told that something is wrong."""
        return AlertBook.of(self.snapshots.get(NO_GUILD, SettingsSnapshot(NO_GUILD)))

    def setup(self, guild_id: int) -> Setup:
        """Return what one server set up."""
        snapshot = self.snapshots.get(guild_id, SettingsSnapshot(guild_id))
        return Setup(snapshot, self.questions.get(guild_id, []), self.versions.get(guild_id))


async def read(choices: Choices, engine: AsyncEngine) -> None:
    """Read what all servers chose."""
    chosen: dict[int, dict[str, Any]] = {}
    async with engine.connect() as connection:
        query = select(BotSetting.guild_id, BotSetting.scope, BotSetting.key, BotSetting.value)
        for guild_id, scope, key, value in await connection.execute(query.where(BotSetting.scope.in_(SCOPES))):
            setting = registry.find(f"{scope}.{key}")
            if setting is not None and setting.allows(value):
                chosen.setdefault(guild_id, {})[setting.name] = value
        newest = select(GuildRule.guild_id, func.max(GuildRule.version)).group_by(GuildRule.guild_id)
        choices.versions = {row[0]: row[1] for row in await connection.execute(newest) if row[1] is not None}
        here = (SupportTicket.channel_id.is_not(None), UNFINISHED)
        tickets = select(SupportTicket.guild_id, SupportTicket.channel_id, SupportTicket.number).where(*here)
        for guild_id, channel_id, number in await connection.execute(tickets.limit(MAX_TICKETS)):
            choices.tickets.setdefault(guild_id, {})[channel_id] = number
    choices.snapshots = {guild_id: SettingsSnapshot(guild_id, values) for guild_id, values in chosen.items()}
    async with AsyncSession(engine) as session:
        choices.entries, choices.waiting = await FaqIndexingService(session).waiting()
        for row in await session.scalars(select(OnboardingQuestion).order_by(OnboardingQuestion.step_order)):
            choices.questions.setdefault(row.guild_id, []).append(question_of(row))


def lines(choices: Choices) -> Iterator[Line]:
    """Say what contradicts itself; the checks in Discord know also what Discord says."""
    yield _faq_search(choices.entries, choices.waiting)

    def onboarding(guild_id: int) -> Iterable[Message]:
        setup = choices.setup(guild_id)
        return of_onboarding(OnboardingPolicy.of(setup.snapshot), setup.questions, setup.version)

    def tickets(guild_id: int) -> Iterable[Message]:
        return of_tickets(TicketPolicy.of(choices.setup(guild_id).snapshot))

    yield from _about(choices, "tickets", tickets, "/tickets check")
    yield from _about(choices, "onboarding", onboarding, "/onboarding check")


def _about(choices: Choices, feature: str, say: Callable[[int], Iterable[Message]], command: str) -> Iterator[Line]:
    sentences = [(guild_id, one.english) for guild_id in choices.guild_ids for one in say(guild_id)]
    choices.said |= set(sentences)
    fix = f"`{command}` there says the same, and what Discord knows."
    for guild_id, sentence in sentences[:MAX_NAMED]:
        yield Line(f"{feature} of server {guild_id}", sentence, fix, can_stay=True)
    if not sentences:
        yield Line(feature, f"what {len(choices.guild_ids)} servers chose fits together")


def _faq_search(entries: int, waiting: int) -> Line:
    """Say what the search of the FAQ needs: of PostgreSQL no extension and no character type."""
    what, found = "FAQ search", f"{entries} entries; it needs no extension, and finds every script in this database"
    if not waiting:
        return Line(what, found)
    fix = "`run` does that by itself, some hundreds a minute. Until then they are found by their beginning alone."
    return Line(what, f"{waiting} of {entries} entries are yet to be made findable", fix, can_stay=True)
