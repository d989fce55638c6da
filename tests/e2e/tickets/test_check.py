"""What `/tickets check` finds wrong, and that it finds nothing where all is right."""

from app.bot import Bot
from standin import Person, permissions
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
