"""The group of commands about personal data. Each file here adds some; `setup` puts them together."""

import discord

# In direct messages as well: whoever has left a server still has their rights.
privacy = discord.SlashCommandGroup(
    "privacy",
    "See, get and delete what I store about you",
    contexts={discord.InteractionContextType.guild, discord.InteractionContextType.bot_dm},
)
