"""Changing several settings at once, and taking all of it back, on a real database."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput
from app.core.reminders import settings as reminders
from app.core.settings import general
from app.core.settings.kinds import Setting, Value
from app.models import BotSetting, ChangeType, SettingsHistory
from app.services.settings import AlreadySo, ChangedSince, ChangeNotFound, SettingsNotAllowed, Undone
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

MANAGER = Actor(guild_id=1, user_id=11, is_manager=True, is_staff=True)
STAFF = Actor(guild_id=1, user_id=13, is_staff=True)
ELSEWHERE = Actor(guild_id=2, user_id=11, is_manager=True, is_staff=True)
MONTH = timedelta(days=30)
THREE = ((general.PAGE_SIZE, 5), (general.COLOUR, "gold"), (reminders.SERIES, False))


async def change(uow: UnitOfWorkFactory, *wanted: tuple[Setting[Any], Value], **more: Any) -> list[SettingsHistory]:
    async with uow() as work:
        return await work.settings.several.change(MANAGER, wanted, **more)


async def set_one(uow: UnitOfWorkFactory, setting: Setting[Any], value: Value) -> SettingsHistory:
    async with uow() as work:
        return await work.settings.change(MANAGER, setting, value)


async def undo(uow: UnitOfWorkFactory, change_id: int, actor: Actor = MANAGER) -> Undone:
    async with uow() as work:
        return await work.settings.several.undo(actor, change_id, within=MONTH)


async def chosen(uow: UnitOfWorkFactory, guild_id: int = 1) -> Mapping[str, Value]:
    async with uow() as work:
        return (await work.settings.get_snapshot(guild_id)).chosen


async def lines(uow: UnitOfWorkFactory) -> list[SettingsHistory]:
    async with uow() as work:
        return list((await work.settings.list_history(MANAGER, page_size=100)).entries)


async def test_all_of_them_are_changed_with_a_line_for_each(uow: UnitOfWorkFactory) -> None:
    await set_one(uow, general.PAGE_SIZE, 9)
    await set_one(uow, reminders.CHANNEL, 77)
    made = await change(uow, *THREE, (reminders.CHANNEL, None), reason="a new beginning")
    assert await chosen(uow) == {"general.page_size": 5, "general.colour": "gold", "reminders.series": False}
    assert {(f"{one.scope}.{one.key}", one.change_type, one.old_value, one.new_value) for one in made} == {
        ("general.page_size", ChangeType.UPDATED, 9, 5),
        ("general.colour", ChangeType.CREATED, None, "gold"),
        ("reminders.series", ChangeType.CREATED, None, False),
        ("reminders.channel", ChangeType.RESET, 77, None),
    }
    assert {one.reason for one in made} == {"a new beginning"}
    assert len({one.changed_at for one in made}) == 1
    assert [one.id for one in (await lines(uow))[:4]] == sorted((one.id for one in made), reverse=True)
    assert await chosen(uow, 2) == {}


async def test_what_is_so_already_gets_no_line(uow: UnitOfWorkFactory) -> None:
    await set_one(uow, general.PAGE_SIZE, 5)
    (made,) = await change(uow, *THREE[:2], (reminders.SERIES, True), (general.TIMEZONE, None))
    assert made.key == "colour"
    assert await change(uow, *THREE[:2]) == []
    assert len(await lines(uow)) == 2


async def test_nothing_is_changed_if_one_value_does_not_fit(uow: UnitOfWorkFactory) -> None:
    with pytest.raises(InvalidInput, match="a whole number from 3 to 15"):
        await change(uow, (general.COLOUR, "gold"), (general.PAGE_SIZE, 99))
    with pytest.raises(InvalidInput, match="at most 300 characters"):
        await change(uow, *THREE, reason="x" * 301)
    async with uow() as work:
        with pytest.raises(SettingsNotAllowed):
            await work.settings.several.change(STAFF, THREE)
    assert await chosen(uow) == {}
    assert await lines(uow) == []


async def test_a_stored_value_that_no_longer_fits_counts_as_not_chosen(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        work._session.add(BotSetting(guild_id=1, scope="general", key="page_size", value=9999, value_type="number"))
    assert await change(uow, (general.PAGE_SIZE, 8)) == []
    (made,) = await change(uow, (general.PAGE_SIZE, 5), shown={})
    assert (made.old_value, made.new_value, made.change_type) == (9999, 5, ChangeType.UPDATED)


async def test_what_was_decided_for_other_values_is_refused(uow: UnitOfWorkFactory) -> None:
    await set_one(uow, general.PAGE_SIZE, 6)
    with pytest.raises(ChangedSince, match="`general\\.page_size`"):
        await change(uow, *THREE, shown={"general.page_size": 9})
    with pytest.raises(ChangedSince):
        await change(uow, *THREE, shown={})
    assert len(await lines(uow)) == 1
    assert len(await change(uow, *THREE, shown={"general.page_size": 6})) == 3


async def test_all_of_them_are_taken_back_together(uow: UnitOfWorkFactory) -> None:
    before = [await set_one(uow, general.PAGE_SIZE, 9), await set_one(uow, reminders.CHANNEL, 77)]
    held = await chosen(uow)
    made = await change(uow, *THREE, (reminders.CHANNEL, None))
    done = await undo(uow, made[2].id)
    assert await chosen(uow) == held
    assert not done.stayed
    assert {one.restores_id for one in done.changes} == {one.id for one in made}
    assert {one.change_type for one in done.changes} == {ChangeType.RESTORED}
    with pytest.raises(ChangedSince, match="undone already"):
        await undo(uow, made[0].id)
    # That, too, can be taken back as one.
    await undo(uow, done.changes[0].id)
    assert await chosen(uow) == {"general.page_size": 5, "general.colour": "gold", "reminders.series": False}
    assert before[0].id < made[0].id


async def test_what_was_changed_again_stays(uow: UnitOfWorkFactory) -> None:
    made = await change(uow, *THREE)
    later = await set_one(uow, general.COLOUR, "red")
    done = await undo(uow, made[0].id)
    assert [one.key for one in done.stayed] == ["colour"]
    assert await chosen(uow) == {"general.colour": "red"}
    await undo(uow, later.id)
    await set_one(uow, general.COLOUR, "green")
    with pytest.raises(ChangedSince):
        await undo(uow, made[0].id)
    assert await chosen(uow) == {"general.colour": "green"}


async def test_a_choice_of_the_default_comes_back_as_one(uow: UnitOfWorkFactory) -> None:
    await set_one(uow, general.PAGE_SIZE, 5)
    await set_one(uow, general.PAGE_SIZE, 8)
    made = await change(uow, (general.PAGE_SIZE, None), (general.COLOUR, "red"))
    await undo(uow, made[0].id)
    assert await chosen(uow) == {"general.page_size": 8}


async def test_only_ones_own_server_and_not_too_late(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    made = await change(uow, *THREE)
    with pytest.raises(ChangeNotFound):
        await undo(uow, made[0].id, ELSEWHERE)
    with pytest.raises(SettingsNotAllowed):
        await undo(uow, made[0].id, STAFF)
    clock.move(days=31)
    with pytest.raises(Conflict, match="too old"):
        await undo(uow, made[0].id)
    assert len(await chosen(uow)) == 3


async def test_many_at_once_leave_no_gap_in_the_history(own_uow: UnitOfWorkFactory) -> None:
    numbers = [number for number in range(3, 14) if number != general.PAGE_SIZE.default]
    colours = ["green", "gold", "red", "grey"]
    outcomes = await asyncio.gather(
        *(change(own_uow, (general.PAGE_SIZE, one), (general.COLOUR, colours[one % 4])) for one in numbers),
        *(set_one(own_uow, general.COLOUR, one) for one in colours),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, BaseException)]
    assert all(isinstance(one, AlreadySo) for one in refused), refused
    made = list(reversed(await lines(own_uow)))
    for key in ("page_size", "colour"):
        of_key = [one for one in made if one.key == key]
        assert [one.old_value for one in of_key] == [None, *[one.new_value for one in of_key[:-1]]]
        assert (await chosen(own_uow))[f"general.{key}"] == of_key[-1].new_value


async def test_two_who_choose_first_values_in_another_order_do_not_wait_for_each_other(
    own_uow: UnitOfWorkFactory,
) -> None:
    wanted: list[tuple[Setting[Any], Value]] = [
        (general.COLOUR, "gold"),
        (general.PAGE_SIZE, 5),
        (general.UNDO_WITHIN, 90),
    ]
    async with own_uow() as work:
        # Both come to the row in the middle, and wait for this one, which is taken back.
        work._session.add(BotSetting(guild_id=1, scope="general", key="page_size", value=6, value_type="number"))
        await work._session.flush()
        both = [asyncio.create_task(change(own_uow, *these)) for these in (wanted, wanted[::-1])]
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        async with asyncio.timeout(20):
            while (await work._session.scalar(waiting) or 0) < 2:
                await asyncio.sleep(0.01)
        await work._session.rollback()
    assert sorted(map(len, await asyncio.gather(*both))) == [0, 3]
