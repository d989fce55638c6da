"""What people are told when there are no statistics for them."""

from app.core.errors import NotAllowed, Unavailable


class StatisticsNotAllowed(NotAllowed):
    """Only staff see what is used, and how often."""

    def __init__(self) -> None:
        super().__init__("Only staff of this server can see its statistics. `/stats mine` shows what you use.")


class ManagersOnly(NotAllowed):
    """They may not choose where statistics are shown."""

    def __init__(self) -> None:
        super().__init__("Only people who may manage this server can pin its statistics.")


class StillAddingUp(Unavailable):
    """There are more interactions from before than can be counted while somebody waits."""

    def __init__(self) -> None:
        super().__init__(
            "The statistics of the time before are still being added up. Please try again in a few minutes."
        )
