"""What /help lists, for whom, and within Discord's limits."""

import re
from collections.abc import Sequence
from dataclasses import replace
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
from app.ui.kit.command_tree import outermost
from app.ui.kit.ids import MAX_ID
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
from tests.fixtures.languages import COMPLETE

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
    """Return what is said of each topic, by its heading."""
    assert reply.embed is not None
    _, *sections = str(reply.embed.description).split("\n\n")
    return {head.replace("**", ""): said for head, _, said in (one.partition("\n") for one in sections)}


def pages_of(here: Sequence[Entry], who: Asker, found: Sequence[Entry] = (), **chosen: Any) -> list[Reply]:
    """Return all pages of a list, each of which Discord would take."""
    turned = list[Reply]()
    while True:
        reply = pages.listed(here, who, Shown(**chosen, page=len(turned)), found)
        fits(reply)
        turned.append(reply)
        onward = [one for one in reply.items if isinstance(one, discord.ui.Button) and one.row == 2]
        if not onward or onward[-1].disabled:
            return turned


def texts_of(turned: Sequence[Reply]) -> str:
    return "\n".join(str(one.embed.description) for one in turned if one.embed is not None)


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
    turned = pages_of(here, who)
    assert len({title for one in turned for title in topics(one)}) == 100
    text = texts_of(turned)
    assert [one.name for one in here if text.count(one.click) != 1] == []
    # None is left with next to nothing while another is full.
    lengths = [len(texts_of([one])) for one in turned]
    assert min(lengths) > max(lengths) / 2
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


@pytest.fixture
def ids(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The ids of all commands, as long as Discord's will ever be; they are for every server."""
    for one in COMMANDS:
        # A bot that ran before, in this process, may have kept those of operators for its home.
        monkeypatch.setattr(one, "guild_ids", None)
    tops = {one.name: one for one in (outermost(entry.command) for entry in real()) if hasattr(one, "id")}
    found = {name: MAX_ID - number for number, name in enumerate(tops)}
    for name, top in tops.items():
        monkeypatch.setattr(top, "id", found[name])
    return found


def as_read(one: Entry, ids: dict[str, int]) -> str:
    """Return how a command stands in a list: ready to be clicked if one may use it, under the reader's name for it."""
    if not one.is_mine:
        return f"`{one.title}`"
    if one.topic == MENUS:
        return f"**{one.title}**"
    link = f"</{one.name}:{ids[one.topic]}>"
    return link if one.title == f"/{one.name}" else f"**{one.title}** {link}"


@pytest.mark.parametrize("language", ["en", *languages()])
def test_everything_that_the_bot_has_fits_in_every_language(language: str, ids: dict[str, int]) -> None:
    assert len(ids) > 10
    with speaking(language):
        for who in (asker(ADMINISTRATOR, is_staff=True), asker()):
            found = entries(COMMANDS, who)
            assert len(found) > 100
            for others in (False, True):
                here = [one for one in found if one.is_mine is not others]
                hits = search("ticket", found, Index())
                lists: list[tuple[dict[str, Any], Sequence[Entry]]] = [({}, here), ({"query": "ticket"}, hits)]
                lists += [
                    ({"topic": topic}, [one for one in here if one.topic == topic])
                    for topic in {one.topic for one in here}
                ]
                for chosen, listed in lists:
                    text = texts_of(pages_of(found, who, hits, others=others, **chosen))
                    wanted = [as_read(one, ids) for one in listed if one.is_mine is not others]
                    assert [one for one in wanted if one not in text] == []
                    assert not others or not LINK.search(text)
            for one in found:
                reply = detailed(one, who, Shown(topic=one.topic))
                fits(reply)
                # Nothing is in so many parts that there are gaps between them.
                assert reply.embed is not None
                assert all(field.name.strip("\u200b") for field in reply.embed.fields)


@pytest.mark.parametrize("language", [one for one in languages() if one in COMPLETE])
def test_most_commands_have_two_names_in_other_languages(language: str, ids: dict[str, int]) -> None:
    who = asker(ADMINISTRATOR, is_staff=True)
    # All of them, whatever a bot that ran before in this process knows of who may use which.
    everything = [replace(one, note=one.note or "") for one in entries(COMMANDS, who)]
    with speaking(language):
        text = texts_of(pages_of(everything, who))
    assert len(LINK.findall(text)) > 100
    assert len(re.findall(r"^\*\*/[^*\n]+\*\* </[^<>:\n]+:[0-9]+>$", text, re.MULTILINE)) > 100


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
    assert str(reply.embed.description).count(LONGEST) == 26


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
