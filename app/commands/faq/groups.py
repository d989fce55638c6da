"""The group of commands about the FAQ. Each file here adds some; `setup` puts them together."""

import discord

faq = discord.SlashCommandGroup("faq", "Find answers, and write them")
auto = faq.create_subgroup("auto", "Suggest answers to what is asked in a channel")
