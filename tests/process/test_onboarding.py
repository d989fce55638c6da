"""A member is done, and the process is killed at each step of what follows: all of it happens once."""

import asyncio
from typing import Any

from app.core import registry
from app.core.actor import Actor
from app.core.onboarding.grants import Stage, read_grants
from app.db import DatabaseUrl
from app.uow import UnitOfWorkFactory
from standin import StandIn
from tests.fixtures.bots import Start
from tests.fixtures.onboarding.tables import Asking
from tests.fixtures.postgres import execute
from tests.fixtures.town import Town

GIVE = "PUT /guilds/{guild_id}/members"
LOOK = "GET /guilds/{guild_id}/members/{"


async def test_a_member_gets_everything_once_however_often_the_process_is_killed(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl, own_uow: UnitOfWorkFactory
) -> None:
    world, guild = town.world, town.guild
    role = world.create_role(guild, "Member", position=1)
    log = world.create_channel(guild, "arrivals")
    manager = Actor(guild.id, town.manager.id, is_manager=True, is_staff=True)
    asking, actor = Asking(own_uow, guild.id), Actor(guild.id, town.alice.id)
    await asking.ask("Name", place=1)
    async with own_uow() as work:
        for name, value in {
            "mode": "questions",
            "completion_role": role.id,
            "log_channel": log.id,
            "welcome_channel": town.general.id,
            "welcome_text": "Welcome {member}",
        }.items():
            setting = registry.find(f"onboarding.{name}")
            assert setting is not None
            await work.settings.change(manager, setting, value)
    alice, faults = stand_in.person(town.alice, town.general), stand_in.faults

    async def grants() -> list[Stage]:
        return [one.stage for one in read_grants((await asking.row(actor)).grants)]

    process = await start()
    await stand_in.ready()
    form = await alice.slash("onboarding start")
    page = await alice.submit(form, {"Name": "Alice"})
    # Between what is written down and the first that is given.
    hold = faults.hold(LOOK)
    confirmed = asyncio.create_task(alice.click(page, "Confirm"))
    await hold.reached()
    await process.killed(stand_in)
    faults.clear()
    row: Any = await asking.row(actor)
    assert (row.state, row.to_tell, await grants()) == ("completed", ["welcome", "staff"], [Stage.WANTED])
    assert role.id not in guild.members[alice.id].role_ids

    # Between giving and looking whether it is there. Whoever was killed has the row for a minute still.
    await execute(own_database, "UPDATE onboarding SET next_at = now()")
    hold = faults.hold(GIVE)
    process = await start()
    await hold.reached()
    read = faults.hold(LOOK)
    hold.release()
    await read.reached()
    assert role.id in guild.members[alice.id].role_ids
    await process.killed(stand_in)
    faults.clear()
    assert await grants() == [Stage.WANTED]

    await execute(own_database, "UPDATE onboarding SET next_at = now()")
    await start()
    async with asyncio.timeout(60):
        while (await asking.row(actor)).to_tell:
            await asyncio.sleep(0.05)
    assert await grants() == [Stage.SEEN]
    given = [one for one in stand_in.requests if one.method == "PUT" and one.path.endswith(f"/roles/{role.id}")]
    assert len([one for one in given if one.status == 204]) == 1
    assert [one.pinged for one in town.general.by_id.values() if one.text.startswith("Welcome")] == [[alice.user]]
    (card,) = log.by_id.values()
    assert card.text == f"{alice.mention} is done."
    # Its answer was lost with the first process.
    confirmed.cancel()
    await asyncio.gather(confirmed, return_exceptions=True)
