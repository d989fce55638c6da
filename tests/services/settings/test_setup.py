"""What is kept while a server is being set up, on a real database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.core.actor import Actor
from app.core.settings import general
from app.core.setup import Mark, Progress, Step
from app.services.settings import SettingsNotAllowed
from app.services.settings.setup import MAX_CHANGES
from app.uow import UnitOfWorkFactory

MANAGER = Actor(guild_id=1, user_id=11, is_manager=True, is_staff=True)
OTHER = Actor(guild_id=1, user_id=12, is_manager=True, is_staff=True)
ELSEWHERE = Actor(guild_id=2, user_id=11, is_manager=True, is_staff=True)
JOINED = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def progress(uow: UnitOfWorkFactory, guild_id: int = 1) -> Progress:
    async with uow() as work:
        return Progress.of(await work.settings.get_snapshot(guild_id))


async def test_whoever_begins_first_begins_for_all_until_it_is_ended(own_uow: UnitOfWorkFactory) -> None:
    assert (await progress(own_uow)).begun_at is None

    async def begin(actor: Actor) -> None:
        async with own_uow() as work:
            await work.setup.begin(actor)

    await asyncio.gather(begin(MANAGER), begin(OTHER))
    first = (await progress(own_uow)).begun_at
    assert first is not None
    await begin(OTHER)
    assert (await progress(own_uow)).begun_at == first
    assert (await progress(own_uow, 2)).begun_at is None
    async with own_uow() as work:
        await work.setup.end(OTHER)
    assert (await progress(own_uow)).begun_at is None
    await begin(MANAGER)
    again = (await progress(own_uow)).begun_at
    assert again is not None
    assert again > first


async def test_a_step_has_one_mark_and_no_history(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        await work.setup.mark(MANAGER, Step.FAQ, Mark.SKIPPED)
        await work.setup.mark(MANAGER, Step.FAQ, Mark.KEPT)
        await work.setup.mark(MANAGER, Step.LOGS, Mark.SKIPPED)
    assert (await progress(uow)).marks == {Step.FAQ: Mark.KEPT, Step.LOGS: Mark.SKIPPED}
    async with uow() as work:
        await work.setup.unmark(MANAGER, Step.LOGS)
        await work.setup.unmark(MANAGER, Step.LOGS)
        assert (await work.settings.list_history(MANAGER, page_size=10)).total == 0
    assert (await progress(uow)).marks == {Step.FAQ: Mark.KEPT}
    assert (await progress(uow, 2)).marks == {}


async def test_the_changes_are_those_of_this_server_since_then(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        await work.settings.change(MANAGER, general.PAGE_SIZE, 5)
    async with uow() as work:
        await work.setup.begin(MANAGER)
        await work.settings.change(ELSEWHERE, general.PAGE_SIZE, 6)
    begun = (await progress(uow)).begun_at
    assert begun is not None
    async with uow() as work:
        assert (await work.setup.changes(MANAGER, begun)).total == 0
    for number in range(MAX_CHANGES + 3):
        async with uow() as work:
            await work.settings.change(OTHER, general.PAGE_SIZE, 6 + number % 2)
    async with uow() as work:
        found = await work.setup.changes(MANAGER, begun)
    assert len(found.entries) == MAX_CHANGES
    assert found.total == MAX_CHANGES + 3
    assert found.entries[0].id > found.entries[-1].id
    assert {one.changed_by for one in found.entries} == {OTHER.user_id}


async def test_one_process_introduces_the_bot_once_for_each_time_that_it_joins(own_uow: UnitOfWorkFactory) -> None:
    async def greet(joined_at: datetime) -> bool:
        async with own_uow() as work:
            return await work.setup.greet(1, joined_at, 77)

    assert sorted(await asyncio.gather(*(greet(JOINED) for _ in range(4)))) == [False, False, False, True]
    assert not await greet(JOINED)
    assert not await greet(JOINED - timedelta(days=1))
    later = JOINED + timedelta(days=3)
    assert sorted(await asyncio.gather(*(greet(later) for _ in range(4)))) == [False, False, False, True]
    assert (await progress(own_uow)).greeted_at == later


@pytest.mark.parametrize("who", [Actor(guild_id=1, user_id=13, is_staff=True), Actor(guild_id=1, user_id=14)])
async def test_only_managers_set_a_server_up(uow: UnitOfWorkFactory, who: Actor) -> None:
    async with uow() as work:
        for attempt in (
            work.setup.begin(who),
            work.setup.end(who),
            work.setup.mark(who, Step.FAQ, Mark.KEPT),
            work.setup.unmark(who, Step.FAQ),
            work.setup.changes(who, JOINED),
        ):
            with pytest.raises(SettingsNotAllowed):
                await attempt
