"""Everything that may happen to a setting, on a real database."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput
from app.core.settings import general
from app.core.settings.kinds import Setting
from app.models import BotSetting, ChangeType, SettingsHistory
from app.services.settings import (
    AlreadySo,
    ChangedSince,
    ChangeNotFound,
    SettingsNotAllowed,
    UnknownSetting,
    find_setting,
)
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

MANAGER = Actor(guild_id=1, user_id=11, is_manager=True, is_staff=True)
OTHER = Actor(guild_id=1, user_id=12, is_manager=True, is_staff=True)
MEMBER = Actor(guild_id=1, user_id=13)
ELSEWHERE = Actor(guild_id=2, user_id=11, is_manager=True, is_staff=True)
MONTH = timedelta(days=30)


async def value_of(uow: UnitOfWorkFactory, guild_id: int = 1) -> int:
    async with uow() as work:
        return (await work.settings.get_snapshot(guild_id))[general.PAGE_SIZE]


async def change(
    uow: UnitOfWorkFactory, value: object, actor: Actor = MANAGER, setting: Setting[Any] = general.PAGE_SIZE
) -> SettingsHistory:
    async with uow() as work:
        return await work.settings.change(actor, setting, value)


async def undo(uow: UnitOfWorkFactory, change_id: int, actor: Actor = MANAGER) -> SettingsHistory:
    async with uow() as work:
        return await work.settings.undo(actor, change_id, within=MONTH)


async def lines(uow: UnitOfWorkFactory, actor: Actor = MANAGER) -> list[tuple[ChangeType, object, object]]:
    async with uow() as work:
        found = await work.settings.list_history(actor, page_size=100)
        return [(line.change_type, line.old_value, line.new_value) for line in found.entries]


async def test_a_change_and_its_history_belong_together(uow: UnitOfWorkFactory) -> None:
    first = await change(uow, 5)
    assert (first.change_type, first.old_value, first.new_value) == (ChangeType.CREATED, None, 5)
    second = await change(uow, 6, OTHER)
    assert (second.change_type, second.old_value, second.new_value) == (ChangeType.UPDATED, 5, 6)
    assert second.changed_by == OTHER.user_id
    assert await value_of(uow) == 6
    assert await value_of(uow, guild_id=2) == general.PAGE_SIZE.default
    assert len(await lines(uow)) == 2
    assert await lines(uow, ELSEWHERE) == []


async def test_a_failed_transaction_leaves_neither(uow: UnitOfWorkFactory) -> None:
    async def break_off() -> None:
        async with uow() as work:
            await work.settings.change(MANAGER, general.PAGE_SIZE, 5)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    assert await value_of(uow) == general.PAGE_SIZE.default
    assert await lines(uow) == []


async def test_only_who_manages_the_server_may(uow: UnitOfWorkFactory) -> None:
    made = await change(uow, 5)
    async with uow() as work:
        for refused in (
            work.settings.change(MEMBER, general.PAGE_SIZE, 6),
            work.settings.reset(MEMBER, general.PAGE_SIZE),
            work.settings.undo(MEMBER, made.id, within=MONTH),
            work.settings.list_history(MEMBER, page_size=5),
            work.settings.get_change(MEMBER, made.id),
        ):
            with pytest.raises(SettingsNotAllowed):
                await refused
    assert await value_of(uow) == 5


async def test_a_change_that_changes_nothing_is_refused_and_not_recorded(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(AlreadySo, match="it is the default"):
        await change(uow, general.PAGE_SIZE.default)
    await change(uow, 5)
    with pytest.raises(AlreadySo, match="already has that value\\."):
        await change(uow, 5)
    assert len(await lines(uow)) == 1
    async with uow() as work:
        with pytest.raises(AlreadySo, match="has its default value"):
            await work.settings.reset(MANAGER, general.COLOUR)


@pytest.mark.parametrize("value", [2, 16, True, "5", None])
async def test_a_value_out_of_bounds_changes_nothing(uow: UnitOfWorkFactory, value: object) -> None:
    with pytest.raises(InvalidInput, match="a whole number from 3 to 15"):
        await change(uow, value)
    assert await lines(uow) == []


async def test_every_kind_of_change_can_be_undone(uow: UnitOfWorkFactory) -> None:
    created = await change(uow, 5)
    updated = await change(uow, 6)
    assert (await undo(uow, updated.id)).new_value == 5
    assert await value_of(uow) == 5
    # Undoing a creation brings the default back, and that too can be undone.
    undone = await undo(uow, created.id)
    assert (undone.change_type, undone.new_value, undone.restores_id) == (ChangeType.RESTORED, None, created.id)
    assert await value_of(uow) == general.PAGE_SIZE.default
    await undo(uow, undone.id)
    assert await value_of(uow) == 5
    async with uow() as work:
        reset = await work.settings.reset(MANAGER, general.PAGE_SIZE)
    assert (reset.change_type, reset.old_value, reset.new_value) == (ChangeType.RESET, 5, None)
    await undo(uow, reset.id)
    assert await value_of(uow) == 5


async def test_undo_refuses_to_take_a_later_change_with_it(uow: UnitOfWorkFactory) -> None:
    first = await change(uow, 5)
    await change(uow, 6, OTHER)
    before = await lines(uow)
    with pytest.raises(ChangedSince):
        await undo(uow, first.id)
    assert await value_of(uow) == 6
    assert await lines(uow) == before


async def test_undo_twice_is_once(uow: UnitOfWorkFactory) -> None:
    await change(uow, 5)
    second = await change(uow, 6)
    await undo(uow, second.id)
    with pytest.raises(ChangedSince):
        await undo(uow, second.id)
    assert await value_of(uow) == 5


async def test_another_servers_change_does_not_exist(uow: UnitOfWorkFactory) -> None:
    made = await change(uow, 5)
    for actor, change_id in ((ELSEWHERE, made.id), (MANAGER, made.id + 1_000_000)):
        with pytest.raises(ChangeNotFound):
            await undo(uow, change_id, actor)
    assert await value_of(uow) == 5


async def test_an_old_change_cannot_be_undone(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await change(uow, 5)
    clock.move(days=29)
    await undo(uow, made.id)
    made = await change(uow, 5)
    clock.move(days=31)
    with pytest.raises(Conflict, match="too old"):
        await undo(uow, made.id)


async def test_history_comes_in_pages_and_can_be_narrowed(uow: UnitOfWorkFactory) -> None:
    for number in range(3, 13):
        await change(uow, number if number != general.PAGE_SIZE.default else 15, MANAGER if number % 2 else OTHER)
    await change(uow, "red", OTHER, general.COLOUR)
    async with uow() as work:
        first = await work.settings.list_history(MANAGER, page=0, page_size=4)
        last = await work.settings.list_history(MANAGER, page=99, page_size=4)
        only = await work.settings.list_history(MANAGER, setting=general.COLOUR, page_size=4)
        hers = await work.settings.list_history(MANAGER, changed_by=OTHER.user_id, page_size=100)
    assert (first.pages, first.total, len(first.entries)) == (3, 11, 4)
    assert first.entries[0].key == "colour"
    assert (last.page, len(last.entries)) == (2, 3)
    assert [line.key for line in only.entries] == ["colour"]
    assert {line.changed_by for line in hers.entries} == {OTHER.user_id}


async def test_a_stored_value_that_no_longer_fits_counts_as_not_chosen(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        work._session.add_all(
            [
                BotSetting(guild_id=1, scope="general", key="page_size", value=9999, value_type="number"),
                BotSetting(guild_id=1, scope="gone", key="setting", value=1, value_type="number"),
                BotSetting(guild_id=1, scope="general", key="colour", value="red", value_type="choice"),
            ]
        )
    async with uow() as work:
        snapshot = await work.settings.get_snapshot(1)
    assert snapshot.chosen == {"general.colour": "red"}
    assert snapshot[general.PAGE_SIZE] == general.PAGE_SIZE.default


def test_an_unknown_name_is_refused_without_repeating_all_of_it() -> None:
    assert find_setting(" General.Timezone ") is general.TIMEZONE
    with pytest.raises(UnknownSetting) as refusal:
        find_setting("x`" * 2000)
    assert len(str(refusal.value)) < 200


async def test_two_first_choices_at_once_both_count_and_the_history_has_no_gap(own_uow: UnitOfWorkFactory) -> None:
    await asyncio.gather(*(change(own_uow, number) for number in (3, 4, 5, 6, 7)))
    made = list(reversed(await lines(own_uow)))
    assert [kind for kind, _, _ in made] == [ChangeType.CREATED] + [ChangeType.UPDATED] * 4
    assert [old for _, old, _ in made] == [None, *[new for _, _, new in made[:-1]]]
    assert await value_of(own_uow) == made[-1][2]


async def test_two_who_undo_at_once_undo_once(own_uow: UnitOfWorkFactory) -> None:
    await change(own_uow, 5)
    second = await change(own_uow, 6)
    outcomes = await asyncio.gather(*(undo(own_uow, second.id) for _ in range(4)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ChangedSince"] * 3 + ["SettingsHistory"]
    assert await value_of(own_uow) == 5


async def test_lists_use_an_index(own_engine: AsyncEngine) -> None:
    async with own_engine.connect() as connection:
        await connection.execute(
            text(
                "INSERT INTO settings_history (guild_id, scope, key, new_value, value_type, change_type) "
                "SELECT n % 50, 'general', 'page_size', '5', 'number', 'created' FROM generate_series(1, 20000) n"
            )
        )
        await connection.execute(text("ANALYZE settings_history"))
        statement = (
            select(SettingsHistory.id)
            .where(SettingsHistory.guild_id == 7)
            .order_by(SettingsHistory.changed_at.desc(), SettingsHistory.id.desc())
            .limit(8)
        )
        sql = str(statement.compile(own_engine.sync_engine, compile_kwargs={"literal_binds": True}))
        plan = "\n".join(row[0] for row in await connection.execute(text(f"EXPLAIN {sql}")))
    assert "Index" in plan
    assert "Sort" not in plan
