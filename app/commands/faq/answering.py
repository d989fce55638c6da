"""The menu "Answer from FAQ" of a message: three answers to choose from, and a reply to that message.

Everybody has it who may write where the message is: members answer each other so with other bots, and whoever may write
there could paste the same. It pings nobody, says who chose it, and happens once for each message and answer.
"""

import discord

from app.commands.faq.request import FaqCog
from app.commands.faq.sharing import require_writing
from app.core.errors import InvalidInput, UserError
from app.core.faq.analysis import words
from app.core.faq.limits import MAX_OFFERED, MAX_QUERY
from app.core.messages import speaking
from app.effects import posts, sending
from app.effects.faq.sharing import sharing_of
from app.effects.nonces import nonce
from app.models.faq_search_log import SearchSource
from app.services.faq.log import Search
from app.ui.faq import answering as ui
from app.ui.faq.finding_ids import AnswerWithId
from app.ui.kit.context import present
from app.ui.kit.language import language_of_answer, languages_of
from app.ui.kit.links import link_to
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to


class AnswerMenu(FaqCog, discord.Cog):
    """Answers messages of others."""

    @discord.message_command(name="Answer from FAQ")
    async def answer(self, ctx: discord.ApplicationContext, message: discord.Message) -> None:
        async with answering(ctx.interaction):
            require_writing(ctx.interaction)
            text = message.content[:MAX_QUERY]
            if not words(text):
                raise InvalidInput("There are no words in that message to search for.")
            async with self._work(ctx.interaction) as (context, work):
                languages = languages_of(ctx.interaction)
                hits = await work.faq.search.search(context.actor.guild_id, text, languages, limit=MAX_OFFERED)
                entries = await work.faq.reading.several(context.actor, [hit.id for hit in hits])
                search = Search(
                    text,
                    len(entries),
                    SearchSource.MESSAGE,
                    language=ctx.interaction.locale,
                    channel_id=message.channel.id,
                    message_id=message.id,
                    author_id=message.author.id,
                )
                log_id = present(await work.faq.log.record(context.actor, context.policy, search))
            await ui.suggestions(entries, log_id, context.snapshot).send(ctx.interaction)

    @responds_to(AnswerWithId)
    async def answer_with(self, interaction: discord.Interaction, pressed: AnswerWithId, entry_id: int) -> None:
        async with answering(interaction, update=True):
            require_writing(interaction)
            async with self._work(interaction) as (context, work):
                actor = context.actor
                entry = await work.faq.reading.answer(actor, entry_id)
                channel_id, message_id = await work.faq.messages.answered(actor, pressed.log_id, entry.id)
                sharing_of(self._bot).require_room(actor)
            with speaking(language_of_answer(interaction, private=False)):
                answer = posts.body_of(ui.answer(entry, pressed.log_id, context.snapshot, actor.user_id))
            try:
                sent = await sending.say(
                    self._bot,
                    channel_id,
                    answer["content"],
                    nonce=nonce("faq-answer", pressed.log_id, entry.id),
                    in_words=ui.in_one_sentence,
                    embeds=answer["embeds"],
                    components=answer["components"],
                    message_reference={"message_id": str(message_id), "channel_id": str(channel_id)},
                )
            except UserError:
                async with self._bot.uow() as work:
                    await work.faq.messages.not_answered(actor, pressed.log_id, entry.id)
                raise
            await ui.answered(entry, link_to(actor.guild_id, channel_id, sent)).replace(interaction)
