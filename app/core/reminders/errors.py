"""What a member is told who asks for what a reminder cannot do."""

from app.core.errors import Conflict, NotAllowed, NotFound


class ReminderNotFound(NotFound):
    """It is not there, or it is nobody's business who asks."""

    def __init__(self) -> None:
        super().__init__("You have no such reminder in this server.")


class ForSomebodyElse(NotAllowed):
    """It was delivered before their eyes, and is meant for others."""

    def __init__(self, *, whom: str) -> None:
        super().__init__("This one is for {whom}.", whom=whom)


class OwnerOnly(NotAllowed):
    """It was delivered before their eyes, and is not theirs to change."""

    def __init__(self, *, owner: str) -> None:
        super().__init__("This one belongs to {owner}. Only they and staff can change it.", owner=owner)


class ReminderDeleted(NotFound):
    """It was theirs to answer, and somebody deleted it."""

    def __init__(self) -> None:
        super().__init__("That reminder was deleted. Whoever deleted it can press **Undo** for one day.")


class RemindersOff(NotAllowed):
    """The server does not want reminders."""

    def __init__(self) -> None:
        super().__init__("Reminders are switched off in this server.")


class ItIsOver(Conflict):
    """Nothing is left of it that could be changed."""

    def __init__(self) -> None:
        super().__init__(
            "That reminder is over. Its owner can give it a new time with `/reminder edit`, "
            "or you make a new one with `/reminder create`."
        )


class StaffOnly(NotAllowed):
    """It concerns everybody's reminders."""

    def __init__(self) -> None:
        super().__init__("Only staff can see and change everybody's reminders.")
