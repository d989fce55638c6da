"""From what somebody pressed, chose or sent to the method that answers, by its id (app.ui.kit.ids)."""

from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import Any, Concatenate, ParamSpec, TypeVar

import discord

from app.ui.kit.ids import SEPARATOR, ComponentId, SelectId, UnknownComponent

Handler = Callable[..., Awaitable[None]]
Id = TypeVar("Id", bound=ComponentId)
Rest = ParamSpec("Rest")
Method = Callable[Concatenate[Any, discord.Interaction, Id, Rest], Awaitable[None]]

MARK = "__concierge_id__"


def responds_to(kind: type[Id]) -> Callable[[Method[Id, Rest]], Method[Id, Rest]]:
    """Mark a method of a cog as what happens when a component with such an id is used.

    It is called with the interaction and the id; for a select also with the value that was chosen.
    """

    def mark(method: Method[Id, Rest]) -> Method[Id, Rest]:
        setattr(method, MARK, kind)
        return method

    return mark


class Routes:
    """All handlers of the bot, by the kind of id they respond to."""

    def __init__(self) -> None:
        self._handlers: dict[str, tuple[type[ComponentId], Handler]] = {}

    def add(self, owner: object) -> None:
        """Add what an object's methods respond to. Raises ValueError when a route is taken."""
        for kind, handler in _handlers_of(owner):
            if kind.route in self._handlers:
                raise ValueError(f"two handlers for {kind.route}")
            self._handlers[kind.route] = kind, handler

    @property
    def all(self) -> Collection[str]:
        """Return every route."""
        return self._handlers.keys()

    async def respond(self, interaction: discord.Interaction) -> None:
        """Call the handler. Raises UnknownComponent for an id, a value or a kind of component that nobody offered."""
        data: Any = interaction.data or {}
        text = str(data.get("custom_id", ""))
        found = self._handlers.get(SEPARATOR.join(text.split(SEPARATOR, 3)[:3]))
        if found is None:
            raise UnknownComponent
        kind, handler = found
        is_form = interaction.type is discord.InteractionType.modal_submit
        if kind.component_type != (None if is_form else data.get("component_type", 0)):
            raise UnknownComponent
        chosen = [kind.parse_values(data.get("values"))] if issubclass(kind, SelectId) else []
        await handler(interaction, kind.parse(text), *chosen)


def _handlers_of(owner: object) -> Iterator[tuple[type[ComponentId], Handler]]:
    for name in dir(type(owner)):
        kind = getattr(getattr(type(owner), name, None), MARK, None)
        if kind is not None:
            yield kind, getattr(owner, name)
