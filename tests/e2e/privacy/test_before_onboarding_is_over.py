"""Who deletes themselves before they are done with onboarding escapes nothing by it, loses nothing, and goes then."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from standin import Message, Person, StandIn, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.jobs import settle_privacy
from tests.fixtures.onboarding.arriving import Arrivals
from tests.fixtures.onboarding.gate import Gate
from tests.fixtures.personal import everything, rows_naming
from tests.fixtures.town import Town

DAY = 86_400
SAID = "In 1 server you are still to finish onboarding, or to accept new rules"


async def naming(gate: Gate, person: Person) -> dict[str, Any]:
    await gate.bot.interactions.drain()
    async with gate.bot.uow() as work:
        return rows_naming(await everything(work._session), person.id)


async def deleted(person: Person, **options: Any) -> str:
    """Delete oneself; return the report."""
    asked = await person.slash("privacy delete", **options)
    assert SAID in asked.full_text
    await person.click(asked, "Delete")
    return asked.full_text


def public(person: Person) -> list[Message]:
    """What everybody sees where somebody is."""
    return [one for one in person.messages if one.visible_to is None]


async def is_forgotten(gate: Gate, person: Person) -> bool:
    """Let the job look, and tell whether nothing names them any more."""
    await settle_privacy(gate.bot, "postponed")
    return await naming(gate, person) == {}


async def test_who_deletes_themselves_is_reminded_warned_and_removed_all_the_same(gate: Gate) -> None:
    arrivals, world = gate.arrivals, gate.world
    times = {"warn_after": 3 * DAY, "kick_after": 2 * DAY}
    await arrivals.set(mode="both", channel=gate.town.general.id, join_role=arrivals.newcomer.id, **times)
    await arrivals.asking.publish()
    await arrivals.asking.ask("Where from?", place=1)
    gate.let_bot(permissions.KICK_MEMBERS)
    await gate.panel()
    nina = await gate.join(world.add_user("nina"))
    page = await nina.slash("onboarding start")
    await nina.click(page, "I accept the rules")
    await nina.submit(await nina.click(page, "Answer"), {"Where from?": "Ghent"})
    before = len(public(nina))

    remembered = gate.bot.uow._recent
    mine = ("onboarding", gate.town.guild.id, nina.id)
    assert remembered.get(mine) is not None
    report = await deleted(nina)
    assert remembered.get(mine) is None
    assert SAID in report
    assert "1 row kept" in report
    assert await is_forgotten(gate, nina) is False
    left = await naming(gate, nina)
    assert set(left) == {"onboarding", "bot_settings"}
    assert "Ghent" not in str(left)
    row = await arrivals.row(nina)
    assert (row.state, row.responses, row.acceptances) == ("started", None, [])
    assert gate.member(nina).role_ids == {arrivals.newcomer.id}, "what they have stays theirs"
    assert len(public(nina)) == before, "nobody is asked again"

    await gate.later(days=1)
    assert "You are not done with joining this server yet." in public(nina)[before].text
    await gate.later(days=2)
    assert "or you will be removed" in public(nina)[before + 1].text
    assert await is_forgotten(gate, nina) is False
    await gate.later(days=2)
    assert nina.id not in gate.town.guild.members
    assert await is_forgotten(gate, nina)


async def test_who_deletes_themselves_can_finish_and_keeps_what_they_get(gate: Gate) -> None:
    arrivals, world = gate.arrivals, gate.world
    await arrivals.set(mode="questions", completion_role=arrivals.member.id, join_role=arrivals.newcomer.id)
    await arrivals.asking.ask("Where from?", place=1)
    await arrivals.asking.ask("Why?", place=2)
    await gate.panel()
    nina = await gate.join(world.add_user("nina"))
    form = await nina.slash("onboarding start")
    # The form that was open before is still understood after it: that is new, and their choice.
    await deleted(nina, server="all")
    page = await nina.submit(form, {"Where from?": "Ghent", "Why?": "Games"})
    await nina.click(page, "Confirm")
    await gate.settle()
    assert gate.member(nina).role_ids == {arrivals.member.id}
    assert await is_forgotten(gate, nina)
    await gate.later(days=2)
    assert gate.member(nina).role_ids == {arrivals.member.id}
    assert nina.pings == [], "nobody is asked twice"
    rows = [row for row in (await all_rows(gate))["onboarding"] if row["user_id"] < 0]
    assert [(row["state"], row["responses"]) for row in rows] == [("completed", None)]


async def test_who_joined_last_and_deleted_themselves_is_not_asked_again_after_a_restart(
    running: Running, town: Town, stand_in: StandIn, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in.world, "now", clock)
    for member in town.guild.members.values():
        member.joined_at -= timedelta(days=30)
    async with running() as bot:
        arrivals = Arrivals(bot, town)
        gate = Gate(bot, town, stand_in, clock, arrivals)
        await arrivals.set(mode="questions")
        await arrivals.asking.ask("Where from?", place=1)
        async with bot.uow() as work:
            await work._session.execute(text("UPDATE bot_settings SET updated_at = now() - interval '9 days'"))
        nina = await gate.join(stand_in.world.add_user("nina"))
        clock.move(minutes=5)
        await nina.click(await nina.submit(await nina.slash("onboarding start"), {"Where from?": "Ghent"}), "Confirm")
        await gate.settle()
        await nina.click(await nina.slash("privacy delete", server="all"), "Delete")
        assert await naming(gate, nina) == {}
    clock.move(minutes=1)
    late = stand_in.world.add_user("late")
    stand_in.world.add_member(town.guild, late)
    async with running() as bot:
        gate.bot, arrivals.bot, arrivals.asking.uow = bot, bot, bot.uow
        await gate.settle()
        assert (await arrivals.row(stand_in.person(late, town.general))).state == "asked"
        assert await arrivals.row(nina) is None


async def all_rows(gate: Gate) -> dict[str, Any]:
    async with gate.bot.uow() as work:
        return await everything(work._session)


async def test_the_people_who_run_the_bot_erase_all_of_it_at_once(gate: Gate, owner: Person) -> None:
    await gate.arrivals.set(mode="rules", warn_after=3 * DAY, kick_after=2 * DAY)
    await gate.panel()
    nina = await gate.join(gate.world.add_user("nina"))
    await deleted(nina)
    asked = await owner.slash("privacy erase", user=str(nina.id))
    assert SAID not in asked.full_text
    await owner.click(asked, "Erase")
    assert SAID not in asked.full_text
    assert await naming(gate, nina) == {}


async def test_the_sentence_is_said_in_the_language_of_whoever_asks(gate: Gate) -> None:
    await gate.arrivals.set(mode="rules")
    await gate.panel()
    nina = await gate.join(gate.world.add_user("nina"))
    for locale in ("de", "fr", "nl", "es-ES"):
        nina.user.locale = locale
        asked = await nina.slash("privacy delete")
        assert "In 1 server" not in asked.full_text
        assert "still to finish" not in asked.full_text
