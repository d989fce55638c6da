"""Refusals in Discord's format: a status, a code, a message, and for bodies a tree of problems by field."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with a request body: its path, Discord's code and a message."""

    path: Path
    code: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(str(part) for part in self.path) or 'body'}: {self.message} ({self.code})"

    def under(self, *outer: str | int) -> "Problem":
        """The same problem of a body that stands inside another."""
        return replace(self, path=(*outer, *self.path))


class ApiError(Exception):
    """A request is refused."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> dict[str, Any]:
        return {"message": self.message, "code": self.code}


class InvalidBody(ApiError):
    """A body that Discord would never accept; these are recorded as violations."""

    def __init__(
        self, *problems: Problem, status: int = 400, code: int = 50035, message: str = "Invalid Form Body"
    ) -> None:
        super().__init__(status, code, message)
        self.problems = list(problems)

    def body(self) -> dict[str, Any]:
        return super().body() | ({"errors": _tree(self.problems)} if self.problems else {})

    def __str__(self) -> str:
        return "; ".join(str(problem) for problem in self.problems) or f"{self.message} ({self.code})"


class Declined(InvalidBody):
    """A body that Discord declines for what the place is like at the moment; nobody's mistake, and no violation."""


class RateLimited(ApiError):
    """Too many of these requests; `seconds` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(429, 0, "You are being rate limited.")
        self.seconds = seconds

    def body(self) -> dict[str, Any]:
        return {"message": self.message, "retry_after": self.seconds, "global": False}


def _tree(problems: list[Problem]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for problem in problems:
        node = tree
        for part in problem.path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": problem.code, "message": problem.message})
    return tree


# Used as `raise errors.unknown_guild()`.
unauthorized = partial(ApiError, 401, 0, "401: Unauthorized")
not_found = partial(ApiError, 404, 0, "404: Not Found")
method_not_allowed = partial(ApiError, 405, 0, "405: Method Not Allowed")
unknown_application = partial(ApiError, 404, 10002, "Unknown Application")
unknown_channel = partial(ApiError, 404, 10003, "Unknown Channel")
unknown_guild = partial(ApiError, 404, 10004, "Unknown Guild")
unknown_member = partial(ApiError, 404, 10007, "Unknown Member")
unknown_message = partial(ApiError, 404, 10008, "Unknown Message")
unknown_overwrite = partial(ApiError, 404, 10009, "Unknown permission overwrite")
unknown_role = partial(ApiError, 404, 10011, "Unknown Role")
unknown_user = partial(ApiError, 404, 10013, "Unknown User")
unknown_webhook = partial(ApiError, 404, 10015, "Unknown Webhook")
unknown_interaction = partial(ApiError, 404, 10062, "Unknown interaction")
unknown_command = partial(ApiError, 404, 10063, "Unknown application command")
too_many_pins = partial(ApiError, 400, 30003, "Maximum number of pins reached for the channel (250)")
entity_too_large = partial(ApiError, 413, 40005, "Request entity too large")
already_acknowledged = partial(ApiError, 400, 40060, "Interaction has already been acknowledged.")
missing_access = partial(ApiError, 403, 50001, "Missing Access")
wrong_channel_type = partial(ApiError, 400, 50024, "Cannot execute action on this channel type")
not_text_channel = partial(ApiError, 400, 50008, "Cannot send messages in a non-text channel")
not_your_message = partial(ApiError, 403, 50005, "Cannot edit a message authored by another user")
empty_message = partial(InvalidBody, code=50006, message="Cannot send an empty message")
cannot_message_user = partial(ApiError, 403, 50007, "Cannot send messages to this user")
missing_permissions = partial(ApiError, 403, 50013, "Missing Permissions")
system_message = partial(ApiError, 403, 50021, "Cannot execute action on a system message")
wrong_message_type = partial(ApiError, 400, 50068, "Invalid message type")
too_old = partial(ApiError, 400, 50034, "You can only bulk delete messages that are under 14 days old.")
unreadable_forward = partial(ApiError, 400, 160014, "You cannot forward a message whose content you cannot read.")
expired_token = partial(ApiError, 401, 50027, "Invalid Webhook Token")
not_in_dm = partial(ApiError, 400, 50003, "Cannot execute action on a DM channel")
invalid_json = partial(InvalidBody, code=50109, message="The request body contains invalid JSON.")
archived_thread = partial(ApiError, 400, 50083, "Thread is archived")
# The same code with another status: for what would have to open the thread again, and may not.
closed_thread = partial(ApiError, 403, 50083, "Thread is archived")
locked_thread = partial(ApiError, 403, 160005, "Thread is locked")
too_many_threads = partial(ApiError, 400, 160006, "Maximum number of active threads reached")
too_many_participants = partial(ApiError, 400, 30033, "Max number of thread participants has been reached (1000)")
too_many_channels = partial(ApiError, 400, 30013, "Maximum number of server channels reached (500)")
required_channel = partial(ApiError, 400, 50074, "Cannot delete a channel required for Community servers")
blocked_message = partial(ApiError, 400, 200000, "Message was blocked by automatic moderation")
blocked_title = partial(ApiError, 400, 200001, "Title was blocked by automatic moderation")
harmful_link = partial(ApiError, 400, 240000, "Message blocked by harmful links filter")
no_messages_in_forum = partial(ApiError, 400, 40058, "Cannot send a message in a forum channel")
no_mutual_guild = partial(ApiError, 403, 50278, "Cannot send messages to this user due to having no mutual guilds")
thread_exists = partial(ApiError, 400, 160004, "A thread has already been created for this message")


def check(problems: Iterable[Problem]) -> None:
    """Raise InvalidBody if there are any problems."""
    found = list(problems)
    if found:
        raise InvalidBody(*found)


def invalid(path: Path | str, code: str, message: str) -> InvalidBody:
    """A body with a single problem."""
    return InvalidBody(Problem((path,) if isinstance(path, str) else path, code, message))


# Problems that many fields can have.


def required(path: Path, message: str = "This field is required") -> Problem:
    return Problem(path, "BASE_TYPE_REQUIRED", message)


def not_a_choice(path: Path, choices: Iterable[object]) -> Problem:
    return Problem(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(map(str, choices))}}}.")


def bad_length(path: Path, least: int, most: int) -> Problem:
    return Problem(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def too_large(path: Path, most: int) -> Problem:
    return Problem(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
