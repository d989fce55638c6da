"""Two processes on one database: whatever both change at once, both know in the end what is stored."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import pytest_asyncio

from app.bot import Bot
from app.commands.settings.request import SettingsCog
from app.config import load_settings
from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import UserError
from app.core.settings import general
from app.core.settings.kinds import Setting, Value
from app.db import DatabaseUrl
from app.models import SettingsHistory
from app.run import prepared
from app.uow import UnitOfWork
from standin import Person
from tests.fixtures.postgres import connect
from tests.fixtures.town import Town

SECONDS = 3.0
Change = tuple[Setting[Any], Value]
"""A setting and its new value, None to reset it."""
CHOICES: list[tuple[Setting[Any], Sequence[Value]]] = [
    (general.PAGE_SIZE, (4, 5, 6, 8)),
    (general.CONTACT, ("Anna", "Bob")),
    (general.PRIVATE_REPLIES, (False, True)),
]


@pytest_asyncio.fixture(loop_scope="session")
async def second(bot: Bot, own_database: DatabaseUrl, tmp_path: Path, clock: Clock) -> AsyncGenerator[Bot]:
    """Another process on the same database; Discord would send it what concerns other servers."""
    chosen = load_settings(_env_file=None, discord_token="x.y.z", data_dir=tmp_path / "second", http_port=0)
    async with prepared(chosen, own_database, own_database, clock=clock) as running:
        await running.listener.wait_connected()
        yield running


async def by_hand(person: Person, change: Change) -> None:
    """Change, reset or undo with commands."""
    setting, value = change
    if value is None:
        done = await person.slash("settings reset", key=setting.name)
    else:
        typed = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
        done = await person.slash("settings set", key=setting.name, value=typed)
    if done.buttons and random.random() < 0.3:
        await person.click(done, "Undo")


async def by_itself(process: Bot, actor: Actor, change: Change) -> None:
    """Do what these commands do, in a process that Discord does not send them to."""
    setting, value = change

    async def do(work: UnitOfWork) -> SettingsHistory:
        if value is None:
            return await work.settings.reset(actor, setting)
        return await work.settings.change(actor, setting, value)

    with suppress(UserError):
        await SettingsCog(process)._at_once(do)


async def looked_at(process: Bot, guild_id: int) -> None:
    for _ in range(random.randrange(4)):
        await asyncio.sleep(random.random() / 200)
        await process.settings.get(guild_id)


async def cut_off(connection: Any) -> None:
    """End the connections on which the processes listen."""
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE '%listener'"
    )


def some_change(rng: random.Random) -> Change:
    setting, values = rng.choice(CHOICES)
    return setting, rng.choice([*values, None])


@pytest.mark.parametrize("is_cut_off", [False, True])
async def test_both_know_in_the_end_what_is_stored(
    bot: Bot,
    second: Bot,
    manager: Person,
    administrator: Person,
    town: Town,
    own_database: DatabaseUrl,
    *,
    is_cut_off: bool,
) -> None:
    """A few changes at once, and a look at what each has made of them; again and again, as the order is chance."""
    guild_id, rng = town.guild.id, random.Random()
    actor = Actor(guild_id=guild_id, user_id=town.owner.id, is_manager=True, is_staff=True)
    until, connection = monotonic() + SECONDS, await connect(own_database)
    while monotonic() < until:
        async with asyncio.TaskGroup() as group:
            for process in (bot, second):
                await process.settings.get(guild_id)
                group.create_task(looked_at(process, guild_id))
                for _ in range(rng.randrange(3)):
                    group.create_task(by_itself(process, actor, some_change(rng)))
            for person in rng.sample([manager, administrator], rng.randrange(3)):
                group.create_task(by_hand(person, some_change(rng)))
            if is_cut_off and rng.random() < 0.1:
                group.create_task(cut_off(connection))
        held = await stored(bot, guild_id)
        for process in (bot, second):
            # The last announcement may still be on its way. What is remembered wrongly stays so for five minutes.
            async with asyncio.timeout(20):
                while dict((await process.settings.get(guild_id)).chosen) != held:
                    await asyncio.sleep(0.01)
    await connection.close()


async def stored(process: Bot, guild_id: int) -> dict[str, object]:
    async with process.uow.reading() as work:
        return dict((await work.settings.get_snapshot(guild_id)).chosen)
