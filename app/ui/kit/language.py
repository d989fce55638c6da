"""Whose language an answer is in: the person's if only they see it, else the server's."""

import discord


def language_of_answer(interaction: discord.Interaction, *, private: bool = True, update: bool = False) -> str | None:
    """Return the language of a new message, or with `update` of the message whose button was pressed."""
    if update:
        private = interaction.message is not None and interaction.message.flags.ephemeral
    return interaction.locale if private else interaction.guild_locale or interaction.locale


def language_of_server(client: discord.Client, guild_id: int) -> str | None:
    """Return the language of what is sent on its own, not as an answer; None if the bot does not know the server."""
    guild = client.get_guild(guild_id)
    return str(guild.preferred_locale) if guild is not None else None


def languages_of(interaction: discord.Interaction) -> list[str]:
    """Return in which languages somebody may have written: their own, and the server's."""
    return [str(one) for one in (interaction.locale, interaction.guild_locale) if one]
