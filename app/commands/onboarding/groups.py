"""The groups of commands about onboarding. Each file here adds some; `setup` puts them together."""

import discord

onboarding = discord.SlashCommandGroup("onboarding", "Questions, rules and roles for those who join")
questions = onboarding.create_subgroup("questions", "Set up what new members are asked")
panels = onboarding.create_subgroup("panel", "Set up the messages that members begin from")
