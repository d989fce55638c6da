"""The group of commands about the FAQ. Each file here adds some; `setup` puts them together."""

import discord

faq = discord.SlashCommandGroup("faq", "Find answers, and write them")
