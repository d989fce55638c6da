"""What a button, a select or a form means: its id says it, so that it still works after a restart.

An id is `feature:vN:verb` and may carry an argument: `settings:v1:undo:123`. The version is raised when the meaning
changes; handlers of the version before are kept for one release. Nothing is stored per message.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import discord

from app.core.errors import NotFound

Handler = Callable[[discord.Interaction, str], Awaitable[None]]

ROUTE = re.compile(r"^[a-z]+:v[1-9][0-9]*:[a-z_]+$")
LONGEST_ID = 100
MARK = "__concierge_route__"


class OutdatedComponent(NotFound):
    """Nobody answers to this id any more."""

    def __init__(self) -> None:
        super().__init__("This message is from an older version of the bot. Please run the command again.")


def custom_id(route: str, argument: object = "") -> str:
    """Return the id for a component. Raises ValueError when it is malformed or over Discord's 100 characters."""
    result = f"{route}:{argument}" if argument != "" else route
    if not ROUTE.match(route) or len(result) > LONGEST_ID:
        raise ValueError(f"not a component id: {result!r}")
    return result


def responds_to(route: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a method of a cog as what happens when a component with this route is used.

    It is called with the interaction and the id's argument (an empty text if there is none).
    """
    if not ROUTE.match(route):
        raise ValueError(f"not a route: {route!r}")

    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        setattr(method, MARK, route)
        return method

    return mark


def handlers_of(owner: object) -> Iterator[tuple[str, Handler]]:
    """Yield every route of an object's methods, with the bound method."""
    for name in dir(type(owner)):
        route = getattr(getattr(type(owner), name, None), MARK, None)
        if route is not None:
            yield route, getattr(owner, name)


class Routes:
    """All routes of the bot."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def __iter__(self) -> Iterator[str]:
        """Yield every known route."""
        return iter(self._handlers)

    def add(self, owner: object) -> None:
        """Add what an object's methods respond to. Raises ValueError when a route is taken."""
        for route, handler in handlers_of(owner):
            if route in self._handlers:
                raise ValueError(f"two handlers for {route}")
            self._handlers[route] = handler

    def find(self, component_id: str) -> tuple[Handler, str]:
        """Return the handler of an id, and the id's argument. Raises OutdatedComponent when there is none."""
        feature, _, rest = component_id.partition(":")
        version, _, rest = rest.partition(":")
        verb, _, argument = rest.partition(":")
        handler = self._handlers.get(f"{feature}:{version}:{verb}")
        if handler is None:
            raise OutdatedComponent
        return handler, argument
