"""What staff and managers see of onboarding, over the wire: figures, one member, the table, what is wrong."""

import csv
import io
from datetime import timedelta
from typing import Any

from app.core.actor import Actor
from app.core.onboarding.answers import Answer, answers_to_json
from app.core.onboarding.grants import Grant, Stage, What, Why, grants_to_json
from app.core.onboarding.posts import Post
from app.core.onboarding.questions import Option, QuestionKind
from app.models import Onboarding
from app.models.onboarding import OnboardingState
from standin import Person, permissions
from tests.fixtures.onboarding.arriving import Arrivals
from tests.fixtures.onboarding.gate import Gate
from tests.fixtures.statements import statements_of
from tests.fixtures.town import Town


async def _rows(arrivals: Arrivals, *rows: dict[str, Any]) -> None:
    async with arrivals.bot.uow() as work:
        work._session.add_all([Onboarding(guild_id=arrivals.town.guild.id, **row) for row in rows])


async def test_staff_see_figures_and_members_and_managers_get_the_table(
    arrivals: Arrivals, town: Town, alice: Person, moderator: Person, manager: Person
) -> None:
    now, hour = arrivals.bot.clock(), timedelta(hours=1)
    for command, options in (("stats", {}), ("member", {"member": town.mallory}), ("export", {}), ("check", {})):
        refused = await alice.slash(f"onboarding {command}", options=options)
        assert refused.text.startswith("Only "), command
    assert "only managers" in (await moderator.slash("onboarding export")).text.lower()
    assert (await manager.slash("onboarding export")).text.startswith("Nobody has joined")
    nothing = await moderator.slash("onboarding stats")
    assert nothing.embeds[0]["description"] == "Nobody joined in this time, as far as I know."
    assert "I know nothing" in (await moderator.slash("onboarding member", member=town.mallory)).text

    why = await arrivals.asking.ask("*Why* here?", QuestionKind.LONG, place=1)
    said = {
        why: Answer("*Why* here?", "long_text", ("=1+1 @everyone " + "x" * 400,)),
        99: Answer("Gone?", "text", ("y",)),
    }
    refused_role = Grant(
        What.ROLE, town.above.id, give=True, why=Why.COMPLETION, stage=Stage.REFUSED, reason="Above mine"
    )
    seen = Grant(What.CHANNEL, town.closed.id, give=True, why=Why.ANSWER, stage=Stage.SEEN)
    whole = {
        "state": OnboardingState.COMPLETED,
        "joined_at": now - 5 * hour,
        "asked_at": now - 5 * hour,
        "started_at": now - 4 * hour,
        "completed_at": now - 3 * hour,
    }
    await _rows(
        arrivals,
        {"user_id": town.mallory.id, **whole, "responses": answers_to_json(said),
         "grants": grants_to_json([seen, refused_role]),
         "acceptances": [{"version": 3, "at": now.isoformat(), "hash": "cd" * 32, "locale": "de"}]},
        {"user_id": 5, "state": OnboardingState.COMPLETED, "responses": {"0": "Steam"}},
    )  # fmt: skip
    few = await moderator.slash("onboarding stats")
    assert not few.attachments
    assert {one["name"]: one["value"] for one in few.embeds[0]["fields"]} == {
        "Joined": "1",
        "Could begin": "100% (1 of 1)",
        "Started": "100% (1 of 1)",
        "Done": "100% (1 of 1)",
        "Left before they were done": "0% (0 of 1)",
        "Half of them are done within": "2 hours of joining\n1 hour of beginning",
    }
    assert few.embeds[0]["footer"]["text"] == "A chart is drawn from 10 members on."

    started = whole | {"state": OnboardingState.STARTED, "completed_at": None, "step": str(why)}
    await _rows(arrivals, *({"user_id": 100 + number, **started} for number in range(11)))
    figures = await moderator.slash("onboarding stats", period=7)
    assert [file.name for file in figures.attachments] == ["onboarding.png"]
    assert figures.attachments[0].content.startswith(b"\x89PNG")
    assert figures.embeds[0]["fields"][-1]["value"] == r"**\*Why\* here?**: 12 came there, 11 are still there, 0 left"

    member = await moderator.slash("onboarding member", member=town.mallory)
    assert member.private
    fields = {one["name"]: one["value"] for one in member.embeds[0]["fields"]}
    assert fields["State"].startswith("done\nJoined: <t:")
    assert f"`{'cd' * 32}` · de" in fields["Rules"]
    assert fields["Roles and channels"] == (
        f"⚠️ {town.above.mention}: could not be given, and is tried again. Above mine\n✅ <#{town.closed.id}>: given"
    )
    assert "**Gone?**\ny" in member.embeds[0]["description"]
    (file,) = member.attachments
    assert file.content.decode() == f"*Why* here?\n=1+1 @everyone {'x' * 400}\n\nGone?\ny"

    export = await manager.slash("onboarding export")
    assert export.private
    assert export.text == "13 members."
    rows = list(csv.reader(io.StringIO(export.attachments[0].content.decode("utf-8-sig"), newline="")))
    assert (len(rows), export.attachments[0].name) == (14, "onboarding.csv")
    named = dict(zip(rows[0], next(row for row in rows if row[0] == town.mallory.mention), strict=True))
    assert named["*Why* here?"].startswith("'=1+1")
    assert named["Other answers"] == "Gone?: y"
    assert rows[1][0] == "<@5>"
    assert rows[1][-1] == "0: Steam"


async def test_the_check_names_each_mistake_until_there_is_none(
    arrivals: Arrivals, town: Town, manager: Person
) -> None:
    async def check() -> str:
        return (await manager.slash("onboarding check")).full_text

    assert await check() == "Nothing is asked of new members. Choose what with `/settings set onboarding.mode`."
    await arrivals.set(mode="both", kick_after=86400)
    found = await check()
    for part in (
        "none are published",
        "there are none",
        "Members get nothing",
        "There is no panel",
        "Nobody is removed",
        "Staff are not told",
    ):
        assert part in found, part

    asking, world = arrivals.asking, town.world
    managed = world.create_role(town.guild, "Boosters", managed=True, position=1)
    gone = arrivals.role("Gone")
    options = [
        Option("a", "Council", role_ids=(town.above.id,)),
        Option("b", "Boosters", role_ids=(managed.id, gone.id)),
        Option("c", "Rooms", channel_ids=(town.closed.id, 123)),
    ]
    first = await asking.ask("Which?", QuestionKind.CHOICE, *options, place=1)
    await asking.ask("Why Rooms?", place=2, only_if=(first, "nothing"))
    world.delete_role(gone)
    world.set_overwrite(town.closed, world.bot, deny=permissions.MANAGE_ROLES)
    world.edit_channel(town.general, nsfw=True)
    await asking.publish(text="Be kind")
    await arrivals.set(
        kick_after=0, join_role=managed.id, completion_role=town.above.id, log_channel=town.general.id, where="channel",
        channel=town.closed.id,
    )  # fmt: skip
    async with arrivals.bot.uow() as work:
        boss = Actor(town.guild.id, town.manager.id, is_manager=True, is_staff=True)
        await work.onboarding.posts.add(boss, Post(key="", channel_id=town.general.id, title="Begin"))
    arrivals.bot.settings.invalidate(town.guild.id)
    found = await check()
    for part in (
        f"Role on joining: {managed.mention} is an app's",
        f"Role when done: I cannot give {town.above.mention}",
        "What an answer gives to **Which?**: its role is gone",
        "What an answer gives to **Which?**: its channel is gone",
        f"**Which?**: {managed.mention} is an app's",
        f"**Which?**: I cannot see <#{town.closed.id}>. Grant my role these permissions there: **View Channel**, **Man",
        "the answers that it depends on are gone",
        "Discord never got the panel **Begin**",
        "is age-restricted",
        f"new members do not see <#{town.closed.id}>",
        f"Staff log: **everybody can read it** in <#{town.general.id}>",
    ):
        assert part in found, (part, found)

    world.edit_channel(town.general, nsfw=False)
    await arrivals.set(
        mode="rules", where="panel", join_role=arrivals.newcomer.id, completion_role=arrivals.member.id,
        log_channel=town.log.id,
    )  # fmt: skip
    world.set_overwrite(town.log, town.guild.everyone, deny=permissions.VIEW_CHANNEL)
    world.set_overwrite(town.log, world.bot, allow=permissions.VIEW_CHANNEL)
    assert (await check()).count("⚠️") == 1  # that the panel was never posted


async def test_who_accepts_rules_that_are_no_step_is_not_on_their_way_before_they_join(
    gate: Gate, manager: Person, moderator: Person, alice: Person, mallory: Person
) -> None:
    arrivals, world, town = gate.arrivals, gate.world, gate.town
    await arrivals.set(mode="questions", join_role=arrivals.newcomer.id, where="channel", channel=town.log.id)
    await arrivals.asking.ask("Name", place=1)
    await manager.submit(await manager.slash("rules add"), {"Title": "Be kind", "Text": "Always"})
    await manager.click(await manager.slash("rules publish"), "Publish")
    (post,) = town.general.messages
    for person in (alice, mallory):
        assert "version 1" in (await person.click(post, "I accept")).text
    row = await arrivals.row(alice)
    assert (row.state, row.rules_version, row.joined_at, row.asked_at, row.next_at) == ("asked", 1, None, None, None)
    assert (await moderator.slash("onboarding stuck")).text == "Nobody has anything left to do."
    card = (await moderator.slash("onboarding member", member=alice.user)).full_text
    assert "accepted the rules, and is asked nothing else" in card
    # Told of their joining after that, they are asked like everybody else.
    await gate.happens("member_join", lambda: world.repeat_join(gate.member(alice)))
    assert [message.pinged for message in town.log.messages] == [[alice.user]]
    assert gate.member(alice).role_ids == {arrivals.newcomer.id}
    row = await arrivals.row(alice)
    assert (row.state, row.rules_version, row.asked_at) == ("asked", 1, gate.clock.now)

    # Who comes back was done before that: told in the order in which it was.
    page = await alice.submit(await alice.slash("onboarding start"), {"Name": "Alice"})
    await alice.click(page, "Confirm")
    await gate.settle()
    await gate.leave(alice)
    await gate.later(days=3)
    # When somebody joined is said by Discord's clock.
    world.now = gate.clock
    await gate.join(alice.user)
    card = (await moderator.slash("onboarding member", member=alice.user)).full_text
    places = [card.index(f"{word}: <t:") for word in ("Started", "Done", "Came back")]
    assert places == sorted(places)
    assert "Joined:" not in card
    refused = await moderator.slash("onboarding export", raw=True)
    assert refused.text.startswith("Only managers can get all answers as a table: whoever has the permission")


async def test_who_left_while_onboarding_was_off_is_found_once_it_is_on(gate: Gate, manager: Person) -> None:
    arrivals, world = gate.arrivals, gate.world
    await arrivals.set(mode="rules")
    nina = await gate.join(world.add_user("nina"))
    await gate.choose(manager, "onboarding.mode", "off")
    sent = statements_of(gate.bot)
    await gate.leave(nina)
    # Whatever is given again because a setting was changed may come in between.
    assert not [one for one in sent if "UPDATE onboarding" in one and "grant_tries" not in one]
    assert (await arrivals.row(nina)).state == "asked"
    gate.clock.move(minutes=1)
    await gate.choose(manager, "onboarding.mode", "rules")
    assert (await arrivals.row(nina)).state == "left"
