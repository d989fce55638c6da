"""The colour of the bot's messages, and the colours that mean something."""

import discord

from app.core.settings import registry
from app.core.settings.registry import SettingsSnapshot


def colour_of(snapshot: SettingsSnapshot) -> discord.Colour:
    """Return the colour that the server chose for the bot's messages."""
    return discord.Colour(int(registry.COLOUR.choices[snapshot[registry.COLOUR]], 16))
