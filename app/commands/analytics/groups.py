"""The group of commands about the use of the bot. Each file here adds some; `setup` puts them together."""

import discord

# Offered to everybody: Discord cannot know who is staff by the server's own setting, or who runs the bot.
stats = discord.SlashCommandGroup("stats", "See how much the bot is used, and how well it answers")
