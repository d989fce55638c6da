"""The message that a reminder is about, by its link."""

import discord

from app.core.errors import InvalidInput
from app.core.settings.kinds import MAX_ID
from app.ui.kit.context import present
from app.ui.kit.links import MESSAGE_LINK


class NoSuchMessage(InvalidInput):
    """The link leads to no message of this server that the person can see; why not is not said."""

    def __init__(self) -> None:
        super().__init__(
            "`message` takes the link to a message of this server: choose **Copy Message Link** in its menu."
        )


def origin_of(interaction: discord.Interaction, link: str) -> tuple[int, int]:
    """Read the link to a message of this server; return its channel and itself. Raises InvalidInput."""
    found = MESSAGE_LINK.fullmatch(link.strip())
    if found is None or max(int(found["channel"]), int(found["message"])) > MAX_ID:
        raise NoSuchMessage
    if int(found["guild"]) != interaction.guild_id:
        raise InvalidInput("That message is in another server. Use the link to a message of this one.")
    return int(found["channel"]), int(found["message"])


async def check_origin(client: discord.Client, interaction: discord.Interaction, link: str) -> None:
    """Ask Discord whether a link leads to a message of this server, in a channel that the person sees.

    Where the bot cannot read the message itself, it is enough that the person sees the channel: only the link is ever
    shown. Raises InvalidInput.
    """
    channel_id, message_id = origin_of(interaction, link)
    if channel_id != interaction.channel_id and not await _is_seen(client, interaction, channel_id):
        raise NoSuchMessage
    try:
        await client.get_partial_messageable(channel_id).fetch_message(message_id)
    except discord.NotFound as error:
        raise NoSuchMessage from error
    except discord.HTTPException:
        return


async def _is_seen(client: discord.Client, interaction: discord.Interaction, channel_id: int) -> bool:
    guild = present(interaction.guild)
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        # Discord tells the bot of active threads only; this may be an archived one.
        try:
            fetched = await client.fetch_channel(channel_id)
        except (discord.NotFound, discord.Forbidden):
            return False
        if not isinstance(fetched, discord.Thread) or fetched.guild.id != guild.id:
            return False
        channel = fetched
    if isinstance(channel, discord.Thread) and channel.is_private():
        # Who is in it is not known here; being in it is proof.
        return False
    parent = guild.get_channel(channel.parent_id) if isinstance(channel, discord.Thread) else channel
    assert isinstance(interaction.user, discord.Member)
    return parent is not None and parent.permissions_for(interaction.user).view_channel
