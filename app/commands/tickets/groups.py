"""The two groups of commands about tickets. Each file here adds some; `setup` puts them together."""

import discord

ticket = discord.SlashCommandGroup("ticket", "Get help from the staff, and work on tickets")
tickets = discord.SlashCommandGroup("tickets", "Look after the tickets of this server")
types = tickets.create_subgroup("type", "Set up the kinds of tickets")
panels = tickets.create_subgroup("panel", "Set up the messages that tickets are opened from")
