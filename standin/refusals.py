"""Why Discord's client refuses what a person tried. Only the last two are the bot's fault."""


class Refused(Exception):
    """Discord's client did not let the person do it; the message says why."""


class NoSuchCommand(Refused):
    """The command is not in the person's list: not registered, not for this place, or not for them."""


class BadInput(Refused):
    """A value the client would not send: missing, of the wrong kind, out of bounds, not among the choices."""


class NotVisible(Refused):
    """The person cannot see this message or channel."""


class NotPossible(Refused):
    """It cannot be pressed, chosen or filled in: it does not exist, is disabled, or its message was deleted."""


class DidNotRespond(Refused):
    """`The application did not respond`: no answer within three seconds."""


class StillThinking(Refused):
    """The bot acknowledged in time, but its answer did not come within the person's patience."""
