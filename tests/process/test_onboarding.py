"""A member is done, and the process is killed at each step of what follows: all of it happens once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from app.core import registry
from app.core.actor import Actor
from app.core.onboarding.grants import Stage, read_grants
from app.core.onboarding.policy import OnboardingPolicy
from app.db import DatabaseUrl
from app.uow import UnitOfWorkFactory
from standin import StandIn
from tests.fixtures.bots import Start
from tests.fixtures.onboarding.tables import Asking
from tests.fixtures.postgres import execute, fetchval
from tests.fixtures.town import Town

GIVE = "PUT /guilds/{guild_id}/members"
LOOK = "GET /guilds/{guild_id}/members/{"


async def choose(uow: UnitOfWorkFactory, town: Town, **chosen: Any) -> None:
    """Set onboarding of the town up before any process is there."""
    manager = Actor(town.guild.id, town.manager.id, is_manager=True, is_staff=True)
    async with uow() as work:
        for name, value in chosen.items():
            setting = registry.find(f"onboarding.{name}")
            assert setting is not None
            await work.settings.change(manager, setting, value)


async def until(condition: Callable[[], Awaitable[Any]]) -> None:
    """Wait until something is so in the database."""
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.05)


async def test_a_member_gets_everything_once_however_often_the_process_is_killed(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl, own_uow: UnitOfWorkFactory
) -> None:
    world, guild = town.world, town.guild
    role = world.create_role(guild, "Member", position=1)
    log = world.create_channel(guild, "arrivals")
    asking, actor = Asking(own_uow, guild.id), Actor(guild.id, town.alice.id)
    await asking.ask("Name", place=1)
    await choose(
        own_uow,
        town,
        mode="questions",
        completion_role=role.id,
        log_channel=log.id,
        welcome_channel=town.general.id,
        welcome_text="Welcome {member}",
    )
    alice, faults = stand_in.person(town.alice, town.general), stand_in.faults

    async def grants() -> list[Stage]:
        return [one.stage for one in read_grants((await asking.row(actor)).grants)]

    async def told() -> bool:
        return not (await asking.row(actor)).to_tell

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

    # Whoever was killed has the row for some seconds still, and not for as long as the job would.
    assert row.next_at <= datetime.now(UTC) + timedelta(seconds=15)

    # Between giving and looking whether it is there.
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
    await until(told)
    assert await grants() == [Stage.SEEN]
    given = [one for one in stand_in.requests if one.method == "PUT" and one.path.endswith(f"/roles/{role.id}")]
    assert len([one for one in given if one.status == 204]) == 1
    assert [one.pinged for one in town.general.by_id.values() if one.text.startswith("Welcome")] == [[alice.user]]
    (card,) = log.by_id.values()
    assert card.text == f"{alice.mention} is done."
    # Its answer was lost with the first process.
    confirmed.cancel()
    await asyncio.gather(confirmed, return_exceptions=True)


async def test_two_processes_hear_the_same_joins_and_each_is_looked_after_once(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl, own_uow: UnitOfWorkFactory
) -> None:
    world, guild = town.world, town.guild
    for member in guild.members.values():
        member.joined_at -= timedelta(days=30)
    newcomer, done = (world.create_role(guild, name, position=1) for name in ("Newcomer", "Member"))
    log, asked, welcome = (world.create_channel(guild, name) for name in ("arrivals", "begin", "welcome"))
    await choose(
        own_uow,
        town,
        mode="rules",
        where="channel",
        channel=asked.id,
        join_role=newcomer.id,
        completion_role=done.id,
        log_channel=log.id,
        welcome_channel=welcome.id,
        welcome_text="Welcome {member}",
    )
    both = [await start() for _ in range(2)]
    for process in both:
        await process.says("ready")
    people = [world.add_user(f"n{number}") for number in range(20)]
    for user in people:
        world.add_member(guild, user)

    def sent(method: str, end: str) -> list[int]:
        return [one.status for one in stand_in.requests if one.method == method and one.path.endswith(end)]

    async def all_asked() -> bool:
        many = await fetchval(own_database, "SELECT count(*) FROM onboarding WHERE announced = 2 AND state = 'asked'")
        return many == len(people) and await settled(own_database)

    await until(all_asked)
    assert sorted(one.id for message in asked.messages for one in message.pinged) == sorted(one.id for one in people)
    assert all(newcomer.id in guild.members[one.id].role_ids for one in people)
    # None was as much as tried by both.
    assert sent("PUT", f"/roles/{newcomer.id}") == [204] * len(people)
    assert sent("POST", f"/channels/{asked.id}/messages") == [200] * len(asked.messages)

    await execute(own_database, 'UPDATE onboarding SET to_tell = \'["welcome", "staff"]\'')
    staff = Actor(guild.id, town.moderator.id, is_staff=True)
    async with own_uow() as work:
        policy = OnboardingPolicy.of(await work.settings.get_snapshot(guild.id))
        for one in people:
            await work.onboarding.stuck.let_in(staff, policy, one.id)

    async def all_done() -> bool:
        left = await fetchval(own_database, "SELECT count(*) FROM onboarding WHERE to_tell <> '[]'")
        return left == 0 and await settled(own_database)

    await until(all_done)
    assert all(guild.members[one.id].role_ids == {done.id} for one in people)
    assert sent("PUT", f"/roles/{done.id}") == sent("DELETE", f"/roles/{newcomer.id}") == [204] * len(people)
    for channel in (welcome, log):
        assert sent("POST", f"/channels/{channel.id}/messages") == [200] * len(people)
        assert len(channel.messages) == len(people)
    for process in both:
        assert "Traceback" not in process.printed


async def test_direct_messages_come_to_another_process_than_the_server(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl, own_uow: UnitOfWorkFactory
) -> None:
    """Direct messages come to the first shard, the town is in the last."""
    world, guild = town.world, town.guild
    assert guild.id // 2**22 % 3 == 2
    role = world.create_role(guild, "Member", position=1)
    await Asking(own_uow, guild.id).ask("Name", place=1)
    await choose(own_uow, town, mode="questions", where="direct", completion_role=role.id)
    both = [await start(SHARD_COUNT="3", SHARD_IDS=shards) for shards in ("0-1", "2")]
    for process in both:
        await process.says("ready")
    nina = stand_in.person(world.add_user("nina"), town.general).in_dm()
    world.add_member(guild, nina.user)
    await stand_in.until(lambda: nina.messages)
    page = await nina.submit(await nina.click(nina.messages[0], "Begin"), {"Name": "Nina"})
    await nina.click(page, "Confirm")
    assert page.text.startswith("You are done. Welcome!\nYour roles and channels are on their way.")
    # The other process has it at once, and not after the time that is for whoever confirms.
    row: Any = await Asking(own_uow, guild.id).row(Actor(guild.id, nina.id))
    now = datetime.now(UTC)
    assert row.next_at is None or not now < row.next_at < now + timedelta(seconds=30)
    await stand_in.until(lambda: guild.members[nina.id].role_ids == {role.id})
    for process in both:
        assert "Traceback" not in process.printed


async def settled(database: DatabaseUrl) -> bool:
    """Whether nobody is being looked after, nor is due."""
    return await fetchval(database, "SELECT count(*) = 0 FROM onboarding WHERE next_at < now() + interval '2 minutes'")
