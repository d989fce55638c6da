"""Links to messages, as Discord's **Copy Message Link** writes them."""

import re

MESSAGE_LINK = re.compile(
    r"<?https://(?:(?:ptb|canary)\.)?discord(?:app)?\.com/channels/"
    r"(?P<guild>[0-9]{1,19})/(?P<channel>[0-9]{1,19})/(?P<message>[0-9]{1,19})/?>?"
)


def link_to(guild_id: int | None, channel_id: int | str, message_id: int | str) -> str:
    """Return the link to a message."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"
