"""What the buttons and selects about the bot's health say about themselves."""

from app.ui.kit.ids import ButtonId


class LookAgainId(ButtonId, route="health:v1:look_again"):
    """Look once more, in place."""
