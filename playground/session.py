"""One open page: who its person is, what it requests, and what is pushed to it.

A request is `{"op", "n", ...}`; its answer `{"re": n, "data"}` or `{"re": n, "error"}` with a sentence for the person.
Changes are pushed as `{"push", "data"}`. Ids are text, because JavaScript's numbers cannot hold them.
"""

import asyncio
import base64
import binascii
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from playground import membership, view
from playground.pending import PendingActions
from playground.refusals import BadRequest
from standin import Change, ChangeKind, Channel, Message, Person, Refused, Reply, StandIn, Upload
from standin.locales import LOCALES

log = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]
HISTORY = 100
# An answer that takes even longer still shows up, as an edit.
PATIENCE = 60.0
VIEW_PAUSE = 0.03

_ABOUT_MESSAGES = frozenset({ChangeKind.MESSAGE_CREATED, ChangeKind.MESSAGE_EDITED})
_ABOUT_INTERACTIONS = frozenset(
    {
        ChangeKind.INTERACTION_STARTED,
        ChangeKind.INTERACTION_ANSWERED,
        ChangeKind.INTERACTION_FAILED,
        ChangeKind.MODAL_OPENED,
    }
)


class Session:
    """The server's side of one page.

    `send` delivers one JSON object to it, `start_bot` is called by its button, `notes` describe people, by id.
    """

    def __init__(
        self,
        discord: StandIn,
        send: Send,
        bot_state: Callable[[], dict[str, Any]],
        start_bot: Callable[[], Awaitable[None]],
        notes: Mapping[int, str],
    ) -> None:
        self._discord = discord
        self._notes = notes
        self._send = send
        self._bot_state = bot_state
        self._start_bot = start_bot
        self._me = next(
            user
            for user in discord.world.users.values()
            if not user.bot and any(user.id in guild.members for guild in discord.world.guilds.values())
        )
        self._forms: dict[str, Reply] = {}
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._pending = PendingActions()
        self._view_is_due = False
        self._operations: dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]] = {
            "hello": self._hello,
            "become": self._become,
            "set_locale": self._set_locale,
            "set_guild_locale": self._set_guild_locale,
            "add_person": self._add_person,
            "join": self._join,
            "pass_screening": self._pass_screening,
            "leave": self._leave,
            "open": self._open,
            "commands": self._commands,
            "say": self._say,
            "slash": self._slash,
            "autocomplete": self._autocomplete,
            "message_command": self._message_command,
            "user_command": self._user_command,
            "press": self._press,
            "choose": self._choose,
            "submit": self._submit,
            "dismiss_modal": self._dismiss_modal,
            "dismiss": self._dismiss,
            "read": self._read,
            "start_bot": self._start,
        }

    async def run(self, requests: "asyncio.Queue[dict[str, Any] | None]") -> None:
        """Serve the page until None arrives in its queue of requests."""
        unsubscribe = self._discord.subscribe(self._on_change)
        self._pending.spawn(self._deliver())
        try:
            while (request := await requests.get()) is not None:
                self._pending.spawn(self._serve(request))
        finally:
            unsubscribe()
            await self._pending.stop()

    def push(self, kind: str, data: Any) -> None:
        """Send the page something, in the order of the calls."""
        self._outbox.put_nowait({"push": kind, "data": data})

    # Requests

    async def _serve(self, request: dict[str, Any]) -> None:
        answer: dict[str, Any] = {"re": request.get("n")}
        try:
            operation = self._operations.get(str(request.get("op")))
            if operation is None:
                raise BadRequest(f"There is no such request: {request.get('op')!r}.")
            answer["data"] = await operation(request)
        except (Refused, BadRequest) as refusal:
            answer["error"] = str(refusal)
        except (KeyError, TypeError, ValueError, LookupError) as error:
            answer["error"] = f"The playground did not understand that ({type(error).__name__}: {error})."
        except Exception:
            log.exception("request of the page failed")
            answer["error"] = "Something went wrong in the playground; the terminal has the details."
        self._outbox.put_nowait(answer)

    async def _hello(self, request: dict[str, Any]) -> dict[str, Any]:
        wanted = request.get("person")
        if isinstance(wanted, str) and wanted.isdecimal() and int(wanted) in self._discord.world.users:
            self._be(int(wanted))
        return {"locales": LOCALES, "view": self._view(), "bot": self._bot_state()}

    async def _become(self, request: dict[str, Any]) -> dict[str, Any]:
        self._be(int(request["person"]))
        return {"view": self._view()}

    async def _set_locale(self, request: dict[str, Any]) -> dict[str, Any]:
        self._me.locale = membership.known_locale(str(request["locale"]))
        self.push("commands", None)
        return {"view": self._view()}

    async def _set_guild_locale(self, request: dict[str, Any]) -> dict[str, Any]:
        membership.set_locale(self._discord, self._me, int(request["guild"]), str(request["locale"]))
        return {"view": self._view()}

    async def _add_person(self, request: dict[str, Any]) -> dict[str, Any]:
        self._be(membership.add_person(self._discord, str(request["name"])).id)
        return {"view": self._view()}

    async def _join(self, request: dict[str, Any]) -> dict[str, Any]:
        membership.join(self._discord, self._me, int(request["guild"]), pending=bool(request.get("pending")))
        return {"view": self._view()}

    async def _pass_screening(self, request: dict[str, Any]) -> dict[str, Any]:
        membership.pass_screening(self._discord, self._me, int(request["guild"]))
        return {"view": self._view()}

    async def _leave(self, request: dict[str, Any]) -> dict[str, Any]:
        membership.leave(self._discord, self._me, int(request["guild"]))
        return {"view": self._view()}

    def _be(self, user_id: int) -> None:
        user = self._discord.world.users.get(user_id)
        if user is None or user.bot:
            raise BadRequest("There is no such person.")
        self._me = user
        self._forms.clear()

    async def _open(self, request: dict[str, Any]) -> dict[str, Any]:
        person = self._person(request)
        shown = person.messages[-HISTORY:]
        return {"messages": [view.message(self._discord, message, self._me) for message in shown]}

    async def _commands(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"commands": [view.translated(command) for command in self._person(request).commands]}

    async def _say(self, request: dict[str, Any]) -> None:
        await self._person(request).say(str(request["text"]))

    async def _slash(self, request: dict[str, Any]) -> None:
        options = {name: _value(value) for name, value in dict(request.get("options") or {}).items()}
        await self._act(self._person(request).slash(str(request["name"]), options=options))

    async def _autocomplete(self, request: dict[str, Any]) -> dict[str, Any]:
        options = dict(request.get("options") or {})
        person = self._person(request)
        choices = await person.autocomplete(
            str(request["name"]), str(request["option"]), str(request.get("typed", "")), options=options
        )
        return {"choices": [view.translated(choice) for choice in choices]}

    async def _message_command(self, request: dict[str, Any]) -> None:
        person = self._person(request)
        await self._act(person.context_menu(str(request["name"]), self._message(person, request["target"])))

    async def _user_command(self, request: dict[str, Any]) -> None:
        target = self._discord.world.users[int(request["target"])]
        await self._act(self._person(request).context_menu(str(request["name"]), target))

    async def _press(self, request: dict[str, Any]) -> None:
        person = self._person(request)
        message = self._message(person, request["message"])
        await self._act(person.click(message, str(request["custom_id"])))

    async def _choose(self, request: dict[str, Any]) -> None:
        person = self._person(request)
        message = self._message(person, request["message"])
        await self._act(person.choose(message, str(request["custom_id"]), list(request["values"])))

    async def _submit(self, request: dict[str, Any]) -> None:
        form = self._forms.get(str(request["modal"]))
        if form is None:
            raise BadRequest("That form is no longer open.")
        person = self._person({"channel": form.interaction.channel.id})
        values = {name: _value(value) for name, value in dict(request["values"]).items() if value is not None}
        await self._act(person.submit(form, values))
        self._forms.pop(str(request["modal"]), None)

    async def _dismiss_modal(self, request: dict[str, Any]) -> None:
        self._forms.pop(str(request["modal"]), None)

    async def _dismiss(self, request: dict[str, Any]) -> None:
        person = self._person(request)
        message = self._message(person, request["message"])
        if message.visible_to is not self._me:
            raise BadRequest("Only private replies can be dismissed.")
        await person.delete(message)

    async def _read(self, request: dict[str, Any]) -> dict[str, Any]:
        message = self._message(self._person(request), request["message"])
        wanted = int(request["attachment"])
        file = next((file for file in message.attachments if file.id == wanted), None)
        if file is None:
            raise BadRequest("There is no such file.")
        return {"base64": base64.b64encode(file.content).decode()}

    async def _start(self, _: dict[str, Any]) -> None:
        await self._start_bot()

    # PendingActions as the person

    def _person(self, request: dict[str, Any]) -> Person:
        channel = self._channel(int(request["channel"]))
        if not view.can_see(self._discord, channel, self._me):
            raise BadRequest("There is no such channel.")
        person = self._discord.person(self._me, channel)
        person.patience = PATIENCE
        return person

    def _channel(self, channel_id: int) -> Channel:
        world = self._discord.world
        found = world.channels.get(channel_id)
        if found is None:
            raise BadRequest("There is no such channel.")
        return found

    def _message(self, person: Person, message_id: Any) -> Message:
        wanted = int(message_id)
        message = next((message for message in person.messages if message.id == wanted), None)
        if message is None:
            raise BadRequest("That message is gone.")
        return message

    async def _act(self, action: Coroutine[Any, Any, Reply]) -> None:
        """Run an action, and show the form that it may open. Raises Refused."""
        reply = await self._pending.run(action)
        form = reply.modal if reply is not None else None
        if reply is not None and form is not None:
            key = str(reply.interaction.id)
            self._forms[key] = reply
            self.push("modal", {"id": key, "title": form.title, "components": form.components})

    # Changes

    def _on_change(self, change: Change) -> None:
        try:
            self._push_change(change)
        except Exception:
            # This is called from within the bot's own request, which must not fail because of the page.
            log.exception("a change was not pushed to the page")

    def _push_change(self, change: Change) -> None:
        if change.kind in _ABOUT_INTERACTIONS:
            self._pending.observe(change)
        elif not change.concerns(self._me) or not self._may_notice(change):
            return
        elif change.kind in _ABOUT_MESSAGES and change.message:
            self.push("message", view.message(self._discord, change.message, self._me))
        elif change.kind is ChangeKind.MESSAGE_DELETED and change.message and change.channel:
            self.push("gone", {"id": str(change.message.id), "channel": str(change.channel.id)})
        elif change.kind is ChangeKind.TYPING and change.user and change.channel:
            self.push("typing", {"user": str(change.user.id), "channel": str(change.channel.id)})
        elif change.kind is ChangeKind.COMMANDS_CHANGED:
            self.push("commands", None)
        else:
            self._view_changed()

    def _may_notice(self, change: Change) -> bool:
        if change.message is None and change.kind is not ChangeKind.TYPING:
            return True
        return change.channel is not None and view.can_see(self._discord, change.channel, self._me)

    def _view_changed(self) -> None:
        # Setting up a guild changes dozens of things at once; the page needs only the result.
        if not self._view_is_due:
            self._view_is_due = True
            asyncio.get_running_loop().call_later(VIEW_PAUSE, self._push_view)

    def _push_view(self) -> None:
        self._view_is_due = False
        self.push("view", self._view())

    def _view(self) -> dict[str, Any]:
        return view.world(self._discord, self._me, self._notes)

    async def _deliver(self) -> None:
        while True:
            await self._send(await self._outbox.get())


def _value(value: Any) -> Any:
    """A value as the stand-in expects it: files arrive as `{name, type, base64}`, alone or in a list."""
    if isinstance(value, list):
        return [_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    try:
        content = base64.b64decode(value["base64"], validate=True)
    except binascii.Error as error:
        raise BadRequest("That file could not be read.") from error
    return Upload(str(value["name"]), content, str(value.get("type") or "application/octet-stream"))
