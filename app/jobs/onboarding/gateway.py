"""Hearing who joins, is let in, and leaves. What comes within a moment is written at once, also in a raid."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import discord

from app.bot import Bot
from app.core.batch_writer import BatchWriter
from app.core.errors import BotError
from app.core.onboarding import outcome
from app.core.onboarding.grants import Grant, What, Why
from app.core.onboarding.joining import IS_GUEST, Standing, standing
from app.core.onboarding.policy import OnboardingPolicy
from app.core.records import record
from app.effects.onboarding.asking import visible_post
from app.effects.onboarding.native import is_native_on
from app.effects.restraint import restraint_of
from app.models.onboarding import OnboardingState
from app.services.onboarding.joins import Joined, Key
from app.services.onboarding.timing import next_look

log = logging.getLogger(__name__)

MAX_WAITING = 10_000
MAX_BATCH = 500
GATHER_SECONDS = 0.25
LAST_SECONDS = 1.0
SETTLING_SECONDS = 1.0
"""Moving one role tells of all that moved with it."""


@record
class Heard:
    """What Discord says of a member. `left` stands alone."""

    guild_id: int
    user_id: int
    left: bool = False
    joined_at: datetime | None = None
    is_bot: bool = False
    is_pending: bool = False
    flags: int = 0
    role_ids: frozenset[int] = frozenset()
    is_join: bool = True
    """Whether it was said that they joined, and not how they are now."""
    times: int = 1

    @property
    def key(self) -> Key:
        """Guild and member."""
        return (self.guild_id, self.user_id)


class Arrivals:
    """Writes down who comes and goes, and remembers whom Discord has not let in yet."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.waiting: set[Key] = set()
        """Whose changes are looked at; those of everybody else, which are many, are not."""
        self.after_native: set[int] = set()
        """The servers where some of them wait for Discord's own onboarding."""
        self._guests: set[Key] = set()
        """Guests who may become members: Discord does not say of those that they join."""
        self._settling: dict[int, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._writer = BatchWriter[Heard](
            "onboarding_joins",
            self.write,
            max_waiting=MAX_WAITING,
            max_batch=MAX_BATCH,
            away=(BotError,),
            gather_seconds=GATHER_SECONDS,
        )
        bot.vitals.queue("onboarding_joins", lambda: self._writer.waiting, room=self._writer.room)

    def listen(self) -> None:
        """Hear of what happens from now on."""
        add = self._bot.add_listener
        add(self._on_join, "on_member_join")
        add(self._on_update, "on_raw_member_update")
        add(self._on_remove, "on_raw_member_remove")
        add(self._on_role, "on_guild_role_create")
        add(self._on_role, "on_guild_role_delete")
        add(self._on_role_update, "on_guild_role_update")
        add(self._on_channel_update, "on_guild_channel_update")

    async def drain(self) -> None:
        """Return once everything that was heard is written."""
        await self._writer.drain()
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def stop(self) -> None:
        """Write what is left. What is lost of it is found by the next sweep."""
        for handle in self._settling.values():
            handle.cancel()
        await self._writer.stop(LAST_SECONDS)

    def note_guests(self, heard: Iterable[Heard]) -> None:
        """Remember who is a guest, and who is none any more."""
        for one in heard:
            is_guest = bool(one.flags & IS_GUEST) and not one.left and not one.is_bot
            (self._guests.add if is_guest else self._guests.discard)(one.key)

    async def write(self, heard: Sequence[Heard]) -> None:
        """Write down what was heard, in its order for each member."""
        self.note_guests(heard)
        batches = waves(heard)
        joins = await self._joins(one for batch in batches for one in batch)
        # Where onboarding is off, who has left is found once it is on again.
        policies = {
            guild_id: OnboardingPolicy.of(await self._bot.settings.get(guild_id))
            for guild_id in {one.guild_id for one in heard if one.left}
        }
        batches = [[one for one in batch if not one.left or policies[one.guild_id].is_on] for batch in batches]
        if not any(one.left or one in joins for batch in batches for one in batch):
            return
        async with self._bot.uow() as work:
            for batch in batches:
                gone = [one.key for one in batch if one.left]
                news = [joins[one] for one in batch if one in joins and one.is_join]
                let_in = [joins[one] for one in batch if one in joins and not one.is_join and not joins[one].is_waiting]
                taken = await work.onboarding.joins.take(news)
                taken += await work.onboarding.joins.let_in(let_in)
                await work.onboarding.joins.leave(gone)
                self.waiting.difference_update(gone)
                for one in taken:
                    key = (one.guild_id, one.user_id)
                    (self.waiting.add if one.state is OnboardingState.WAITING else self.waiting.discard)(key)

    async def _joins(self, heard: Iterable[Heard]) -> dict[Heard, Joined]:
        """Return what follows from each of those of whom something is wanted."""
        found: dict[Heard, Joined] = {}
        policies: dict[int, tuple[OnboardingPolicy, bool]] = {}
        for one in heard:
            if one.left:
                continue
            if one.guild_id not in policies:
                policy = OnboardingPolicy.of(await self._bot.settings.get(one.guild_id))
                is_native = policy.is_on and policy.after_discord and await is_native_on(self._bot, one.guild_id)
                policies[one.guild_id] = policy, is_native
                if is_native:
                    self.after_native.add(one.guild_id)
            policy, is_native = policies[one.guild_id]
            if policy.is_on and (joined := self._joined(one, policy, after_discord=is_native)) is not None:
                found[one] = joined
        return found

    def _joined(self, one: Heard, policy: OnboardingPolicy, *, after_discord: bool) -> Joined | None:
        stands = standing(
            is_bot=one.is_bot,
            joined_at=one.joined_at,
            is_pending=one.is_pending,
            flags=one.flags,
            after_discord=after_discord,
        )
        if stands is Standing.NOBODY or one.joined_at is None:
            return None
        now, guild = self._bot.clock(), self._bot.get_guild(one.guild_id)
        wanted: tuple[Grant, ...] = ()
        if policy.join_role_id is not None:
            wanted = (Grant(What.ROLE, policy.join_role_id, give=True, why=Why.JOIN),)
        asked_at, next_at = None, now
        if guild is None:
            return None
        sends_nothing = policy.where == "panel" and not wanted
        if sends_nothing and visible_post(guild, policy, one.role_ids, one.user_id) is not None:
            # What follows is known now, also of a thousand at once.
            asked_at = now
            next_at = next_look(now, policy, now)
        is_waiting = stands is Standing.WAITING
        return Joined(
            guild_id=one.guild_id,
            user_id=one.user_id,
            joined_at=one.joined_at,
            is_waiting=is_waiting,
            keeps=policy.keeps_answers,
            asked_at=None if is_waiting else asked_at,
            next_at=None if is_waiting else next_at,
            wanted=wanted,
            done=tuple(outcome.on_completion((), policy, (), {})),
            times=one.times,
        )

    # Events

    async def _on_join(self, member: discord.Member) -> None:
        await self._writer.put(
            Heard(
                guild_id=member.guild.id,
                user_id=member.id,
                joined_at=member.joined_at,
                is_bot=member.bot,
                is_pending=member.pending,
                flags=member.flags.value,
                role_ids=frozenset(member._roles),  # noqa: SLF001 -- `roles` leaves out those that are not known yet
            )
        )

    async def _on_update(self, event: discord.RawMemberUpdateEvent) -> None:
        member = event.member
        if self._bot.user is not None and event.user_id == self._bot.user.id:
            self._order_changed(event.guild_id)
        elif (key := (event.guild_id, event.user_id)) in self.waiting or key in self._guests:
            await self._writer.put(
                Heard(
                    guild_id=event.guild_id,
                    user_id=event.user_id,
                    joined_at=member.joined_at,
                    is_bot=member.bot,
                    is_pending=member.pending,
                    flags=member.flags.value,
                    role_ids=frozenset(member._roles),  # noqa: SLF001 -- as above
                    is_join=key in self._guests,
                )
            )

    async def _on_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        await self._writer.put(Heard(event.guild_id, event.user.id, left=True))

    async def _on_role(self, role: discord.Role) -> None:
        self._order_changed(role.guild.id)

    async def _on_role_update(self, before: discord.Role, after: discord.Role) -> None:
        if before.position != after.position or before.permissions != after.permissions:
            self._order_changed(after.guild.id)

    async def _on_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        # What members are shown and hidden is told here as well, by the hundred; it changes nothing for the bot.
        if (me := after.guild.me) is not None and before.permissions_for(me) != after.permissions_for(me):
            self._order_changed(after.guild.id)

    def _order_changed(self, guild_id: int) -> None:
        """Try again what was refused, once nothing has changed for a moment about what the bot may do in a server."""
        if (handle := self._settling.pop(guild_id, None)) is not None:
            handle.cancel()
        loop = asyncio.get_running_loop()
        self._settling[guild_id] = loop.call_later(SETTLING_SECONDS, self._try_again, guild_id)

    def _try_again(self, guild_id: int) -> None:
        self._settling.pop(guild_id, None)
        task = asyncio.create_task(self._give_again(guild_id), name=f"roles of {guild_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _give_again(self, guild_id: int) -> None:
        restraint_of(self._bot).clear(guild_id)
        try:
            async with self._bot.uow() as work:
                await work.onboarding.grants.try_again(guild_id)
        except BotError as error:
            # What was refused is tried again anyway, only later.
            log.warning("refused roles are not tried again yet", extra={"guild": guild_id, "error": str(error)})


def waves(heard: Iterable[Heard]) -> list[list[Heard]]:
    """Put what was heard into batches in which each member is once, in their order; the same join twice is one."""
    batches: list[dict[Key, Heard]] = []
    at: dict[Key, int] = {}
    for one in heard:
        place = at.get(one.key)
        if place is not None:
            last = batches[place][one.key]
            if last.joined_at == one.joined_at and last.is_join and one.is_join and not last.left and not one.left:
                batches[place][one.key] = _twice(last, one)
                continue
        place = 0 if place is None else place + 1
        if place == len(batches):
            batches.append({})
        batches[place][one.key] = one
        at[one.key] = place
    return [list(batch.values()) for batch in batches]


def _twice(first: Heard, second: Heard) -> Heard:
    return replace(second, times=first.times + second.times)
