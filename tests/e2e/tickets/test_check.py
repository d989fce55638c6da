"""What `/tickets check` finds wrong, and that it finds nothing where all is right."""

from dataclasses import replace
from typing import Any

from app.bot import Bot
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Panel, Place, Route, TicketType, to_json
from app.ui.tickets.check import findings
from standin import Person, permissions
from standin.model import ChannelType
from tests.fixtures.tickets.office import Office
from tests.fixtures.town import Town


async def test_what_is_wrong_is_named_with_what_mends_it(
    bot: Bot, office: Office, town: Town, manager: Person, alice: Person
) -> None:
    world, everybody = town.world, town.guild.roles[town.guild.id]
    assert "no ticket type" in (await manager.slash("tickets check")).text
    assert "manage this server" in (await alice.slash("tickets check")).text
    await office.configure(team_role_ids=[town.staff.id])
    await office.set("tickets.log_channel", town.log.id)
    assert "Everybody can read the transcripts" in (await manager.slash("tickets check")).text
    world.set_overwrite(town.log, everybody, deny=permissions.VIEW_CHANNEL)
    world.set_overwrite(town.log, world.bot, allow=permissions.VIEW_CHANNEL)

    async def said() -> str:
        return (await manager.slash("tickets check")).text

    assert await said() == "✅ Everything about tickets is set up right."
    world.set_overwrite(town.log, world.bot, allow=permissions.VIEW_CHANNEL, deny=permissions.ATTACH_FILES)
    assert "**Attach Files**" in await said()
    world.delete_channel(town.log)
    world.delete_role(town.staff)
    await office.configure("002", name="Threads", place="thread", parent_id=town.general.id, team_role_ids=[])
    world.set_overwrite(town.general, world.bot, deny=permissions.PIN_MESSAGES | permissions.MANAGE_THREADS)
    text = await said()
    assert "channel for transcripts is gone" in text
    assert "a role of its team is gone" in text
    assert "**Threads**: I lack **Manage Threads**, **Pin Messages**" in text
    # In threads, who may not write beside them can embed and attach, unless just that is taken away.
    quiet = permissions.SEND_MESSAGES
    world.set_overwrite(town.general, everybody, deny=quiet | permissions.EMBED_LINKS)
    world.set_overwrite(town.general, world.bot, deny=quiet)
    assert "**Threads**: I lack **Embed Links**. Grant" in await said()
    world.set_overwrite(town.general, world.bot, deny=quiet, allow=permissions.EMBED_LINKS)
    assert "**Threads**" not in await said()


async def test_each_mistake_is_found_and_nothing_else(bot: Bot, town: Town, manager: Person) -> None:
    world, everybody = town.world, town.guild.roles[town.guild.id]
    category = world.create_channel(town.guild, "tickets", ChannelType.CATEGORY)
    full = world.create_channel(town.guild, "full", ChannelType.CATEGORY)
    adult = world.create_channel(town.guild, "adult", nsfw=True)
    hidden = world.create_channel(town.guild, "hidden")
    world.set_overwrite(hidden, everybody, deny=permissions.VIEW_CHANNEL)
    world.set_overwrite(hidden, world.bot, allow=permissions.VIEW_CHANNEL)
    readable = world.create_channel(town.guild, "readable")
    mute = world.create_channel(town.guild, "mute")
    world.set_overwrite(mute, everybody, deny=permissions.VIEW_CHANNEL)
    for number in range(50):
        world.create_channel(town.guild, f"ticket-{number}", parent=full)
    # The bot has heard of all of that before it hears of this.
    await manager.slash("tickets check")
    guild, gone, staff = bot.get_guild(town.guild.id), 2**50, town.staff.id
    assert guild is not None
    help_, panel = TicketType("001", "Help"), Panel("001", town.general.id, 1, "Support", "", ("001",))

    def found(
        one: TicketType | None = help_,
        *,
        log_channel: int | None = hidden.id,
        panel: Panel = panel,
        outside_hours: str | None = None,
        reads_content: bool = True,
        sees_members: bool = True,
    ) -> list[str]:
        values = {"tickets.log_channel": log_channel, "ticket_panels.001": to_json(panel)}
        values["tickets.outside_hours"] = outside_hours
        values |= {"ticket_types.001": to_json(one)} if one is not None else {}
        policy = TicketPolicy.of(SettingsSnapshot(town.guild.id, {k: v for k, v in values.items() if v is not None}))
        return list(findings(guild, policy, reads_content=reads_content, sees_members=sees_members))

    assert found() == []
    in_thread = replace(help_, place=Place.THREAD, parent_id=hidden.id)
    assert found(replace(help_, team_role_ids=(staff,), parent_id=category.id)) == []
    table: list[tuple[str, dict[str, Any]]] = [
        ("a role of its team is gone", {"one": replace(help_, team_role_ids=(gone,))}),
        ("2 roles of its team are gone", {"one": replace(help_, team_role_ids=(gone, gone + 1, staff))}),
        ("its place is gone", {"one": replace(help_, parent_id=gone)}),
        ("private threads need a text channel", {"one": replace(in_thread, parent_id=category.id)}),
        ("private threads need a text channel", {"one": replace(in_thread, parent_id=None)}),
        ("its channels need a category", {"one": replace(help_, parent_id=hidden.id)}),
        ("full has 50 channels", {"one": replace(help_, parent_id=full.id)}),
        ("I lack **View Channel**", {"one": replace(in_thread, parent_id=mute.id)}),
        (f"<@&{staff}> does not see <#{hidden.id}>", {"one": replace(in_thread, team_role_ids=(staff,))}),
        (
            f"I cannot mention <@&{town.above.id}>",
            {"one": replace(in_thread, parent_id=town.general.id, team_role_ids=(town.above.id,))},
        ),
        ("No channel for transcripts is set", {"log_channel": None}),
        ("The channel for transcripts is gone", {"log_channel": gone}),
        ("I cannot post transcripts in", {"log_channel": mute.id}),
        ("**Everybody can read the transcripts**", {"log_channel": readable.id}),
        ("The channel of the panel **Support** is gone", {"panel": replace(panel, channel_id=gone)}),
        (f"in the age-restricted <#{adult.id}>", {"panel": replace(panel, channel_id=adult.id)}),
        ("**Support** offers no type", {"panel": replace(panel, type_keys=("002",))}),
        ("none is ever refused", {"outside_hours": "refuse"}),
        ("nobody is warned before", {"one": replace(help_, close_after=86400)}),
        ("the route for “Money” is never taken", {"one": replace(help_, routes=(Route("About", "Money"),))}),
        ("message content intent", {"reads_content": False}),
        ("server members intent", {"sees_members": False}),
    ]
    for words, wrong in table:
        (only,) = found(**wrong)
        assert words in only, words
    assert ["no ticket type" in found(None)[0], "offers no type" in found(None)[1]] == [True, True]
    assert len(found(None)) == 2

    for number in range(481 - len(town.guild.channels)):
        world.create_channel(town.guild, f"room-{number}")
    await manager.slash("tickets check")
    (only,) = found()
    assert "has 481 of 500 channels" in only
