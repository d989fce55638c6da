"""What a handler answers: text, embed, buttons and files. It pings nobody.

A text that is longer than Discord takes is sent in whole: as several messages, and if those would be too many, as a
file under its beginning. Buttons, embeds and files are those of the last message.
"""

import io
import logging
from collections.abc import Awaitable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import aiohttp
import discord

from app.core.records import record
from app.discord_failures import in_words
from app.ui.kit import splitting, wire
from app.ui.kit.limits import MAX_CONTENT
from app.ui.kit.resets import ALREADY_ACKNOWLEDGED, was_reset

log = logging.getLogger(__name__)

UNKNOWN_INTERACTION = 10062
"""Discord's code for an interaction that waited too long. See resets.ALREADY_ACKNOWLEDGED."""

SILENT = discord.AllowedMentions.none()
MAX_MESSAGES = 4
"""Of one answer. What needs more is easier to read as a file."""
WHOLE = "answer.txt"
"""The file that holds an answer of more messages."""


@dataclass
class Announcement:
    """What a deferral has announced: whether everybody sees that an answer comes, which the answer then cannot hide."""

    is_public: bool = False


announcement: ContextVar[Announcement | None] = ContextVar("announcement", default=None)
"""That of the answer under way in this task, set by `app.ui.kit.patience.answering`."""


@record
class Attachment:
    """A file to send: its name and content."""

    name: str
    content: bytes


@record
class Reply:
    """One message. Making it sends nothing; `send` and `replace` do."""

    content: str | None = None
    embed: discord.Embed | None = None
    items: Sequence[discord.ui.ViewItem[discord.ui.View]] = ()
    attachments: Sequence[Attachment] = ()
    private: bool = True
    more: Sequence[discord.Embed] = ()
    """Embeds under the first."""
    replaces_files: bool = False
    """Whether `replace` puts these files in place of those of the message; without, it keeps its own."""

    @property
    def embeds(self) -> list[discord.Embed]:
        """Return all of its embeds."""
        return [self.embed, *self.more] if self.embed is not None else []

    @cached_property
    def components(self) -> list[dict[str, Any]]:
        """Return its buttons and menus as Discord wants them: what takes longest of a reply, made once."""
        view = self._view()
        return [] if view is None else view.to_components()

    @property
    def messages(self) -> list["Reply"]:
        """Return it as answers of which each is one message for Discord: nearly always this one alone."""
        if self.content is None or len(self.content) <= MAX_CONTENT:
            return [self]
        first, *texts = splitting.parts(self.content)
        if len(texts) >= MAX_MESSAGES:
            log.warning("an answer is so long that it is a file", extra={"characters": len(self.content)})
            # The mark tells Windows that it is UTF-8.
            whole = Attachment(WHOLE, self.content.encode("utf-8-sig"))
            return [replace(self, content=first, attachments=[*self.attachments, whole])]
        *others, last = (first, *texts)
        return [*(Reply(one, private=self.private) for one in others), replace(self, content=last)]

    async def send(self, interaction: discord.Interaction) -> None:
        """Answer an interaction: as its first response if it has none yet, else as a follow-up."""
        *others, last = self.messages
        for one in others:
            await one.send(interaction)
        if others:
            await last.send(interaction)
            return
        if await _was_first(self._respond(interaction)):
            return
        if self.private:
            await take_back(interaction)
        elif (announced := announcement.get()) is not None:
            announced.is_public = False
        try:
            await self._follow_up(interaction)
        except (OSError, aiohttp.ServerDisconnectedError) as error:
            if not was_reset(error):
                raise
            # Discord would take it for another message, unless it still waits for one.
            if (await interaction.original_response()).flags.loading:
                await self._follow_up(interaction)

    async def replace(self, interaction: discord.Interaction, *, keep_embeds: bool = False) -> None:
        """Replace the message whose button was pressed; with `keep_embeds`, all of it but its embeds.

        After a deferral that announced a new message (`answering` without `update`), it becomes that message.
        """
        if interaction.message is None:
            # A form that a command opened: there is no message that the answer could replace, and Discord refuses it.
            await self.send(interaction)
            return
        *others, last = self.messages
        if others:
            # The message stays the one with the buttons; what does not fit into it comes under it.
            await replace(last, content=others[0].content)._replace(interaction, keep_embeds=keep_embeds)
            seen = interaction.message.flags.ephemeral
            for text in (*(one.content for one in others[1:]), last.content):
                await Reply(text, private=seen).send(interaction)
            return
        await last._replace(interaction, keep_embeds=keep_embeds)

    async def _replace(self, interaction: discord.Interaction, *, keep_embeds: bool) -> None:
        if self.replaces_files:
            parts: dict[str, Any] = {**self._edited(), "embeds": self.embeds, "attachments": []}
            if not await _was_first(interaction.response.edit_message(**parts, files=self._files())):
                # What was sent has been read to its end.
                await interaction.edit_original_response(**parts, files=self._files())
            return
        data = wire.update(self.content, self.embed, self.components, more=self.more)
        if keep_embeds:
            del data["embeds"]
        if not await _was_first(wire.respond(interaction, wire.Answer.UPDATE, data)):
            parts = self._edited() if keep_embeds else {**self._edited(), "embeds": self.embeds}
            await interaction.edit_original_response(**parts)

    def _edited(self) -> dict[str, Any]:
        return {"content": self.content, "view": self._view(), "allowed_mentions": SILENT}

    async def _follow_up(self, interaction: discord.Interaction) -> None:
        await interaction.followup.send(
            self.content or "", ephemeral=self.private, allowed_mentions=SILENT, **self._parts()
        )

    async def _respond(self, interaction: discord.Interaction) -> None:
        if not self.attachments:
            data = wire.message(self.content, self.embed, self.components, private=self.private, more=self.more)
            await wire.respond(interaction, wire.Answer.MESSAGE, data)
            return
        await interaction.response.send_message(
            self.content, ephemeral=self.private, allowed_mentions=SILENT, **self._parts()
        )

    def _parts(self) -> dict[str, Any]:
        parts: dict[str, Any] = {}
        if self.embed is not None:
            parts["embeds"] = self.embeds
        if self.items:
            parts["view"] = self._view()
        if self.attachments:
            parts["files"] = self._files()
        return parts

    def _files(self) -> list[discord.File]:
        return [discord.File(io.BytesIO(one.content), one.name) for one in self.attachments]

    def _view(self) -> discord.ui.View | None:
        # Not stored: what its buttons do is found by their id (app.ui.kit.routes), in this process or in the next one.
        return discord.ui.View(*self.items, timeout=None, store=False) if self.items else None


async def acknowledge(interaction: discord.Interaction, *, private: bool, update: bool = False) -> None:
    """Tell Discord that an answer will come, unless it has one already.

    It will be a new message, which only this person sees if it is `private`; or, with `update`, a change of the message
    whose button was pressed, which stays as it is until then.
    """
    if update:
        await _was_first(wire.respond(interaction, wire.Answer.DEFERRED_UPDATE))
    else:
        data = {"flags": wire.EPHEMERAL} if private else {}
        await _was_first(wire.respond(interaction, wire.Answer.DEFERRED_MESSAGE, data))


async def take_back(interaction: discord.Interaction) -> None:
    """Take back the announcement of an answer that everybody sees, if there is one: the next message may be private.

    Discord gives the first message after a deferral to those to whom the deferral promised it, whatever it asks for.
    """
    announced = announcement.get()
    if announced is None or not announced.is_public:
        return
    announced.is_public = False
    try:
        await interaction.delete_original_response()
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        # What is to be said is said all the same.
        log.warning("an announcement could not be taken back", extra={"error": in_words(error)})


async def _was_first(response: Awaitable[None]) -> bool:
    """Send a response; return whether it was the first. Deferral and answer may overtake each other."""
    try:
        await response
    except discord.InteractionResponded:
        return False
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
        return False
    return True
