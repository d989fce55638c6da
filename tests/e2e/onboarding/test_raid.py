"""A hundred join at the same moment, and Discord announces some of them twice."""

import asyncio
from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from app.core.actor import Actor
from app.effects.onboarding.invitations import invitations_of
from app.models import Onboarding
from app.models.onboarding import OnboardingState
from tests.fixtures.onboarding.gate import Gate
from tests.fixtures.statements import statements_of

RAID, TWICE = 100, 10


async def test_a_raid_is_written_down_in_few_statements_and_each_is_asked_once(gate: Gate) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    await arrivals.set(mode="rules", where="channel", channel=town.general.id)
    await gate.settle()
    sent = statements_of(gate.bot)
    # As many as Discord takes in a channel, which is one a second.
    gate.stand_in.faults.limit_messages(town.general.id)
    last = world.add_user("last")

    def all_at_once() -> None:
        for number in range(RAID - 1):
            raider = world.add_member(town.guild, world.add_user(f"raider{number}"))
            if number < TWICE:
                # Both may come in one batch, and are one join.
                world.repeat_join(raider)
        world.add_member(town.guild, last)

    heard = gate.bot.wait_for("member_join", check=lambda member: member.id == last.id, timeout=20)
    all_at_once()
    await heard
    await gate.settle()
    writing = [one for one in sent if "INSERT INTO onboarding AS r" in one]
    # Whatever came within a quarter of a second is one statement.
    assert 1 <= len(writing) <= 5, len(writing)
    asking = list(town.general.by_id.values())
    pinged = [user.id for message in asking for user in message.pinged]
    assert len(asking) <= RAID / 5
    assert len(pinged) == len(set(pinged)) == RAID
    async with gate.bot.uow() as work:
        rows = (await work._session.scalars(select(Onboarding))).all()
    assert {row.state for row in rows} == {OnboardingState.ASKED}
    assert Counter(row.announced for row in rows) == {1: RAID - TWICE, 2: TWICE}
    many = next(message for message in asking if len(message.pinged) > 1)
    # Its button is for each of them, and only they see what comes of it.
    await arrivals.asking.publish()
    for user in many.pinged[:2]:
        reply = await gate.stand_in.person(user, town.general).click(many, "Begin")
        assert reply.private
        assert "Read the rules of this server" in reply.text
    failed = [one for one in gate.stand_in.requests if one.status >= 400]
    assert failed == []


async def test_who_was_asked_by_a_process_that_was_killed_is_not_asked_again(gate: Gate) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    await arrivals.set(mode="rules", where="channel", channel=town.general.id)
    await gate.settle()
    hold = gate.stand_in.faults.hold("POST /channels/{channel_id}/messages")
    joined = [world.add_member(town.guild, world.add_user(f"one{number}")).user for number in range(4)]
    await hold.reached()
    channel = invitations_of(gate.bot)._channels[town.general.id]
    async with asyncio.timeout(20):
        while len(channel.waiting) < len(joined) - 1:
            await asyncio.sleep(0.01)
    hold.release()
    await gate.settle()
    asking = list(town.general.by_id.values())
    assert {user.id for message in asking for user in message.pinged} == {user.id for user in joined}
    # Killed between the message and the row, and begun again: the next claims them in another order, or alone.
    together = next(message for message in asking if len(message.pinged) > 1)
    gate.bot.started_at = gate.bot.clock() + timedelta(hours=1)
    for user in together.pinged[1:]:
        forgotten = {
            "asked_at": None,
            "prompt_message_id": None,
            "prompt_channel_id": None,
            "next_at": gate.bot.clock(),
        }
        await arrivals.asking.set(Actor(town.guild.id, user.id), **forgotten)
    await gate.settle()
    assert list(town.general.by_id.values()) == asking
    for user in together.pinged[1:]:
        row = await arrivals.asking.row(Actor(town.guild.id, user.id))
        assert (row.asked_at is not None, row.prompt_message_id) == (True, together.id)
