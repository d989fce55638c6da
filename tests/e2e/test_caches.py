"""What is remembered of the database costs no round trip, and is never older than what other processes announce."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from app.bot import Bot
from app.db import DatabaseUrl
from app.services import member_zones, settings
from standin import Person, StandIn
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import connect
from tests.fixtures.statements import quiet, statements_of
from tests.fixtures.town import Town


@dataclass(frozen=True)
class Remembered:
    """Something that is remembered: the command that shows it, and how another process would change it."""

    show: str
    options: dict[str, str]
    row: tuple[str, str, str]
    channel: str
    before: str
    after: str

    async def shown(self, person: Person) -> str:
        return (await person.slash(self.show, **self.options)).full_text

    def cache_of(self, bot: Bot) -> Any:
        return bot.settings if self.show == "settings view" else bot.member_zones

    def number(self, town: Town) -> int:
        return town.guild.id if self.show == "settings view" else town.manager.id

    async def change(self, database: DatabaseUrl, town: Town) -> None:
        scope, key, value = self.row
        connection = await connect(database)
        async with connection.transaction():
            await connection.execute(
                "INSERT INTO bot_settings (guild_id, scope, key, value, value_type) VALUES ($1, $2, $3, $4, 'text')",
                town.guild.id if scope != member_zones.SCOPE else member_zones.NO_GUILD,
                scope,
                key.format(town.manager.id),
                value,
            )
            await connection.execute("SELECT pg_notify($1, $2)", self.channel, str(self.number(town)))
        await connection.close()

    async def forgotten(self, bot: Bot, town: Town) -> None:
        async with asyncio.timeout(60):
            while self.number(town) in self.cache_of(bot):
                await asyncio.sleep(0.01)


SETTING, ZONE = ("general", "page_size", "4"), (member_zones.SCOPE, "timezone:{}", '"Asia/Tokyo"')
remembered = pytest.mark.parametrize(
    "one",
    [
        Remembered("settings view", {"key": "general.page_size"}, SETTING, settings.CHANNEL, "`8`", "`4`"),
        Remembered("timezone show", {}, ZONE, member_zones.CHANNEL, "`UTC`", "`Asia/Tokyo`"),
    ],
    ids=lambda one: one.show,
)


@remembered
async def test_what_is_remembered_costs_no_round_trip(manager: Person, bot: Bot, one: Remembered) -> None:
    await one.shown(manager)
    sent = statements_of(bot)
    await quiet(sent)
    for _ in range(5):
        await one.shown(manager)
    assert sent == []


async def test_a_reminder_of_a_member_whose_clock_is_known_asks_for_neither_clock_nor_settings(
    manager: Person, bot: Bot
) -> None:
    await manager.slash("timezone set", zone="Asia/Tokyo")
    sent = statements_of(bot)
    for when in ("tomorrow 9am", "every day at 10:00"):
        await quiet(sent)
        made = await manager.slash("reminder create", when=when, what="tea")
        assert "`Asia/Tokyo`" in made.text
    assert any("reminders" in statement for statement in sent)
    assert [statement for statement in sent if "bot_settings" in statement] == []


@remembered
async def test_a_change_by_another_process_is_seen_at_once(
    manager: Person, own_database: DatabaseUrl, town: Town, bot: Bot, one: Remembered
) -> None:
    assert one.before in await one.shown(manager)
    await one.change(own_database, town)
    await one.forgotten(bot, town)
    assert one.after in await one.shown(manager)


@remembered
async def test_nothing_is_remembered_while_announcements_cannot_arrive(
    fragile: Bot, managing: Person, relay: Relay, own_database: DatabaseUrl, town: Town, one: Remembered
) -> None:
    assert one.before in await one.shown(managing)
    assert one.number(town) in one.cache_of(fragile)
    await relay.cut()
    await one.forgotten(fragile, town)
    await one.change(own_database, town)
    await relay.open()
    assert one.after in await one.shown(managing)


async def test_a_clock_that_is_changed_or_forgotten_holds_at_once(manager: Person) -> None:
    for zone in ("Asia/Tokyo", "Europe/Brussels"):
        await manager.slash("timezone set", zone=zone)
        assert zone in (await manager.slash("timezone show")).text
    await manager.slash("timezone forget")
    assert "UTC" in (await manager.slash("timezone show")).text


async def test_a_change_is_one_statement_and_nothing_is_asked_again(
    manager: Person, bot: Bot, town: Town, stand_in: StandIn
) -> None:
    """Neither for telling the log channel nor by whoever looks at the settings next."""
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    await stand_in.until(lambda: manager.at(town.log).messages)
    sent = statements_of(bot)
    await quiet(sent)
    for number, value in enumerate(("5", "6", "7"), 1):
        await manager.slash("settings set", key="general.page_size", value=value)
        await stand_in.until(lambda wanted=number + 1: len(manager.at(town.log).messages) == wanted)
        assert f"`{value}`" in (await manager.slash("settings view", key="general.page_size")).full_text
    await manager.slash("settings reset", key="general.page_size")
    assert "`8`" in (await manager.slash("settings view", key="general.page_size")).full_text
    about_settings = [one for one in sent if "bot_settings" in one]
    assert len(about_settings) == 4, about_settings


async def test_a_page_of_reminders_is_one_statement(manager: Person, bot: Bot) -> None:
    for words in ("milk", "bread", "tea"):
        await manager.slash("reminder create", when="in 3 days", what=words)
    await manager.slash("settings set", key="general.page_size", value="3")
    sent = statements_of(bot)
    await quiet(sent)
    shown = await manager.slash("reminder list")
    assert [word for word in ("milk", "bread", "tea") if word in shown.full_text] == ["milk", "bread", "tea"]
    assert len([one for one in sent if "reminders" in one]) == 1, sent
