"""What channels and roles have in common is kept once, and each keeps what it has of its own."""

import discord

from app.bot import Bot
from tests.fixtures.town import Town


async def test_equal_values_are_one_object(bot: Bot, town: Town) -> None:
    guild = bot.get_guild(town.guild.id)
    assert guild is not None
    for held in (guild.text_channels, guild.roles):
        flags = {one.flags.value: one.flags for one in held}
        assert all(one.flags is flags[one.flags.value] for one in held)
    plain = {id(role.colours) for role in guild.roles if role.colours.primary.value == 0}
    assert len(plain) == 1
    # Of two kinds, although their numbers are the same.
    assert isinstance(guild.default_role.flags, discord.RoleFlags)
    assert isinstance(guild.text_channels[0].flags, discord.ChannelFlags)


async def test_what_differs_stays(bot: Bot, town: Town) -> None:
    guild = bot.get_guild(town.guild.id)
    assert guild is not None
    for channel in town.guild.channels.values():
        seen = guild.get_channel(channel.id)
        if seen is None:  # not for the bot to see
            continue
        assert {target.id for target in seen.overwrites} == set(channel.overwrites)
        assert seen.category_id == (channel.parent_id or None)
    for role in town.guild.roles.values():
        known = guild.get_role(role.id)
        assert known is not None
        assert (known.permissions.value, known.colours.primary.value) == (role.permissions, role.color)
