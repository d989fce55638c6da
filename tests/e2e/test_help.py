"""/help, as people of every rank meet it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from standin import NoSuchCommand, Person, Reply, Rule, RuleType, StandIn, World
from tests.fixtures.discord import Running
from tests.fixtures.tickets.offering import Desk
from tests.fixtures.town import Town


def topics(reply: Reply) -> list[str]:
    """Return the topics on a page of the list of all of them."""
    _, *sections = reply.embeds[0]["description"].split("\n\n")
    return [one.partition(" ")[0].strip("*") for one in sections]


async def every_page(person: Person, page: Reply, *, onward: str = "Next") -> str:
    """Turn the pages of a list, and return what all of them say, one below the other."""
    said = [page.embeds[0]["description"]]
    while any(one.label == onward and not one.disabled for one in page.buttons):
        page = await person.click(page, onward)
        said.append(page.embeds[0]["description"])
    return "\n\n".join(said)


async def every_topic(person: Person, page: Reply) -> list[str]:
    """Return the topics on all pages of the list of them."""
    text = await every_page(person, page)
    return re.findall(r"^\*\*(\S+).*\*\* · ", text, re.MULTILINE)


def command_id(world: World, name: str) -> int:
    return next(int(one["id"]) for one in world.commands.of(None) if one["name"] == name)


async def test_what_somebody_can_use_is_listed_by_topic_and_what_others_can_use_behind_a_button(
    alice: Person, town: Town
) -> None:
    first = await alice.slash("help")
    assert first.private
    menus = await alice.choose(await alice.slash("help"), "Topic", ["In menus, under Apps"])
    assert "**Remind me about this**" in menus.full_text
    one = await alice.choose(menus, "More about a command", ["Remind me about this"])
    assert "then choose **Apps**" in one.full_text
    assert first.embeds[0]["title"] == "What you can use here"
    assert "/reminder" in topics(first)
    assert "/settings" not in topics(first)
    assert "/migrate" not in topics(first)
    assert f"</reminder create:{command_id(town.world, 'reminder')}>" in first.full_text
    page = await alice.choose(first, "Topic", ["/reminder"])
    assert f"</reminder list:{command_id(town.world, 'reminder')}> List your reminders" in page.full_text
    assert "shift" not in page.full_text
    others = await alice.click(page, next(one.label for one in page.buttons if "others" in one.label))
    assert "`/reminder shift`" in others.full_text
    assert "Staff: whoever has the permission Manage Messages" in others.full_text
    everything = await alice.click(others, "All topics")
    assert {"/settings", "/migrate", "/reminder"} <= set(await every_topic(alice, everything))
    migrate = await alice.choose(everything, "Topic", ["/migrate"])
    assert "**The people who run this bot**" in migrate.full_text


async def test_every_rank_sees_what_it_may(
    alice: Person, moderator: Person, manager: Person, administrator: Person, owner: Person
) -> None:
    people = (alice, moderator, manager, administrator, owner)
    seen = [set(await every_topic(one, await one.slash("help"))) for one in people]
    assert "/health" not in seen[0]
    assert "/health" in seen[1]
    assert "/settings" not in seen[1]
    assert "/settings" in seen[2]
    # Administrators are offered it by Discord, and the bot would refuse them.
    assert "/migrate" not in seen[3]
    assert "/migrate" in seen[4]
    left = await owner.click(await owner.slash("help", topic="ticket"), "What others can use (1)")
    assert "**Nobody, as this server is set up**\n`/ticket open`" in left.full_text


async def test_one_command_says_what_to_type_and_leads_back(alice: Person, moderator: Person) -> None:
    page = await moderator.choose(await moderator.slash("help"), "Topic", ["/reminder"])
    one = await moderator.choose(page, "More about a command", ["/reminder create"])
    assert one.embeds[0]["title"] == "/reminder create"
    fields = {field["name"]: field["value"] for field in one.embeds[0]["fields"]}
    assert fields["Type this"].startswith("`/reminder create ")
    assert fields["Who may use it"] == "Everybody"
    about, _, options = one.embeds[0]["description"].partition("\n\n**Options**\n")
    assert about.startswith("Create a reminder")
    assert "**what** · What it says" in options.splitlines()
    assert "\u200b" not in fields
    back = await moderator.click(one, "Back")
    assert back.embeds[0]["title"] == "/reminder"
    found = await alice.slash("help", search="reminder shift")
    assert "Not for you here." in found.full_text
    assert "Staff" in found.full_text


async def test_words_are_searched_for_in_german_and_english_with_mistakes(alice: Person) -> None:
    alice.user.locale = "de"
    for words in ("erinerung erstelen", "create remnider", "ERINNERUNG  erstellen"):
        found = await alice.slash("help", search=words)
        assert "</reminder create:" in found.full_text or "/erinnerung" in found.full_text, words
    suggested = await alice.autocomplete("help", "search", "zeitzne")
    assert any(one["value"].startswith("timezone") for one in suggested)
    chosen = await alice.slash("help", search=next(one["name"] for one in suggested))
    assert chosen.embeds[0]["fields"]
    assert "Gib das ein" in chosen.full_text
    (topic,) = [one for one in await alice.autocomplete("help", "topic", "zeitzone") if one["value"] == "timezone"]
    assert (await alice.slash("help", topic=topic["name"])).embeds[0]["title"] == topic["name"].partition(" ")[0]


def german_names(command: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what Discord offers Germans of a command: the name in English, and the one that they type."""
    parts = [one for one in command.get("options") or () if one["type"] in (1, 2)]
    inner = [pair for one in parts for pair in german_names(one)] or [("", "")]
    own = (command.get("name_localizations") or {}).get("de") or command["name"]
    for english, german in inner:
        yield f"{command['name']} {english}".strip(), f"{own} {german}".strip()


async def test_who_reads_another_language_sees_the_name_they_type_and_one_to_click_in_every_list(
    alice: Person, owner: Person, town: Town, desk: Desk
) -> None:
    await desk.offer()
    names = {
        english: (f"**/{german}** " if german != english else "") + f"</{english}:{int(command['id'])}>"
        for command in town.world.commands.of(None)
        if command.get("type", 1) == 1
        for english, german in german_names(command)
    }
    alice.user.locale = owner.user.locale = "de"
    for person, least in ((alice, 25), (owner, 130)):
        listed = await every_page(person, await person.slash("help"), onward="Weiter")
        clickable = re.findall(r"</([^<>:\n]+):[0-9]+>", listed)
        assert len(clickable) == len(set(clickable)) >= least
        assert [one for one in clickable if names[one] not in listed.splitlines()] == []
        # The same in the list of a topic, and in what was found.
        for topic in ("reminder", "ticket"):
            page = await every_page(person, await person.slash("help", topic=topic), onward="Weiter")
            here = [names[one] for one in clickable if one.partition(" ")[0] == topic]
            assert len(here) > 4
            assert [one for one in here if f"\n{one} " not in page] == []
        found = await person.slash("help", search="erinnerung erstellen")
        assert f"{names['reminder create']} " in found.full_text
    # What somebody may not use is named, and nothing is there to be clicked.
    others = await alice.click(await alice.slash("help", topic="reminder"), "Was andere nutzen können (2)")
    assert "`/erinnerung alle-verschieben`" in others.full_text
    assert "</" not in others.full_text
    one = await alice.slash("help", search="/erinnerung erstellen")
    assert one.embeds[0]["title"] == "/erinnerung erstellen"
    assert names["reminder create"].removeprefix("**/erinnerung erstellen** ") in one.full_text.splitlines()


async def test_nothing_found_says_so_and_a_search_turns_its_pages(alice: Person, manager: Person) -> None:
    nothing = await alice.slash("help", search="xylophone `*<@&1>qq*`")
    assert "Nothing fits" in nothing.full_text
    assert not nothing.mentions
    assert topics(await alice.click(nothing, "All topics"))
    found = await manager.slash("help", search="ticket")
    assert "Page 1 of" in found.embeds[0]["footer"]["text"]
    await manager.click(found, "Next")
    assert "Page 2 of" in found.embeds[0]["footer"]["text"]
    one = await manager.slash("help", topic="reminder", search="ticket")
    assert "</ticket " not in one.full_text


async def test_what_a_server_set_under_integrations_counts(alice: Person, town: Town, stand_in: StandIn) -> None:
    world, guild = town.world, town.guild
    assert "/reminder" in topics(await alice.slash("help"))
    reminder, settings = command_id(world, "reminder"), command_id(world, "settings")
    world.commands.set_rules(guild, reminder, Rule(RuleType.ROLE, guild.id, permission=False))
    world.commands.set_rules(guild, settings, Rule(RuleType.USER, alice.id, permission=True))
    with pytest.raises(NoSuchCommand):
        await alice.slash("reminder list")
    # Discord tells the bot before it hears of what is typed next.
    listed = await every_topic(alice, await alice.slash("help"))
    assert "/reminder" not in listed
    assert "/settings" in listed
    page = await alice.slash("help", topic="reminder")
    assert "Not for you: whoever manages this server decided so" in page.full_text

    world.commands.set_rules(guild, reminder, Rule(RuleType.CHANNEL, town.log.id, permission=False))
    assert "/reminder" in topics(await alice.slash("help"))
    assert "/reminder" not in topics(await alice.at(town.log).slash("help"))
    # It is asked for once, and again after a change.
    route = "GET /applications/{application_id}/guilds/{guild_id}/commands/permissions"
    assert len(stand_in.calls(route)) == 3


async def test_what_discord_does_not_say_about_a_server_is_done_without(alice: Person, stand_in: StandIn) -> None:
    route = "/applications/{application_id}/guilds/{guild_id}/commands/permissions"
    stand_in.faults.fail(f"GET {route}", status=403, code=50001)
    assert "/reminder" in topics(await alice.slash("help"))


async def test_a_direct_message_lists_what_works_there(alice: Person) -> None:
    there = alice.in_dm()
    listed = await there.slash("help")
    assert listed.embeds[0]["title"] == "What you can use in direct messages"
    assert topics(listed)
    assert "/help" in topics(listed)
    assert "/reminder" not in topics(listed)
    assert "works in a server" in listed.full_text
    page = await there.choose(listed, "Topic", ["/help"])
    assert (await there.choose(page, "More about a command", ["/help"])).embeds[0]["title"] == "/help"
    assert await there.autocomplete("help", "topic", "")


async def test_a_feature_that_is_switched_off_and_the_teams_of_tickets_count(
    alice: Person, manager: Person, desk: Desk
) -> None:
    assert "</ticket open:" not in (await alice.slash("help", topic="ticket")).full_text
    await desk.offer()
    assert "</ticket open:" in (await alice.slash("help", topic="ticket")).full_text
    await manager.slash("settings set", key="reminders.enabled", value="off")
    assert "switched off in this server" in (await alice.slash("help", topic="reminder")).full_text


async def test_help_works_after_a_restart_and_links_are_right_at_once(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running():
        first = await alice.slash("help")
    async with running():
        page = await alice.choose(first, "Topic", ["/reminder"])
        assert f"</reminder create:{command_id(town.world, 'reminder')}>" in page.full_text
        assert ":None>" not in page.full_text
    assert len(stand_in.calls("PUT /applications/{application_id}/commands")) == 1
