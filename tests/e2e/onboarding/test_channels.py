"""Channels that an answer shows: seen by one member, read back, hidden again, and later where it was not allowed."""

import asyncio

from app.core.onboarding.grants import Stage, read_grants
from app.core.onboarding.questions import Option, QuestionKind
from standin import Channel, Person, permissions
from tests.fixtures.onboarding.gate import Gate

VIEW, SEND = permissions.VIEW_CHANNEL, permissions.SEND_MESSAGES
SHOW = "PUT /channels/{channel_id}/permissions"


def hidden(gate: Gate, name: str) -> Channel:
    """A channel that only the bot sees."""
    world, guild = gate.world, gate.town.guild
    channel = world.create_channel(guild, name)
    world.set_overwrite(channel, guild.roles[guild.id], deny=VIEW)
    world.set_overwrite(channel, world.bot, allow=VIEW | permissions.MANAGE_ROLES)
    return channel


def of(channel: Channel, who: Person) -> tuple[int, int]:
    """What a channel allows and denies to one member."""
    return channel.overwrites[who.id].allow, channel.overwrites[who.id].deny


async def stages(gate: Gate, who: Person) -> list[Stage]:
    return [one.stage for one in read_grants((await gate.arrivals.row(who)).grants)]


async def test_an_answer_shows_a_channel_and_another_answer_hides_it_again(gate: Gate, alice: Person) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    chess, club = hidden(gate, "chess"), hidden(gate, "club")
    # Said of her in a channel before: that stays.
    world.set_overwrite(club, alice.user, deny=SEND)
    await arrivals.set(mode="questions")
    players, invited = arrivals.role("Players"), arrivals.role("Invited")
    world.grant(gate.member(alice), invited)
    both = Option("c", "Chess", channel_ids=(chess.id, club.id), role_ids=(players.id, invited.id))
    await arrivals.asking.ask("Why?", QuestionKind.CHOICE, both, "Other", place=1)
    assert not alice.at(chess).permissions & VIEW
    page = await alice.submit(await alice.slash("onboarding start"), {"Why?": "Chess"})
    await alice.click(page, "Confirm")
    assert f"You see: <#{chess.id}>, <#{club.id}>" in page.text
    assert alice.at(chess).permissions & VIEW
    assert [of(chess, alice), of(club, alice)] == [(VIEW, 0), (VIEW, SEND)]
    assert await stages(gate, alice) == [Stage.SEEN] * 4
    assert gate.member(alice).role_ids == {players.id, invited.id}
    # Somebody else still sees nothing.
    assert not gate.stand_in.person(town.mallory, chess).permissions & VIEW

    mine = await alice.slash("onboarding mine")
    form = await alice.choose(mine, "Change an answer…", "Why?")
    await alice.submit(form, {"Why?": "Other"})
    await gate.settle()
    assert alice.id not in chess.overwrites
    assert of(club, alice) == (0, SEND)
    assert not alice.at(club).permissions & VIEW
    # What she had before, by her invite for example, was not given by the answer, and is not taken with it.
    assert gate.member(alice).role_ids == {invited.id}


async def test_only_what_discord_shows_counts_as_shown(gate: Gate, alice: Person) -> None:
    arrivals, faults = gate.arrivals, gate.stand_in.faults
    chess = hidden(gate, "chess")
    await arrivals.set(mode="questions")
    await arrivals.asking.ask("Why?", QuestionKind.CHOICE, Option("c", "Chess", channel_ids=(chess.id,)), "No", place=1)
    page = await alice.submit(await alice.slash("onboarding start"), {"Why?": "Chess"})
    said_yes = faults.hold(SHOW)
    confirmed = asyncio.create_task(alice.click(page, "Confirm"))
    await said_yes.reached()
    look = faults.hold("GET /channels/{channel_id}")
    said_yes.release()
    await look.reached()
    # Somebody, or Discord's own onboarding, takes it back at once.
    gate.world.clear_overwrite(chess, alice.id)
    look.release()
    await confirmed
    assert "You see" not in page.text
    assert await stages(gate, alice) == [Stage.GIVEN]
    await gate.later(minutes=1)
    assert of(chess, alice) == (VIEW, 0)
    assert await stages(gate, alice) == [Stage.SEEN]


async def test_a_channel_that_cannot_be_shown_is_reported_once_and_shown_later(
    gate: Gate, alice: Person, mallory: Person
) -> None:
    arrivals, world = gate.arrivals, gate.world
    chess = hidden(gate, "chess")
    await arrivals.set(mode="questions", log_channel=arrivals.log.id)
    await arrivals.asking.ask("Why?", QuestionKind.CHOICE, Option("c", "Chess", channel_ids=(chess.id,)), "No", place=1)

    async def answer(who: Person) -> str:
        page = await who.submit(await who.slash("onboarding start"), {"Why?": "Chess"})
        await who.click(page, "Confirm")
        return page.text

    # Discord itself says no, of which nothing is known before.
    gate.stand_in.faults.fail(SHOW, 403, code=50013, message="Missing Permissions")
    assert "Your roles and channels are on their way." in await answer(alice)
    await gate.happens(
        "guild_channel_update", lambda: world.set_overwrite(chess, world.bot, allow=VIEW, deny=permissions.MANAGE_ROLES)
    )
    assert "Your roles and channels are on their way." in await answer(mallory)
    await gate.settle()
    told = [text for text in gate.reports if "who sees" in text]
    assert len(told) == 1
    assert told[0].startswith(f"I cannot change who sees <#{chess.id}>, first for {alice.mention}: ")
    assert not any(one.at(chess).permissions & VIEW for one in (alice, mallory))
    # Nobody has to wait for the next try once it is mended.
    await gate.happens(
        "guild_channel_update", lambda: world.set_overwrite(chess, world.bot, allow=VIEW | permissions.MANAGE_ROLES)
    )
    await gate.order_settled()
    assert all(one.at(chess).permissions & VIEW for one in (alice, mallory))
    assert await stages(gate, alice) == await stages(gate, mallory) == [Stage.SEEN]
    assert len([text for text in gate.reports if "who sees" in text]) == 1
