"""Refusals in Discord's shape: a status, a numeric code, a sentence, and for bodies a tree of what is wrong where."""

from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a request body: where, Discord's name for it, and a sentence."""

    path: Path
    code: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(str(part) for part in self.path) or 'body'}: {self.message} ({self.code})"


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
    """A body that Discord would not accept from anybody; these are recorded as violations."""

    def __init__(
        self, problems: list[Problem] | None = None, *, status: int = 400, code: int = 50035, message: str = ""
    ) -> None:
        super().__init__(status, code, message or "Invalid Form Body")
        self.problems = problems or []

    def body(self) -> dict[str, Any]:
        body = super().body()
        if self.problems:
            body["errors"] = _tree(self.problems)
        return body

    def __str__(self) -> str:
        return "; ".join(str(problem) for problem in self.problems) or f"{self.message} ({self.code})"


def _tree(problems: list[Problem]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for problem in problems:
        node = tree
        for part in problem.path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": problem.code, "message": problem.message})
    return tree


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    return ApiError(404, 0, "404: Not Found")


def method_not_allowed() -> ApiError:
    return ApiError(405, 0, "405: Method Not Allowed")


def unknown_application() -> ApiError:
    return ApiError(404, 10002, "Unknown Application")


def unknown_channel() -> ApiError:
    return ApiError(404, 10003, "Unknown Channel")


def unknown_guild() -> ApiError:
    return ApiError(404, 10004, "Unknown Guild")


def unknown_member() -> ApiError:
    return ApiError(404, 10007, "Unknown Member")


def unknown_message() -> ApiError:
    return ApiError(404, 10008, "Unknown Message")


def unknown_overwrite() -> ApiError:
    return ApiError(404, 10009, "Unknown permission overwrite")


def unknown_role() -> ApiError:
    return ApiError(404, 10011, "Unknown Role")


def unknown_user() -> ApiError:
    return ApiError(404, 10013, "Unknown User")


def unknown_webhook() -> ApiError:
    return ApiError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> ApiError:
    return ApiError(404, 10062, "Unknown interaction")


def unknown_command() -> ApiError:
    return ApiError(404, 10063, "Unknown application command")


def too_many_commands(limit: int) -> InvalidBody:
    return InvalidBody(code=30032, message=f"Maximum number of application commands reached ({limit}).")


def too_many_command_creations(limit: int) -> InvalidBody:
    message = f"Max number of daily application command creates has been reached ({limit})"
    return InvalidBody(code=30034, message=message)


def too_many_channels(limit: int) -> ApiError:
    return ApiError(400, 30013, f"Maximum number of guild channels reached ({limit})")


def entity_too_large() -> InvalidBody:
    return InvalidBody(status=413, code=40005, message="Request entity too large")


def already_acknowledged() -> ApiError:
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def wrong_channel_type() -> ApiError:
    return ApiError(400, 50024, "Cannot execute action on this channel type")


def not_your_message() -> ApiError:
    return ApiError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> InvalidBody:
    return InvalidBody(code=50006, message="Cannot send an empty message")


def cannot_message_user() -> ApiError:
    return ApiError(403, 50007, "Cannot send messages to this user")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def expired_token() -> ApiError:
    return ApiError(401, 50027, "Invalid Webhook Token")


def not_in_dm() -> ApiError:
    return ApiError(400, 50003, "Cannot execute action on a DM channel")


def invalid_json() -> InvalidBody:
    return InvalidBody(code=50109, message="The request body contains invalid JSON.")


def archived_thread() -> ApiError:
    return ApiError(400, 50083, "Thread is archived")


def thread_exists() -> ApiError:
    return ApiError(400, 160004, "A thread has already been created for this message")


def invalid(path: Path, code: str, message: str) -> InvalidBody:
    """A body with a single problem."""
    return InvalidBody([Problem(path, code, message)])
