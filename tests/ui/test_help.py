"""What /help lists, for whom, and within Discord's limits."""

import re
from collections.abc import Sequence
from typing import Any

import discord
import pytest

from app.core.actor import Actor
from app.core.messages import languages, speaking
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.help import pages
from app.ui.help.detail import detailed
from app.ui.help.entries import Asker, Entry, entries
from app.ui.help.ids import MENUS, ListId, Shown
from app.ui.help.search import Index, search
from app.ui.kit.limits import (
    MAX_EMBED,
    MAX_EMBED_DESCRIPTION,
    MAX_EMBED_FIELDS,
    MAX_FIELD_NAME,
    MAX_FIELD_VALUE,
    MAX_OPTIONS,
    MAX_ROWS,
)
from app.ui.kit.reply import Reply
from app.ui.kit.staff import for_staff, offered_as
from scripts.documentation import cogs

MEMBER, MANAGER, ADMINISTRATOR = (
    discord.Permissions(send_messages=True),
    discord.Permissions(send_messages=True, manage_guild=True),
    discord.Permissions(administrator=True),
)
ID = 10**18
LINK = re.compile(r"</[^<>:\n]{1,100}:[0-9]+>")
LONGEST = ("d" * 99) + "."


async def handler(self: object, ctx: discord.ApplicationContext) -> None:
    """Stands for what a command does."""


def command(name: str, description: str = "Does something", **options: Any) -> discord.SlashCommand:
    made = discord.SlashCommand(handler, name=name, description=description, **options)
    made.id = ID
    return made


def group(name: str, subcommands: int, description: str = "Does things", **options: Any) -> discord.SlashCommandGroup:
    made = discord.SlashCommandGroup(name, description, **options)
    made.id = ID
    made.subcommands = [command(f"do_{number}", description, parent=made) for number in range(subcommands)]
    return made


def asker(permissions: discord.Permissions = MEMBER, *, in_server: bool = True, **actor: Any) -> Asker:
    return Asker(Actor(1, 2, **actor), SettingsSnapshot(1, {}), permissions, in_server=in_server)


def shown(commands: Sequence[Any], who: Asker, **chosen: Any) -> Reply:
    return pages.listed(entries(commands, who), who, Shown(**chosen))


def topics(reply: Reply) -> dict[str, str]:
    assert reply.embed is not None
    return {field.name: field.value for field in reply.embed.fields}


def labels(reply: Reply) -> list[str | None]:
    return [item.label for item in reply.items if isinstance(item, discord.ui.Button)]


def fits(reply: Reply) -> None:
    """Assert that Discord would take it."""
    (embed,) = reply.embeds
    assert len(embed) <= MAX_EMBED
    assert len(embed.description or "") <= MAX_EMBED_DESCRIPTION
    assert len(embed.fields) <= MAX_EMBED_FIELDS
    for field in embed.fields:
        assert 1 <= len(field.name) <= MAX_FIELD_NAME
        assert 1 <= len(field.value) <= MAX_FIELD_VALUE
        # No line is cut in the middle of what can be clicked.
        assert field.value.count("</") == len(LINK.findall(field.value))
    assert (embed.description or "").count("</") == len(LINK.findall(embed.description or ""))
    rows = [item.row or 0 for item in reply.items]
    assert max(rows) < MAX_ROWS
    ids = [item.custom_id for item in reply.items if isinstance(item, (discord.ui.Button, discord.ui.Select))]
    assert len(ids) == len(set(ids)) == len(reply.items)
    for item in reply.items:
        if isinstance(item, discord.ui.Select):
            assert 1 <= len(item.options) <= MAX_OPTIONS
            assert rows.count(item.row or 0) == 1
            assert len({option.value for option in item.options}) == len(item.options)


def test_a_topic_lists_its_commands_ready_to_be_clicked_and_what_they_do() -> None:
    reminder = group("reminder", 2)
    inner = group("inner", 1, parent=reminder)
    reminder.subcommands.append(inner)
    everything = [reminder, command("help", "See what there is")]
    first = topics(shown(everything, asker()))
    assert first["/help · See what there is"] == f"</help:{ID}>"
    names = ("do_0", "do_1", "inner do_0")
    assert first["/reminder · Does things"] == " ".join(f"</reminder {name}:{ID}>" for name in names)
    reply = shown(everything, asker(), topic="reminder")
    assert reply.embed is not None
    assert (reply.embed.description or "").split("\n\n")[1].splitlines() == [
        f"</reminder {name}:{ID}> Does things" for name in names
    ]


def test_what_has_no_id_yet_is_named_and_not_clickable() -> None:
    fresh = command("help")
    fresh.id = None
    assert topics(shown([fresh], asker())) == {"/help · Does something": "`/help`"}


@pytest.mark.parametrize(
    ("permissions", "names"),
    [(MEMBER, {"/all"}), (MANAGER, {"/all", "/managers"}), (ADMINISTRATOR, {"/all", "/managers", "/administrators"})],
)
def test_a_person_sees_what_discord_offers_them(permissions: discord.Permissions, names: set[str]) -> None:
    commands = [
        command("all"),
        command("managers", default_member_permissions=discord.Permissions(manage_guild=True)),
        command("administrators", default_member_permissions=discord.Permissions(administrator=True)),
    ]
    listed = shown(commands, asker(permissions))
    assert {name.partition(" ")[0] for name in topics(listed)} == names
    others = shown(commands, asker(permissions), others=True)
    assert {name.partition(" ")[0] for name in topics(others)} == {f"/{one.name}" for one in commands} - names
    assert ("What others can use" in str(labels(listed))) is (len(names) < 3)


def test_what_only_staff_may_do_is_shown_to_them_and_to_others_behind_a_button_with_who_may() -> None:
    @for_staff
    async def shift(self: object, ctx: discord.ApplicationContext) -> None:
        """Stands for what staff do."""

    reminder = group("reminder", 1)
    reminder.subcommands.append(discord.SlashCommand(shift, name="shift", parent=reminder))
    assert "shift" in str(topics(shown([reminder], asker(is_staff=True))))
    own = shown([reminder], asker(), topic="reminder")
    assert own.embed is not None
    assert "shift" not in str(own.embed.description)
    assert "What others can use (1)" in labels(own)
    others = shown([reminder], asker(), topic="reminder", others=True)
    assert others.embed is not None
    assert "**Staff: whoever has the permission Manage Messages**\n`/reminder shift`" in str(others.embed.description)
    assert "What I can use (1)" in labels(others)


def test_who_may_names_the_teams_and_the_role_of_staff() -> None:
    @offered_as(lambda _, actor: "" if actor.is_staff else None, teams=lambda _: {77})
    async def close(self: object, ctx: discord.ApplicationContext) -> None:
        """Stands for what a team does."""

    one = discord.SlashCommand(close, name="close")
    who = Asker(Actor(1, 2), SettingsSnapshot(1, {"general.staff_role": 55}), MEMBER)
    reply = shown([one], who, topic="close", others=True)
    assert reply.embed is not None
    assert "Staff: <@&55> and <@&77>, and whoever has the permission Manage Messages" in str(reply.embed.description)


def test_menus_of_messages_are_a_topic() -> None:
    async def pressed(self: object, ctx: discord.ApplicationContext, message: discord.Message) -> None:
        """Stands for what the menu does."""

    menu = discord.MessageCommand(pressed, name="Remind me")
    (title,) = topics(shown([menu], asker()))
    assert "Apps" in title
    fits(shown([menu], asker(), topic=MENUS))


def test_in_a_direct_message_only_what_works_there_is_listed() -> None:
    both = command("both", contexts={discord.InteractionContextType.guild, discord.InteractionContextType.bot_dm})
    server = command("server", contexts={discord.InteractionContextType.guild})
    reply = shown([both, server], asker(in_server=False))
    assert list(topics(reply)) == ["/both · Does something"]
    assert reply.embed is not None
    assert "in a server" in str(reply.embed.description)


def many() -> list[Any]:
    commands: list[Any] = [group(f"group_{number:02}_{'g' * 23}", 25, LONGEST) for number in range(40)]
    return [*commands, *(command(f"single_{number:02}_{'s' * 22}", LONGEST) for number in range(60))]


def test_as_many_commands_as_discord_allows_are_all_reached_page_by_page() -> None:
    commands, who = many(), asker(ADMINISTRATOR)
    here = entries(commands, who)
    titles: set[str] = set()
    for page in range(5):
        reply = pages.listed(here, who, Shown(page=page))
        fits(reply)
        titles |= set(topics(reply))
    assert len(titles) == 100
    for topic in {one.topic for one in here}:
        names = 0
        for page in range(4):
            reply = pages.listed(here, who, Shown(topic=topic, page=page))
            fits(reply)
            assert reply.embed is not None
            if page == 0 or "Page" in str(reply.embed.footer):
                names += str(reply.embed.description).count(f":{ID}>")
        assert names >= 25 or topic.startswith("single")


COMMANDS = [one for cog in cogs() for one in cog.__cog_commands__ if one.parent is None]


def real() -> list[Entry]:
    return entries(COMMANDS, asker(ADMINISTRATOR, is_staff=True))


@pytest.mark.parametrize("language", ["en", *languages()])
def test_everything_that_the_bot_has_fits_in_every_language(language: str) -> None:
    here = real()
    assert len(here) > 100
    staff, member = asker(ADMINISTRATOR, is_staff=True), asker()
    theirs = entries(COMMANDS, member)
    with speaking(language):
        for who, found in ((staff, here), (member, theirs)):
            for others in (False, True):
                fits(pages.listed(found, who, Shown(others=others)))
                for topic in {one.topic for one in found}:
                    for page in range(4):
                        fits(pages.listed(found, who, Shown(topic=topic, others=others, page=page)))
            for one in found:
                fits(detailed(one, who, Shown(topic=one.topic)))


def test_the_longest_command_that_discord_allows_is_shown_in_full() -> None:
    long = command("long", LONGEST)
    long.options = [
        discord.Option(
            str, name=f"option_{number:02}_{'o' * 22}", description=LONGEST, choices=[c * 90 for c in "abcdef"]
        )
        for number in range(25)
    ]
    (entry,) = entries([long], asker())
    reply = detailed(entry, asker(), Shown())
    fits(reply)
    assert reply.embed is not None
    assert sum(str(field.value).count(LONGEST) for field in reply.embed.fields) == 25


def test_a_page_that_is_there_no_more_shows_the_last_one() -> None:
    reply = shown([group("reminder", 3)], asker(), topic="reminder", page=99)
    fits(reply)
    assert "do_2" in str(reply.embed and reply.embed.description)
    gone = shown([group("reminder", 3)], asker(), topic="gone")
    assert "/reminder" in str(topics(gone))
    assert ListId(shown=Shown(topic="reminder", query="ä:ö")).pack()


@pytest.mark.parametrize(
    ("language", "query", "wanted"),
    [
        ("en", "reminder create", "reminder create"),
        ("en", "remnider cretae", "reminder create"),
        ("en", "time zone", "timezone set"),
        ("en", "how do I change a setting?", "settings set"),
        ("de", "erinnerung erstellen", "reminder create"),
        ("de", "erinerung erstelen", "reminder create"),
        ("de", "ERINNERUNG", "reminder create"),
        ("de", "ticket oeffnen", "ticket open"),
        ("de", "ticket offnen", "ticket open"),
        ("de", "reminder create", "reminder create"),
        ("de", "zeitzone", "timezone set"),
    ],
)
def test_commands_are_found_in_both_languages_with_small_mistakes(language: str, query: str, wanted: str) -> None:
    with speaking(language):
        found = [one.name for one in search(query, real(), Index())]
    assert wanted in found[:3]


def test_nothing_is_found_for_what_nothing_fits() -> None:
    assert search("xylophone", real(), Index()) == []
    assert search("?!", real(), Index()) == []
    reply = pages.listed(real(), asker(), Shown(query="xylophone"))
    fits(reply)
    assert "Nothing fits" in str(reply.embed and reply.embed.description)
