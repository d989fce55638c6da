"""Changing structures together with settings, and taking them back: their limits hold in the transaction as well."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.core import registry
from app.core.actor import Actor
from app.core.errors import Conflict, UserError
from app.core.settings import general
from app.core.settings.kinds import Setting, Value
from app.core.tickets.types import TicketType
from app.models import ChangeType
from app.services.settings import ChangedSince, SettingsNotAllowed
from app.uow import UnitOfWorkFactory

MANAGER = Actor(guild_id=1, user_id=11, is_manager=True, is_staff=True)
STAFF = Actor(guild_id=1, user_id=13, is_staff=True)
MONTH = timedelta(days=30)


def kind(key: str, name: str | None) -> tuple[Setting[Any], Value]:
    setting = registry.find(f"ticket_types.{key}")
    assert setting is not None
    return setting, None if name is None else {"name": name}


async def names(uow: UnitOfWorkFactory) -> dict[str, str]:
    async with uow() as work:
        found: Mapping[str, Any] = (await work.settings.get_snapshot(1)).structures("ticket_types")
    return {key: one["name"] for key, one in found.items()}


async def test_they_are_made_changed_and_removed_and_all_is_taken_back(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        await work.settings.several.change(MANAGER, [kind("001", "Bug"), kind("002", "Shop")])
    async with uow() as work:
        changes = await work.settings.several.change(
            MANAGER,
            [kind("001", "Bugs"), kind("002", None), kind("003", "New"), (general.PAGE_SIZE, 5)],
            restored=True,
        )
    assert {one.change_type for one in changes} == {ChangeType.RESTORED}
    assert await names(uow) == {"001": "Bugs", "003": "New"}
    async with uow() as work:
        done = await work.settings.several.undo(MANAGER, changes[0].id, within=MONTH)
    assert len(done.changes) == 4
    assert done.stayed == []
    assert await names(uow) == {"001": "Bug", "002": "Shop"}
    async with uow() as work:
        with pytest.raises(SettingsNotAllowed):
            await work.settings.several.change(STAFF, [kind("001", None)])


async def test_names_and_limits_hold_against_what_others_did_since(uow: UnitOfWorkFactory) -> None:
    for number in range(24):
        async with uow() as work:
            await work.tickets.setup.add_type(MANAGER, TicketType("", f"Kind {number}"))
    with pytest.raises(ChangedSince):
        async with uow() as work:
            await work.settings.several.change(MANAGER, [kind("101", "KIND 3")])
    with pytest.raises(ChangedSince):
        async with uow() as work:
            await work.settings.several.change(MANAGER, [kind("101", "One"), kind("102", "Two")])
    async with uow() as work:
        (gone,) = await work.settings.several.change(MANAGER, [kind("005", None)])
    async with uow() as work:
        await work.tickets.setup.add_type(MANAGER, TicketType("", "More"))
    async with uow() as work:
        await work.tickets.setup.add_type(MANAGER, TicketType("", "Most"))
    with pytest.raises(Conflict, match="more than 25"):
        async with uow() as work:
            await work.settings.several.undo(MANAGER, gone.id, within=MONTH)
    assert len(await names(uow)) == 25
    assert "005" not in await names(uow)


async def test_two_at_once_do_not_make_two_of_a_name(own_uow: UnitOfWorkFactory) -> None:
    async def make(key: str) -> str:
        try:
            async with own_uow() as work:
                await work.settings.several.change(MANAGER, [kind(key, "Bug")])
        except UserError as error:
            return type(error).__name__
        return "made"

    async def add() -> str:
        try:
            async with own_uow() as work:
                await work.tickets.setup.add_type(MANAGER, TicketType("", "bug"))
        except UserError as error:
            return type(error).__name__
        return "made"

    said = await asyncio.gather(make("101"), make("102"), add(), make("103"))
    assert sorted(said).count("made") == 1
    assert len(await names(own_uow)) == 1


async def test_one_that_is_taken_back_alone_keeps_to_the_same(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        await work.settings.several.change(MANAGER, [kind("001", "Bug")])
    async with uow() as work:
        (gone,) = await work.settings.several.change(MANAGER, [kind("001", None)])
    async with uow() as work:
        await work.tickets.setup.add_type(MANAGER, TicketType("", "bug"))
    with pytest.raises(Conflict, match="There is a ticket type “Bug” already"):
        async with uow() as work:
            await work.settings.undo(MANAGER, gone.id, within=MONTH)
    assert await names(uow) == {"002": "bug"}


async def test_a_member_who_was_erased_does_not_come_back(uow: UnitOfWorkFactory) -> None:
    setting = registry.find("ticket_blocked.42")
    assert setting is not None
    async with uow() as work:
        await work.tickets.setup.block(MANAGER, 42, reason="Spam")
    async with uow() as work:
        await work.tickets.setup.unblock(MANAGER, 42)
    async with uow() as work:
        (back,) = await work.settings.several.change(MANAGER, [(setting, {"reason": "Spam"})], restored=True)
        assert back.new_value == {"reason": "Spam"}
    async with uow() as work:
        await work._session.execute(text("DELETE FROM settings_history WHERE scope = 'ticket_blocked'"))
        await work._session.execute(text("DELETE FROM bot_settings WHERE scope = 'ticket_blocked'"))
    with pytest.raises(ChangedSince):
        async with uow() as work:
            await work.settings.several.change(MANAGER, [(setting, {"reason": "Spam"})], restored=True)


async def test_the_highest_number_is_that_of_all_that_there_ever_were(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        await work.settings.several.change(MANAGER, [kind("009", "Bug"), kind("1000", "Shop"), kind("zzz", "Other")])
    async with uow() as work:
        await work.settings.several.change(MANAGER, [kind("1000", None)])
    async with uow() as work:
        past = work.settings.past
        assert await past.last_numbers(MANAGER, ["ticket_types", "ticket_panels"]) == {"ticket_types": 1000}
        assert await past.last_numbers(MANAGER, []) == {}
        with pytest.raises(SettingsNotAllowed):
            await past.last_numbers(STAFF, ["ticket_types"])
