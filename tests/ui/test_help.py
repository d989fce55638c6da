"""What /help lists, for whom, and within Discord's limits."""

from functools import partial
from typing import Any

import discord
import pytest

from app.core.actor import Actor
from app.core.settings.snapshot import SettingsSnapshot
from app.ui import help as ui
from app.ui.kit.staff import for_staff, offer_of

MEMBER, MANAGER, ADMINISTRATOR = (
    discord.Permissions(send_messages=True),
    discord.Permissions(send_messages=True, manage_guild=True),
    discord.Permissions(administrator=True),
)


async def handler(self: object, ctx: discord.ApplicationContext) -> None:
    """Stands for what a command does."""


def command(name: str, description: str = "Does something", **options: Any) -> discord.SlashCommand:
    made = discord.SlashCommand(handler, name=name, description=description, **options)
    made.id = 10**18
    return made


def group(name: str, subcommands: int, description: str = "Does things", **options: Any) -> discord.SlashCommandGroup:
    made = discord.SlashCommandGroup(name, description, **options)
    made.id = 10**18
    made.subcommands = [command(f"do_{number}", description, parent=made) for number in range(subcommands)]
    return made


def shown(commands: list[Any], permissions: discord.Permissions = MEMBER, *, is_staff: bool = False) -> dict[str, str]:
    actor, snapshot = Actor(1, 2, is_staff=is_staff), SettingsSnapshot(1, {})
    offer = partial(offer_of, snapshot=snapshot, actor=actor)
    embed = ui.overview(commands, permissions, discord.Colour(0), offer).embed
    assert embed is not None
    assert embed.footer is None
    return {field.name: field.value for field in embed.fields}


def test_every_command_can_be_clicked_and_says_what_it_does() -> None:
    reminder = group("reminder", 2)
    inner = group("inner", 1, parent=reminder)
    reminder.subcommands.append(inner)
    found = shown([reminder, command("help", "See what there is")])
    assert found["/help"] == f"</help:{10**18}> See what there is"
    assert found["/reminder · Does things"].splitlines() == [
        f"</reminder {name}:{10**18}> Does things" for name in ("do_0", "do_1", "inner do_0")
    ]


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
    assert set(shown(commands, permissions)) == names


def test_what_only_staff_may_do_is_shown_to_them_alone() -> None:
    @for_staff
    async def shift(self: object, ctx: discord.ApplicationContext) -> None:
        """Stands for what staff do."""

    reminder = group("reminder", 1)
    reminder.subcommands.append(discord.SlashCommand(shift, name="shift", parent=reminder))
    for is_staff in (False, True):
        (value,) = shown([reminder], is_staff=is_staff).values()
        assert ("shift" in value) is is_staff


def test_menus_of_messages_have_a_line_of_their_own() -> None:
    async def pressed(self: object, ctx: discord.ApplicationContext, message: discord.Message) -> None:
        """Stands for what the menu does."""

    menu = discord.MessageCommand(pressed, name="Remind me")
    assert list(shown([menu]).values()) == ["**Remind me**"]


def test_as_many_commands_as_discord_allows_fit_into_one_message() -> None:
    commands = [group(f"group_{number:02}", 25, "d" * 100) for number in range(30)]
    commands += [command(f"single_{number:02}", "d" * 100) for number in range(30)]
    reply = ui.overview(commands, ADMINISTRATOR, discord.Colour(0), lambda _: "")
    assert reply.embed is not None
    assert len(reply.embed) <= 6000
    assert len(reply.embed.fields) <= 25
    for field in reply.embed.fields:
        assert len(field.name) <= 256
        assert len(field.value) <= 1024
        # No line is cut in the middle of what can be clicked.
        assert field.value.count("</") == field.value.count(f":{10**18}>")
    assert reply.embed.footer is not None
    assert "Type /" in reply.embed.footer.text
