"""What people are told when something about the FAQ cannot be done."""

from app.core.errors import NotFound


class EntryNotFound(NotFound):
    """It is not there, was removed, or belongs to another server."""

    def __init__(self) -> None:
        super().__init__("There is no such entry in the FAQ of this server. Choose one of those that are suggested.")
