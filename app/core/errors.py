"""What may go wrong on purpose. Nothing here knows Discord or SQL."""

from typing import LiteralString

from app.core.messages import Message


class BotError(Exception):
    """Raised on purpose; the root of everything the application raises itself."""


class Overtaken(BotError):
    """Somebody else changed the same at the same moment: nothing was changed, and a second try can wait for them."""


class UserError(BotError):
    """An expected refusal. What it says is complete, polite and safe to show to the person who caused it.

    It carries a message and no finished text: it is put into words where it is shown, in the language of the reader.
    """

    def __init__(self, sentence: LiteralString | Message, /, **values: object) -> None:
        self.message = sentence if isinstance(sentence, Message) else Message(sentence, values)
        super().__init__(self.message)


class NotFound(UserError):
    """It does not exist, or this person may not know that it does. Both read the same."""


class NotAllowed(UserError):
    """It is visible to this person, but not theirs to change."""


class Conflict(UserError):
    """It exists already, or its state forbids the change."""


class LimitReached(UserError):
    """A limit of ours: there are as many as there may be, or it is too soon for another one."""


class InvalidInput(UserError):
    """A value that cannot be used; the message says what would work."""


class Unavailable(UserError):
    """Something the bot depends on is away for the moment; trying again later is the right advice."""


class DatabaseUnreachable(BotError):
    """No PostgreSQL answers; the text says which one was tried and why it failed."""


class InternalError(BotError):
    """Our fault. The person sees a reference, the log has the rest."""
