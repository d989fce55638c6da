"""The group of commands about rules. Each file here adds some; `setup` puts them together."""

import discord

rules = discord.SlashCommandGroup("rules", "Read, accept and set up the rules of this server")
