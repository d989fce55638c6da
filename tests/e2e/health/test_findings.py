"""Each kind of finding of a check, beside what Discord answers to what would otherwise be tried."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
import pytest
import pytest_asyncio

from app.bot import Bot
from app.core import checks
from app.core.checks import Finding, Place, Refusal, Severity, Step
from app.core.messages import msg
from app.effects.looking import look
from app.ui.kit.judging import Server, judge, judge_bot
from standin import Person, StandIn, permissions
from standin.model import SPOILER_CHANNEL, ChannelType
from tests.fixtures.town import Town

LABEL = msg("Log channel")
SETTING = (Step.CHOOSE, Step.CLEAR)
Act = Callable[[], Awaitable[Any]]


@dataclass
class Clinic:
    """A bot that looks at a server, and tries what it says would fail."""

    bot: Bot
    town: Town
    stand_in: StandIn
    manager: Person

    @property
    def guild(self) -> discord.Guild:
        found = self.bot.get_guild(self.town.guild.id)
        assert found is not None
        return found

    def takes_everywhere(self, lost: int) -> None:
        """Take permissions from the bot's role, and from everybody's."""
        (role_id,) = self.town.guild.members[self.town.world.bot.id].role_ids
        for role in (self.town.guild.roles[role_id], self.town.guild.everyone):
            self.town.world.edit_role(role, permissions=role.permissions & ~lost)

    async def finds(self, use: checks.Use, one_id: int, **more: Any) -> list[Finding]:
        """Return what is wrong with one place, once the bot has heard of everything that was done to it."""
        await self.manager.slash("health now")
        place = Place("general.log_channel", LABEL, one_id, use, steps=SETTING, **more)
        return judge(await look(self.guild, [place]), [place])

    async def finds_one(self, use: checks.Use, one_id: int, **more: Any) -> Finding:
        (found,) = await self.finds(use, one_id, **more)
        assert found.place is not None
        assert found.place.id == one_id
        return found

    async def refuses(self, finding: Finding, act: Act) -> None:
        """Try it, and see that Discord answers what the finding says."""
        assert finding.refusal is not None
        with pytest.raises(discord.HTTPException) as refused:
            await act()
        assert refused.value.code == finding.refusal.value
        # What names fields is told apart by these, and has one text for all.
        if finding.refusal is not Refusal.FULL_CATEGORY:
            assert refused.value.text.rstrip(".") == finding.refusal.text

    def post(self, channel_id: int) -> Act:
        return lambda: self.bot.http.request(
            discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id), json={"content": "x"}
        )

    def give(self, role_id: int) -> Act:
        return lambda: self.bot.http.add_role(self.town.guild.id, self.town.alice.id, role_id)


@pytest_asyncio.fixture(loop_scope="session")
async def clinic(bot: Bot, town: Town, stand_in: StandIn, manager: Person) -> Clinic:
    return Clinic(bot, town, stand_in, manager)


async def test_what_is_right_is_not_found_and_costs_no_request(clinic: Clinic) -> None:
    town = clinic.town
    before = len(clinic.stand_in.calls("GET /guilds/{guild_id}/channels"))
    assert await clinic.finds(checks.ANNOUNCING, town.general.id) == []
    assert await clinic.finds(checks.GIVEN, town.staff.id) == []
    assert len(clinic.stand_in.calls("GET /guilds/{guild_id}/channels")) == before == 0
    assert clinic.stand_in.calls("GET /guilds/{guild_id}/roles") == []


async def test_a_channel_and_a_role_that_are_gone(clinic: Clinic) -> None:
    town = clinic.town
    town.world.delete_channel(town.general)
    town.world.delete_role(town.billing)
    channel = await clinic.finds_one(checks.ANNOUNCING, town.general.id)
    assert (channel.severity, channel.refusal, channel.steps) == (Severity.BROKEN, Refusal.NO_CHANNEL, SETTING)
    assert str(channel) == (
        "Log channel: its channel is gone. Choose another channel, or clear the setting. (10003: Unknown Channel)"
    )
    await clinic.refuses(channel, clinic.post(town.general.id))
    role = await clinic.finds_one(checks.GIVEN, town.billing.id)
    assert (role.severity, role.refusal, role.steps) == (Severity.BROKEN, Refusal.NO_ROLE, SETTING)
    await clinic.refuses(role, clinic.give(town.billing.id))
    again = msg("Post it again with `/tickets panel post`.")
    assert (await clinic.finds_one(checks.PANEL, town.general.id, again=again)).fix == again


async def test_what_a_cache_misses_is_asked_of_discord_and_not_taken_for_gone(clinic: Clinic) -> None:
    town, guild = clinic.town, clinic.guild
    missed = guild.get_channel(town.general.id)
    assert missed is not None
    await clinic.finds(checks.ANNOUNCING, town.general.id)
    guild._remove_channel(missed)
    guild._remove_role(town.staff.id)
    assert guild.get_channel(town.general.id) is None
    places = [Place("", LABEL, town.general.id, checks.ANNOUNCING), Place("", LABEL, town.staff.id, checks.GIVEN)]
    # Of the cache alone nothing can be said.
    unsure = judge(Server.of(guild), places)
    assert [(one.severity, one.refusal, one.steps) for one in unsure] == [(Severity.NOTE, None, ())] * 2
    assert "could not find out whether it is still there" in str(unsure[0])
    assert judge(await look(guild, places), places) == []
    assert len(clinic.stand_in.calls("GET /guilds/{guild_id}/channels")) == 1
    assert len(clinic.stand_in.calls("GET /guilds/{guild_id}/roles")) == 1
    # Discord does not answer: still nothing is said to be gone.
    clinic.stand_in.faults.fail("GET /guilds/{guild_id}/channels", 403, code=50001)
    assert [one.severity for one in judge(await look(guild, places), places)] == [Severity.NOTE] * 2


async def test_channels_that_the_bot_cannot_see_or_write_in(clinic: Clinic) -> None:
    town = clinic.town
    town.world.set_overwrite(town.log, town.world.bot, deny=permissions.VIEW_CHANNEL)
    unseen = await clinic.finds_one(checks.ANNOUNCING, town.log.id)
    assert (unseen.refusal, unseen.missing[0]) == (Refusal.NO_ACCESS, "view_channel")
    assert unseen.steps == (Step.VISIT, *SETTING)
    await clinic.refuses(unseen, clinic.post(town.log.id))
    town.world.set_overwrite(town.log, town.world.bot, deny=permissions.SEND_MESSAGES)
    mute = await clinic.finds_one(checks.ANNOUNCING, town.log.id)
    assert (mute.refusal, set(mute.missing)) == (Refusal.NO_PERMISSION, {"send_messages", "embed_links"})
    await clinic.refuses(mute, clinic.post(town.log.id))
    town.world.set_overwrite(town.log, town.world.bot, deny=permissions.EMBED_LINKS)
    bare = await clinic.finds_one(checks.ANNOUNCING, town.log.id)
    # Discord says nothing: the message comes without its embed.
    assert (bare.refusal, bare.missing, bare.severity) == (None, ("embed_links",), Severity.BROKEN)
    await clinic.post(town.log.id)()


async def test_a_right_that_the_role_lacks_everywhere_is_granted_by_an_invitation(clinic: Clinic) -> None:
    town = clinic.town
    clinic.takes_everywhere(permissions.SEND_MESSAGES)
    found = await clinic.finds_one(checks.ANNOUNCING, town.general.id)
    assert found.steps[0] is Step.INVITE
    await clinic.refuses(found, clinic.post(town.general.id))


async def test_the_right_to_pin(clinic: Clinic) -> None:
    town = clinic.town
    message = await clinic.post(town.general.id)()
    town.world.set_overwrite(town.general, town.world.bot, deny=permissions.PIN_MESSAGES)
    found = await clinic.finds_one(checks.TICKET_THREADS, town.general.id)
    assert found.missing == ("pin_messages",)
    await clinic.refuses(found, lambda: clinic.bot.http.pin_message(town.general.id, int(message["id"])))


async def test_channels_of_another_kind(clinic: Clinic) -> None:
    town, world = clinic.town, clinic.town.world
    category = world.create_channel(town.guild, "rooms", ChannelType.CATEGORY)
    forum = world.create_channel(town.guild, "help", ChannelType.FORUM)
    news = world.create_channel(town.guild, "news", ChannelType.ANNOUNCEMENT)
    found = await clinic.finds_one(checks.ANNOUNCING, category.id)
    assert "is not a text channel" in str(found)
    await clinic.refuses(found, clinic.post(category.id))
    found = await clinic.finds_one(checks.ANNOUNCING, forum.id)
    await clinic.refuses(found, clinic.post(forum.id))
    assert await clinic.finds(checks.ANSWERING, forum.id) == []
    assert await clinic.finds(checks.ANNOUNCING, news.id) == []
    found = await clinic.finds_one(checks.TICKET_THREADS, news.id)
    private = {"name": "x", "type": 12}
    route = discord.http.Route("POST", "/channels/{channel_id}/threads", channel_id=news.id)
    await clinic.refuses(found, lambda: clinic.bot.http.request(route, json=private))
    assert "is not a category" in str(await clinic.finds_one(checks.TICKET_CATEGORY, town.general.id))
    assert await clinic.finds(checks.TICKET_CATEGORY, category.id) == []


async def test_a_category_that_is_full(clinic: Clinic) -> None:
    town, world = clinic.town, clinic.town.world
    category = world.create_channel(town.guild, "rooms", ChannelType.CATEGORY)
    for number in range(50):
        world.create_channel(town.guild, f"room-{number}", parent=category)
    found = await clinic.finds_one(checks.TICKET_CATEGORY, category.id)
    assert found.severity is Severity.WARNING
    making = {"name": "x", "parent_id": str(category.id)}
    await clinic.refuses(found, lambda: clinic.bot.http.create_channel(town.guild.id, 0, **making))


@pytest.mark.parametrize(
    ("fields", "words"), [({"nsfw": True}, "is age-restricted"), ({"flags": SPOILER_CHANNEL}, "hidden as a spoiler")]
)
async def test_channels_that_stand_in_the_way_of_members(clinic: Clinic, fields: dict[str, Any], words: str) -> None:
    clinic.town.world.edit_channel(clinic.town.general, **fields)
    panel = await clinic.finds_one(checks.PANEL, clinic.town.general.id)
    assert words in str(panel)
    assert (panel.severity, panel.refusal, panel.steps) == (Severity.WARNING, None, (Step.VISIT, *SETTING))
    assert (await clinic.finds_one(checks.ANNOUNCING, clinic.town.general.id)).severity is Severity.NOTE


async def test_who_sees_a_channel(clinic: Clinic) -> None:
    town, world = clinic.town, clinic.town.world
    everybody = await clinic.finds_one(checks.STAFF_LOG, town.general.id)
    assert "**everybody can read it**" in str(everybody)
    assert "Let only staff see that channel." in str(everybody)
    world.set_overwrite(town.closed, world.bot, allow=permissions.VIEW_CHANNEL)
    assert await clinic.finds(checks.STAFF_LOG, town.closed.id) == []
    hidden = await clinic.finds_one(checks.PANEL, town.closed.id)
    assert "new members do not see" in str(hidden)
    world.set_overwrite(town.closed, town.staff, allow=permissions.VIEW_CHANNEL)
    assert await clinic.finds(checks.PANEL, town.closed.id, reader_role_id=town.staff.id) == []
    # What a community has to show everybody cannot be hidden from them.
    world.edit_guild(town.guild, features=["COMMUNITY"], rules_channel_id=town.general.id)
    assert "Choose another channel: the Community settings" in str(
        await clinic.finds_one(checks.STAFF_LOG, town.general.id)
    )


async def test_roles_that_cannot_be_given(clinic: Clinic) -> None:
    town = clinic.town
    managed = town.world.create_role(town.guild, "Boosters", managed=True, position=1)
    for role, words in (
        (town.above, "it is not below my own highest role"),
        (managed, "and only Discord gives it"),
        (town.guild.everyone, "everybody has"),
    ):
        found = await clinic.finds_one(checks.GIVEN, role.id)
        assert words in str(found)
        assert (found.severity, found.steps) == (Severity.BROKEN, SETTING)
        await clinic.refuses(found, clinic.give(role.id))
    # A team is not given, and may be anybody's but everybody's.
    assert await clinic.finds(checks.TEAM, town.above.id) == []
    assert "I cannot mention" in str(await clinic.finds_one(checks.PINGED_TEAM, town.above.id))
    assert await clinic.finds(checks.PINGED_TEAM, town.staff.id) == []


async def test_what_is_switched_off_is_only_noted(clinic: Clinic) -> None:
    town = clinic.town
    town.world.delete_channel(town.log)
    found = await clinic.finds_one(checks.STAFF_LOG, town.log.id, is_used=False)
    assert (found.severity, found.refusal) == (Severity.NOTE, Refusal.NO_CHANNEL)


async def test_the_bot_itself_is_timed_out(clinic: Clinic) -> None:
    town, clock = clinic.town, clinic.bot.clock
    own = town.guild.members[town.world.bot.id]
    assert list(judge_bot(Server.of(clinic.guild), clock())) == []
    town.world.edit_member(own, timed_out_until=town.world.now() + timedelta(hours=1))
    await clinic.manager.slash("health now")
    (found,) = judge_bot(Server.of(clinic.guild), clock())
    assert found.severity is Severity.BROKEN
    assert "I am timed out until <t:" in str(found)
    await clinic.refuses(found, clinic.post(town.general.id))
    assert list(judge_bot(Server.of(clinic.guild), clock() + timedelta(hours=2))) == []


async def test_the_bot_lacks_what_it_always_needs(clinic: Clinic) -> None:
    clinic.takes_everywhere(permissions.EMBED_LINKS | permissions.ATTACH_FILES)
    await clinic.manager.slash("health now")
    (found,) = judge_bot(Server.of(clinic.guild), clinic.bot.clock())
    assert (found.missing, found.steps) == (("embed_links", "attach_files"), (Step.INVITE,))
