"""By which clock a member lives, on a real database."""

import asyncio

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core import registry
from app.core.errors import InvalidInput
from app.models import BotSetting
from app.services.member_zones import SCOPE
from app.uow import UnitOfWorkFactory
from tests.fixtures.reminders.making import ALICE, BOB, ELSEWHERE


async def test_a_members_zone_is_theirs_everywhere_and_forgotten_on_request(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        assert await work.member_zones.find(ALICE.user_id) is None
        await work.member_zones.set(ALICE, "Europe/Brussels")
        await work.member_zones.set(ELSEWHERE, "Asia/Tokyo")
        with pytest.raises(InvalidInput):
            await work.member_zones.set(ALICE, "Mars/Olympus")
    async with uow() as work:
        assert await work.member_zones.find(ALICE.user_id) == "Asia/Tokyo"
        assert await work.member_zones.find(BOB.user_id) is None
        assert (await work.settings.get_snapshot(0)).chosen == {}
        assert await work.member_zones.forget(ALICE)
        assert not await work.member_zones.forget(ALICE)
        assert await work.member_zones.find(ALICE.user_id) is None


async def test_a_first_choice_made_twice_at_the_same_time_is_one_row(own_uow: UnitOfWorkFactory) -> None:
    zones = ["Europe/Brussels", "Asia/Tokyo", "America/Lima", "Europe/London"]

    async def choose(zone: str) -> None:
        async with own_uow() as work:
            await work.member_zones.set(ALICE, zone)

    await asyncio.gather(*map(choose, zones))
    async with own_uow() as work:
        assert await work.member_zones.find(ALICE.user_id) in zones
        assert await work.member_zones.forget(ALICE)
        assert await work.member_zones.find(ALICE.user_id) is None


async def test_a_zone_that_is_none_any_more_counts_as_not_chosen(
    own_uow: UnitOfWorkFactory, own_engine: AsyncEngine
) -> None:
    async with own_uow() as work:
        await work.member_zones.set(ALICE, "Europe/Brussels")
    async with own_engine.begin() as connection:
        await connection.execute(update(BotSetting).values(value="Mars/Olympus"))
    async with own_uow() as work:
        assert await work.member_zones.find(ALICE.user_id) is None
        await work.member_zones.set(ALICE, "Asia/Tokyo")
        assert await work.member_zones.find(ALICE.user_id) == "Asia/Tokyo"


def test_no_setting_of_a_server_is_in_the_scope_of_members() -> None:
    assert SCOPE not in {setting.scope for setting in registry.ALL}
