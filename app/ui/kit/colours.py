"""The colour of the bot's messages, and the colours that mean something."""

import discord

from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot

GOOD, WAITING, BAD = discord.Colour(0x57F287), discord.Colour(0xF1C40F), discord.Colour(0xED4245)


def colour_of(snapshot: SettingsSnapshot) -> discord.Colour:
    """Return the colour that the server chose for the bot's messages."""
    return discord.Colour(general.COLOURS[snapshot[general.COLOUR]])
