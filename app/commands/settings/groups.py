"""The group of commands about settings. Each file here adds some; `setup` puts them together."""

import discord

settings = discord.SlashCommandGroup(
    "settings",
    "See and change the settings of this server",
    default_member_permissions=discord.Permissions(manage_guild=True),
)
