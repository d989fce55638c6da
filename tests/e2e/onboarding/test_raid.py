"""A hundred join at the same moment, and Discord announces some of them twice."""

from collections import Counter

from sqlalchemy import select

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
    pinged = [user.id for message in town.general.by_id.values() for user in message.pinged]
    assert len(pinged) == len(set(pinged)) == RAID
    async with gate.bot.uow() as work:
        rows = (await work._session.scalars(select(Onboarding))).all()
    assert {row.state for row in rows} == {OnboardingState.ASKED}
    assert Counter(row.announced for row in rows) == {1: RAID - TWICE, 2: TWICE}
    failed = [one for one in gate.stand_in.requests if one.status >= 400]
    assert failed == []
