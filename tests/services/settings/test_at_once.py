"""A change in one statement: the same as in a transaction that looks first, also when many are made at once."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from app.core.actor import Actor
from app.core.errors import BotError
from app.core.settings import general
from app.core.settings.kinds import Setting, Value
from app.models import BotSetting, ChangeType, SettingsHistory
from app.services.settings import AlreadySo, SettingsNotAllowed
from app.uow import UnitOfWork, UnitOfWorkFactory
from tests.services.test_at_once import sent

STEPS = 120
AT_ONCE = 30
SETTINGS = (general.PAGE_SIZE, general.PRIVATE_REPLIES, general.COLOUR)
Ask = Callable[[UnitOfWork], Awaitable[SettingsHistory]]


def manager(guild_id: int, user_id: int = 11) -> Actor:
    return Actor(guild_id, user_id, is_manager=True, is_staff=True)


def choosing(value: Value, guild_id: int = 1, setting: Setting[Any] = general.PAGE_SIZE) -> Ask:
    return lambda work: work.settings.change(manager(guild_id), setting, value, reason=" Why not ")


def resetting(guild_id: int = 1, setting: Setting[Any] = general.PAGE_SIZE) -> Ask:
    return lambda work: work.settings.reset(manager(guild_id), setting)


async def lines(uow: UnitOfWorkFactory, guild_id: int = 1) -> list[tuple[Any, ...]]:
    """The history, the oldest first, and at its end what holds."""
    h, s = SettingsHistory, BotSetting
    async with uow() as work:
        made = await work._session.execute(
            select(h.scope, h.key, h.change_type, h.old_value, h.new_value, h.value_type, h.changed_by, h.reason)
            .where(h.guild_id == guild_id)
            .order_by(h.changed_at, h.id)
        )
        holds = await work._session.execute(
            select(s.scope, s.key, s.value, s.value_type, s.updated_by)
            .where(s.guild_id == guild_id)
            .order_by(s.scope, s.key)
        )
        return [*map(tuple, made), *map(tuple, holds)]


async def said(ask: Awaitable[SettingsHistory]) -> tuple[Any, ...]:
    try:
        done = await ask
    except BotError as refused:
        return type(refused).__name__, str(refused)
    return done.scope, done.key, done.change_type, done.old_value, done.new_value, done.reason


async def no_choice(uow: UnitOfWorkFactory) -> None:
    """Leave in both servers what is in rows from before this was forbidden: JSON's null."""
    row = {"scope": "general", "key": "page_size", "value_type": "number", "value": None}
    async with uow() as work:
        await work._session.execute(delete(BotSetting).where(BotSetting.key == "page_size"))
        await work._session.execute(insert(BotSetting), [row | {"guild_id": guild_id} for guild_id in (1, 2)])


@pytest.mark.parametrize("seed", range(4))
async def test_it_does_and_says_what_a_transaction_does(own_uow: UnitOfWorkFactory, seed: int) -> None:
    luck = random.Random(seed)
    for step in range(STEPS):
        if step % 40 == 20:
            await no_choice(own_uow)
        setting: Setting[Any] = luck.choice(SETTINGS)
        value = luck.choice(
            {"page_size": (3, 4, general.PAGE_SIZE.default), "private_replies": (True, False)}.get(
                setting.key, ("red", "blue", general.COLOUR.default)
            )
        )
        is_reset = luck.random() < 0.3
        one, other = (
            resetting(guild_id, setting) if is_reset else choosing(value, guild_id, setting) for guild_id in (1, 2)
        )

        async def in_a_transaction(ask: Ask = one) -> SettingsHistory:
            async with own_uow() as work:
                return await ask(work)

        assert await said(in_a_transaction()) == await said(own_uow.at_once(other))
    assert await lines(own_uow, 1) == await lines(own_uow, 2)
    assert len(await lines(own_uow, 1)) > STEPS / 4


async def test_it_is_one_statement(own_uow: UnitOfWorkFactory) -> None:
    await own_uow.at_once(choosing(4))
    assert await sent(own_uow, lambda: own_uow.at_once(choosing(5))) == ["WITH"]
    assert await sent(own_uow, lambda: own_uow.at_once(resetting())) == ["WITH"]
    assert await sent(own_uow, lambda: own_uow.at_once(choosing(6))) == ["WITH"]


async def test_of_many_at_once_none_is_lost_and_the_history_has_no_gap(own_uow: UnitOfWorkFactory) -> None:
    asked = [choosing(3 + number % 13) for number in range(AT_ONCE)] + [resetting() for _ in range(5)]
    done = await asyncio.gather(*map(own_uow.at_once, asked), return_exceptions=True)
    made = [line for line in await lines(own_uow) if len(line) > 5]
    kinds, old, new = ([line[place] for line in made] for place in (2, 3, 4))
    assert len(made) == len([one for one in done if isinstance(one, SettingsHistory)])
    assert {type(one) for one in done} <= {SettingsHistory, AlreadySo}
    assert old == [None, *new[:-1]]
    expected = [
        ChangeType.RESET if b is None else ChangeType.CREATED if a is None else ChangeType.UPDATED
        for a, b in zip(old, new, strict=True)
    ]
    assert kinds == expected
    async with own_uow() as work:
        holds = (await work.settings.get_snapshot(1)).chosen.get("general.page_size")
    assert holds == new[-1]


async def test_nothing_is_done_for_whom_may_not(own_uow: UnitOfWorkFactory) -> None:
    for ask in (
        lambda work: work.settings.change(Actor(1, 11, is_staff=True), general.PAGE_SIZE, 4),
        lambda work: work.settings.reset(Actor(1, 11, is_staff=True), general.PAGE_SIZE),
    ):
        with pytest.raises(SettingsNotAllowed):
            await own_uow.at_once(ask)
    assert await lines(own_uow) == []
