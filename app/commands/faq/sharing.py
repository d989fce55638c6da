"""Giving an answer to others: to everybody in the channel, or to one member, who alone is pinged."""

from typing import Any

import discord

from app.commands.faq.finding import heading_of, results_in
from app.commands.faq.request import FaqCog, RequestContext
from app.core.errors import InvalidInput, NotAllowed
from app.core.messages import speaking
from app.effects import posts, sending
from app.effects.faq.sharing import send_directly, sharing_of
from app.effects.nonces import nonce
from app.models import FaqEntry
from app.ui.faq import finding as ui
from app.ui.faq.finding_ids import SendToFormId, SendToId, ShareId
from app.ui.faq.sharing import DIRECTLY, HOW, IN_CHANNEL, MEMBER, send_form
from app.ui.kit.context import present
from app.ui.kit.forms import FilledIn
from app.ui.kit.language import language_of_answer
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply, acknowledge
from app.ui.kit.routes import responds_to


def require_writing(interaction: discord.Interaction) -> None:
    """Raise NotAllowed where this person may not write: then the bot does not write for them either."""
    may, channel = interaction.permissions, interaction.channel
    may_write = may.send_messages
    if isinstance(channel, discord.Thread):
        may_write = may.send_messages_in_threads and (may.manage_threads or not channel.locked)
    if not (may.administrator or may_write):
        raise NotAllowed("You cannot write in this channel, so you cannot share an answer in it.")


class SharingButtons(FaqCog, discord.Cog):
    """What whoever reads an answer can do with it. Once: then the buttons for it are gone."""

    @responds_to(ShareId)
    async def share(self, interaction: discord.Interaction, pressed: ShareId) -> None:
        async with answering(interaction, update=True):
            require_writing(interaction)
            async with self._work(interaction) as (context, work):
                entry = await work.faq.reading.answer(context.actor, pressed.entry_id)
            actor, sharing = context.actor, sharing_of(self._bot)
            async with sharing.once.doing((actor.user_id, pressed.log_id, entry.id)) as is_first:
                if is_first:
                    sharing.require_room(actor)
                await acknowledge(interaction, private=True, update=True)
                if is_first:
                    with speaking(language_of_answer(interaction, private=False)):
                        shared = ui.shared_answer(entry, pressed.log_id, context.snapshot, actor.user_id)
                    await shared.send(interaction)
            await self._done(interaction, entry, pressed.log_id, context, ui.shared_in_channel())

    @responds_to(SendToId)
    async def send_to(self, interaction: discord.Interaction, pressed: SendToId) -> None:
        await interaction.response.send_modal(send_form(SendToFormId(log_id=pressed.log_id, entry_id=pressed.entry_id)))

    @responds_to(SendToFormId)
    async def sent(self, interaction: discord.Interaction, form: SendToFormId) -> None:
        async with answering(interaction, update=True):
            given = FilledIn.read(interaction)
            with self._bot.kept_forms.keeping(interaction, lambda: send_form(form, given)):
                user_id, how = _member(interaction, given), given.typed(HOW) or "".join(given.chosen(HOW))
                if how not in {IN_CHANNEL, DIRECTLY}:
                    raise InvalidInput("Choose where they are to get it.")
                if how == IN_CHANNEL:
                    require_writing(interaction)
                async with self._work(interaction) as (context, work):
                    entry = await work.faq.reading.answer(context.actor, form.entry_id)
                directly, sharing = how == DIRECTLY, sharing_of(self._bot)
                given_to = (context.actor.user_id, form.log_id, entry.id, user_id, directly)
                async with sharing.once.doing(given_to) as is_first:
                    if is_first:
                        sharing.require_room(context.actor)
                        await self._send(interaction, entry, form.log_id, context, user_id, directly=directly)
            await self._done(interaction, entry, form.log_id, context, ui.sent_to(user_id))

    async def _send(
        self,
        interaction: discord.Interaction,
        entry: FaqEntry,
        log_id: int,
        context: RequestContext,
        user_id: int,
        *,
        directly: bool,
    ) -> None:
        by = context.actor.user_id
        # The same form, sent again, is the same message.
        once = nonce("faq-share", by, log_id, entry.id, user_id, directly)
        if directly:
            guild = self._bot.get_guild(context.actor.guild_id)
            answer = ui.sent_answer(entry, log_id, context.snapshot, by, guild.name if guild is not None else "")
            text, body = _parts(answer)
            await send_directly(self._bot, user_id, text, nonce=once, **body)
            return
        with speaking(language_of_answer(interaction, private=False)):
            answer = ui.shared_answer(entry, log_id, context.snapshot, by, user_id)
        channel_id = present(interaction.channel_id)
        text, body = _parts(answer)
        await sending.say(self._bot, channel_id, text, nonce=once, users=[user_id], **body)

    async def _done(
        self, interaction: discord.Interaction, entry: FaqEntry, log_id: int, context: RequestContext, said: str
    ) -> None:
        others = results_in(interaction)
        if len(others) > 1 and (heading := heading_of(interaction)):
            said = f"{heading}\n{said}"
        await ui.opened(entry, log_id, context.snapshot, others=others, said=said, shared=True).replace(interaction)


def _parts(answer: Reply) -> tuple[str, dict[str, Any]]:
    """Return the text of a message, and what is in it besides."""
    body = posts.body_of(answer)
    return body["content"], {"embeds": body["embeds"], "components": body["components"]}


def _member(interaction: discord.Interaction, given: FilledIn) -> int:
    """Return who was chosen, if the answer can be for them. Raises InvalidInput."""
    data: Any = interaction.data or {}
    resolved, user_id = data.get("resolved", {}), given.id_in(MEMBER)
    user = resolved.get("users", {}).get(str(user_id))
    if user_id is None or user is None or str(user_id) not in resolved.get("members", {}):
        raise InvalidInput("Choose a member of this server.")
    if user.get("bot"):
        raise InvalidInput("Bots read no answers. Choose a member.")
    return user_id
