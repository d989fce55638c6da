"""Giving and taking what is written down about a member: looked at first, asked of Discord, and looked at again."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from app.bot import Bot
from app.core.errors import UserError
from app.core.messages import Message, speaking
from app.core.onboarding.grants import Grant, Stage, What, read_grants
from app.core.onboarding.joining import is_held_back
from app.core.onboarding.policy import OnboardingPolicy
from app.core.records import record
from app.effects.onboarding.obstacles import obstacle
from app.effects.onboarding.staff import tell_staff
from app.effects.restraint import restraint_of
from app.effects.sending import ERRORS
from app.models import Onboarding
from app.ui.kit.failures import in_one_sentence
from app.ui.kit.language import language_of_server
from app.ui.onboarding import trouble

log = logging.getLogger(__name__)

UNKNOWN_MEMBER = frozenset({10007, 10013})
VIEW = discord.Permissions(view_channel=True).value
MEMBER = 1
REASON = "Onboarding"
"""What the server's audit log says; in English, as Discord's own entries there are not translated either."""


@record
class Carried:
    """What became of the intentions of a member. `row` is theirs as it is now; None if they are not there any more."""

    grants: tuple[Grant, ...]
    row: Onboarding | None
    role_ids: frozenset[int] | None = None
    """What they hold now, if Discord was asked."""


async def carry_out(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> Carried:
    """Carry out what is open about a member, and write down what became of it.

    May be broken off at any moment, and may run twice at a time: what is there is not asked for again. Whatever cannot
    be done stays open; staff are told once of a role that Discord, or the order of roles, refuses.
    """
    guild, now = bot.get_guild(row.guild_id), bot.clock()
    pending = [one for one in read_grants(row.grants) if one.is_open]
    held_back = restraint_of(bot).holds_back(row.guild_id, now)
    if not pending or guild is None or guild.unavailable or held_back is not None:
        return Carried(tuple(read_grants(row.grants)), row)
    became, whys = dict[tuple[What, int], Grant](), dict[tuple[What, int], Message | str]()

    def note(grant: Grant, stage: Stage, why: Message | str = "", *, was_there: bool | None = None) -> None:
        key = (grant.what, grant.id)
        was_there = grant.was_there if was_there is None else was_there
        became[key] = replace(grant, stage=stage, reason=_english(why)[:200], at=now, was_there=was_there)
        if stage is Stage.REFUSED:
            whys[key] = why

    for grant in pending:
        if (why := obstacle(guild, grant)) is not None:
            note(grant, Stage.REFUSED, why)
    role_ids: frozenset[int] | None = None
    rest = [one for one in pending if (one.what, one.id) not in became]
    if rest:
        member = await find_member(bot, row.guild_id, row.user_id)
        if member is None:
            return Carried(tuple(read_grants(row.grants)), None)
        if is_held_back(is_pending=bool(member.get("pending")), flags=int(member.get("flags") or 0)):
            # It is tried again, later each time.
            async with bot.uow() as work:
                waits = await work.onboarding.grants.record(row.guild_id, row.user_id, ())
            return Carried(tuple(read_grants(row.grants)), waits or row)
        role_ids = _roles(member)
        for grant in rest:
            await _carry_out(bot, row, grant, role_ids, note)
        if given := [one for one in became.values() if one.stage is Stage.GIVEN]:
            role_ids = await _look_again(bot, row, given, note)
    await _report(bot, row, policy, whys)
    async with bot.uow() as work:
        changed = await work.onboarding.grants.record(row.guild_id, row.user_id, list(became.values()))
    if changed is None:
        return Carried((), None, role_ids)
    return Carried(tuple(read_grants(changed.grants)), changed, role_ids)


async def find_member(bot: Bot, guild_id: int, user_id: int) -> dict[str, Any] | None:
    """Return what Discord says of a member; None if they are not in the server any more."""
    try:
        found: Any = await bot.http.get_member(guild_id, user_id)
    except discord.HTTPException as error:
        if error.code in UNKNOWN_MEMBER:
            return None
        raise
    return found


async def _carry_out(bot: Bot, row: Onboarding, grant: Grant, role_ids: frozenset[int], note: Any) -> None:
    """Ask Discord for one of them, unless it is there."""
    restraint, now = restraint_of(bot), bot.clock()
    try:
        if grant.what is What.ROLE:
            if (grant.id in role_ids) is grant.give:
                note(grant, Stage.SEEN, was_there=grant.give and grant.stage is not Stage.GIVEN)
                return
            ask = bot.http.add_role if grant.give else bot.http.remove_role
            await ask(row.guild_id, row.user_id, grant.id, reason=REASON)
        elif await _is_shown(bot, grant.id, row.user_id) is grant.give:
            note(grant, Stage.SEEN, was_there=grant.give and grant.stage is not Stage.GIVEN)
            return
        else:
            await _show(bot, grant, row.user_id)
    except ERRORS as error:
        if isinstance(error, discord.HTTPException) and error.status in {401, 403}:
            restraint.refused(row.guild_id, now)
        told: UserError = in_one_sentence(error)
        log.info("not given", extra={"guild": row.guild_id, "user": row.user_id, "what": grant.id, "error": str(error)})
        refused = isinstance(error, discord.HTTPException) and 400 <= error.status < 500
        note(grant, Stage.REFUSED if refused else Stage.WANTED, told.message)
    else:
        restraint.worked(row.guild_id)
        note(grant, Stage.GIVEN, trouble.NOT_SHOWN)


async def _look_again(bot: Bot, row: Onboarding, given: Sequence[Grant], note: Any) -> frozenset[int] | None:
    """Read back what Discord said yes to: while its own onboarding runs, a yes may be none."""
    try:
        member = await find_member(bot, row.guild_id, row.user_id)
        role_ids = _roles(member) if member is not None else frozenset[int]()
        for grant in given:
            if grant.what is What.ROLE:
                is_there = grant.id in role_ids
            else:
                is_there = await _is_shown(bot, grant.id, row.user_id)
            if is_there is grant.give:
                note(grant, Stage.SEEN)
    except ERRORS as error:
        log.info("not read back", extra={"guild": row.guild_id, "user": row.user_id, "error": str(error)})
        return None
    return role_ids


def _english(why: Message | str) -> str:
    return why.english if isinstance(why, Message) else why


def _roles(member: dict[str, Any]) -> frozenset[int]:
    return frozenset(int(one) for one in member["roles"])


async def _overwrite(bot: Bot, channel_id: int, user_id: int) -> tuple[int, int]:
    channel: Any = await bot.http.get_channel(channel_id)
    for one in channel.get("permission_overwrites", ()):
        if int(one["id"]) == user_id:
            return int(one["allow"]), int(one["deny"])
    return 0, 0


async def _is_shown(bot: Bot, channel_id: int, user_id: int) -> bool:
    allow, _ = await _overwrite(bot, channel_id, user_id)
    return bool(allow & VIEW)


async def _show(bot: Bot, grant: Grant, user_id: int) -> None:
    """Change nothing about the channel but whether this member sees it."""
    allow, deny = await _overwrite(bot, grant.id, user_id)
    allow, deny = (allow | VIEW, deny & ~VIEW) if grant.give else (allow & ~VIEW, deny)
    if allow or deny:
        await bot.http.edit_channel_permissions(grant.id, user_id, str(allow), str(deny), MEMBER, reason=REASON)
    else:
        target: Any = user_id
        await bot.http.delete_channel_permissions(grant.id, target, reason=REASON)


async def _report(bot: Bot, row: Onboarding, policy: OnboardingPolicy, whys: dict[Any, Message | str]) -> None:
    """Tell staff what was refused, unless they were told of the same before. Said first and written down after."""
    known = {(one.what, one.id) for one in read_grants(row.grants) if one.stage is Stage.REFUSED}
    news = {key: why for key, why in whys.items() if key not in known}
    if not news:
        return
    async with bot.uow() as work:
        ids = await work.onboarding.grants.unreported(row.guild_id, row.user_id, {id_ for _, id_ in news})
    with speaking(language_of_server(bot, row.guild_id)):
        for (what, id_), why in news.items():
            if id_ in ids:
                text = trouble.not_given(what, id_, why, row.user_id)
                await tell_staff(bot, row.guild_id, policy, text, once=("refused", row.guild_id, id_, _english(why)))
