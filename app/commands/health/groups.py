"""The group of commands about the bot's health. Each file here adds some; `setup` puts them together."""

import discord

# Offered to everybody: Discord cannot know who is staff by the server's own setting, or who runs the bot.
health = discord.SlashCommandGroup("health", "See how the bot is doing (for staff)")
alerts = health.create_subgroup("alerts", "Be told when something is wrong (for the people who run the bot)")
