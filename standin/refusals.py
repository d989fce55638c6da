"""What a person's client says instead of doing what was asked. None of these are the bot's fault but the last two."""


class Refused(Exception):
    """Discord's client did not let the person do it; the message says why."""


class NoSuchCommand(Refused):
    """The command is not in the person's list: not registered, not for this place, or not for them."""


class BadInput(Refused):
    """A value the client would not send: missing, of the wrong kind, out of bounds, not among the choices."""


class NotVisible(Refused):
    """The person cannot see this message or channel."""


class NotPossible(Refused):
    """There is nothing to press, choose or fill in: it does not exist, is disabled, or its message was deleted."""


class DidNotRespond(Refused):
    """`The application did not respond`: no answer within three seconds."""


class StillThinking(Refused):
    """The bot acknowledged in time, but what it promised did not come while the person was patient."""
