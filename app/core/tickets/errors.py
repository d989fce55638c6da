"""What people are told when something about a ticket cannot be done."""

from app.core.errors import Conflict, LimitReached, NotAllowed, NotFound


class TicketNotFound(NotFound):
    """It is not there, or it is nobody's business who asks."""

    def __init__(self) -> None:
        super().__init__("There is no such ticket in this server, or it is not yours to see.")


class NoTicketHere(NotFound):
    """The command was used elsewhere than in a ticket."""

    def __init__(self) -> None:
        super().__init__("This channel is no ticket. Use the command in the ticket's channel, or give its number.")


class TypeNotFound(NotFound):
    """The type was deleted, switched off, or never there."""

    def __init__(self) -> None:
        super().__init__("This kind of ticket is no longer offered. Choose another one with `/ticket open`.")


class TicketIsClosed(Conflict):
    """It is over, or about to be."""

    def __init__(self) -> None:
        super().__init__("This ticket is closed already.")


class TicketIsOpen(Conflict):
    """It is not over yet."""

    def __init__(self) -> None:
        super().__init__("This ticket is not closed.")


class StaffOfTicketOnly(NotAllowed):
    """They see the ticket, and are not of its staff."""

    def __init__(self) -> None:
        super().__init__("Only the staff of this ticket can do that.")


class AlreadyClaimed(Conflict):
    """Somebody was first."""

    def __init__(self, *, by: int) -> None:
        super().__init__("<@{person}> has claimed this ticket already.", person=by)


class AlreadyOpen(Conflict):
    """They have an open one of this type."""

    def __init__(self, *, channel_id: int | None, number: int, of: int | None = None) -> None:
        if of is not None:
            # Whoever asks may not be of its staff: where it is, is none of their business.
            super().__init__("<@{person}> has an open ticket of this kind already.", person=of)
        elif channel_id is None:
            super().__init__("Your ticket #{number} of this kind is just being opened.", number=number)
        else:
            super().__init__("You have an open ticket of this kind already: <#{channel}>.", channel=channel_id)


class MemberJoins(Conflict):
    """Two tickets are of different members, and one of them would read what the other one wrote."""

    def __init__(self, user_id: int, merged_id: int, merged: int, kept_id: int, kept: int) -> None:
        super().__init__(
            "<@{person}> of ticket #{merged} would be able to read all that was said in ticket #{kept}, which is "
            "somebody else's.",
            person=user_id,
            merged=merged,
            kept=kept,
        )
        self.merged_id, self.kept_id = merged_id, kept_id


class ChangedMeanwhile(Conflict):
    """Somebody else was first."""

    def __init__(self) -> None:
        super().__init__("Somebody else has just changed this ticket. Look at it again, please.")


class TooManyOpen(LimitReached):
    """A limit on open tickets."""


class IsBlocked(NotAllowed):
    """They may open no tickets."""

    def __init__(self) -> None:
        super().__init__("You cannot open tickets in this server. If you think that is wrong, ask its staff.")


class ManagersOnly(NotAllowed):
    """They may not set up tickets."""

    def __init__(self) -> None:
        super().__init__("Only people who may manage this server can set up its tickets.")


class NoSuchType(NotFound):
    """There is no such type, or no more."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such ticket type in this server. Choose one from the list that appears as you type."
        )


class NoSuchPanel(NotFound):
    """There is no such panel, or no more."""

    def __init__(self) -> None:
        super().__init__("There is no such panel in this server. `/tickets panel list` shows those that there are.")
