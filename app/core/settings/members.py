"""What members choose for themselves, in every server: its place among the settings, and its keys."""

NO_GUILD = 0
"""In the place of a server, for what a member chose for themselves."""
SCOPE = "member"
"""The rows of bot_settings that are members' own. No setting of a server has this scope."""


def zone_key(user_id: int) -> str:
    """Return the key of a member's time zone."""
    return f"timezone:{user_id}"


def privacy_key(user_id: int) -> str:
    """Return the key of a member's wish that nothing of what they search for is kept."""
    return f"faq_private:{user_id}"


def quiet_key(user_id: int) -> str:
    """Return the key of a member's wish that no answers are suggested to them."""
    return f"faq_quiet:{user_id}"
