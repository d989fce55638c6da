"""What `/tickets check` finds wrong, and that it finds nothing where all is right."""

from dataclasses import replace
from typing import Any

from app.bot import Bot
from app.core.checks import Finding, Severity
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.types import Panel, Place, Route, TicketType, to_json
from app.ui.kit.judging import Server
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
    assert "everybody can read it" in (await manager.slash("tickets check")).text
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
    assert "Transcript channel: its channel is gone." in text
    assert "(10003: Unknown Channel)" in text
    assert "Ticket type **Help**: its role is gone." in text
    assert "(10011: Unknown Role)" in text
    lacking = (
        "Grant my role these permissions there: **Manage Threads**, **Pin Messages**. (50013: Missing Permissions)"
    )
    assert f"**Threads**: I cannot do everything in {town.general.mention} that I need. {lacking}" in text
    # In threads, who may not write beside them can embed and attach, unless just that is taken away.
    quiet = permissions.SEND_MESSAGES
    world.set_overwrite(town.general, everybody, deny=quiet | permissions.EMBED_LINKS)
    world.set_overwrite(town.general, world.bot, deny=quiet)
    assert f"**Threads**: I cannot do everything in {town.general.mention} that I need. Grant" in await said()
    assert "there: **Embed Links**." in await said()
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
    ) -> list[Finding]:
        values = {"tickets.log_channel": log_channel, "ticket_panels.001": to_json(panel)}
        values["tickets.outside_hours"] = outside_hours
        values |= {"ticket_types.001": to_json(one)} if one is not None else {}
        chosen = {key: value for key, value in values.items() if value is not None}
        # The second time what the cache has not is known to be gone.
        asked = Server(guild, guild.me, gone=frozenset({gone, gone + 1}))
        snapshot = SettingsSnapshot(town.guild.id, chosen)
        return list(findings(asked, snapshot, reads_content=reads_content, sees_members=sees_members))

    assert found() == []
    in_thread = replace(help_, place=Place.THREAD, parent_id=hidden.id)
    assert found(replace(help_, team_role_ids=(staff,), parent_id=category.id)) == []
    table: list[tuple[str, dict[str, Any]]] = [
        ("its role is gone", {"one": replace(help_, team_role_ids=(gone,))}),
        ("its channel is gone", {"one": replace(help_, parent_id=gone)}),
        ("is not a text channel that is not for", {"one": replace(in_thread, parent_id=category.id)}),
        ("private threads need a text channel", {"one": replace(in_thread, parent_id=None)}),
        ("is not a category", {"one": replace(help_, parent_id=hidden.id)}),
        (f"<#{full.id}> has 50 channels", {"one": replace(help_, parent_id=full.id)}),
        (f"I cannot see <#{mute.id}>", {"one": replace(in_thread, parent_id=mute.id)}),
        (f"<@&{staff}> does not see <#{hidden.id}>", {"one": replace(in_thread, team_role_ids=(staff,))}),
        (
            f"I cannot mention <@&{town.above.id}>",
            {"one": replace(in_thread, parent_id=town.general.id, team_role_ids=(town.above.id,))},
        ),
        ("No channel for transcripts is set", {"log_channel": None}),
        ("Transcript channel: its channel is gone", {"log_channel": gone}),
        (f"Transcript channel: I cannot see <#{mute.id}>", {"log_channel": mute.id}),
        (f"Transcript channel: **everybody can read it** in <#{readable.id}>", {"log_channel": readable.id}),
        ("Ticket panel **Support**: its channel is gone", {"panel": replace(panel, channel_id=gone)}),
        (f"**Support**: <#{adult.id}> is age-restricted", {"panel": replace(panel, channel_id=adult.id)}),
        (f"**Support**: new members do not see <#{hidden.id}>", {"panel": replace(panel, channel_id=hidden.id)}),
        ("**Support** offers no type", {"panel": replace(panel, type_keys=("002",))}),
        ("none is ever refused", {"outside_hours": "refuse"}),
        ("nobody is warned before", {"one": replace(help_, close_after=86400)}),
        ("the route for “Money” is never taken", {"one": replace(help_, routes=(Route("About", "Money"),))}),
        ("message content intent", {"reads_content": False}),
        ("server members intent", {"sees_members": False}),
    ]
    for words, wrong in table:
        (only,) = map(str, found(**wrong))
        assert words in only, words
    assert len(found(replace(help_, team_role_ids=(gone, gone + 1, staff)))) == 2
    # What a cache misses is not said to be gone.
    (missed,) = found(replace(help_, parent_id=gone + 2))
    assert (missed.severity, missed.refusal, missed.steps) == (Severity.NOTE, None, ())
    assert "could not find out whether it is still there" in str(missed)
    nothing = [str(one) for one in found(None)]
    assert ["no ticket type" in nothing[0], "offers no type" in nothing[1]] == [True, True]
    assert len(nothing) == 2

    for number in range(481 - len(town.guild.channels)):
        world.create_channel(town.guild, f"room-{number}")
    await manager.slash("tickets check")
    (only,) = map(str, found())
    assert "has 481 of 500 channels" in only
