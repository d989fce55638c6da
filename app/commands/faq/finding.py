"""/faq search: results, opening them in place, and saying whether they helped."""

import re
from dataclasses import replace
from typing import Any

import discord

from app.commands.faq import groups
from app.commands.faq.request import FaqCog, RequestContext
from app.core.errors import InvalidInput
from app.core.faq.analysis import words
from app.core.faq.errors import SearchNotFound
from app.core.faq.folding import title_key
from app.core.faq.limits import MAX_QUERY, SURE_CONFIDENCE
from app.core.storable import MAX_KEY
from app.services.faq.log import Search
from app.services.faq.searching import Hit
from app.ui.faq import finding as ui
from app.ui.faq.choosing import titled
from app.ui.faq.finding_ids import BackId, OpenResultId, RateId, TellMeId
from app.ui.kit.autocomplete import offered, suggesting
from app.ui.kit.context import actor_of, present
from app.ui.kit.ids import UnknownComponent
from app.ui.kit.language import languages_of
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to

_CHOSEN = re.compile(r"#([1-9][0-9]{0,9})")
"""What a suggestion stands for."""
OTHERS = 5
"""How many other answers are offered where one did not help."""


@suggesting
async def suggest_answers(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest answers by what was typed so far; where no title has that, as with typos, by the search."""
    bot: Any = ctx.bot
    guild_id, typed = actor_of(ctx.interaction).guild_id, str(ctx.value or "")
    languages = languages_of(ctx.interaction)
    async with bot.uow.reading() as work:
        found = await work.faq.search.suggest(guild_id, typed, languages)
        found = found or await work.faq.search.search(guild_id, typed, languages)
    return offered(titled(one.id, one.title) for one in found)


class Finding(FaqCog):
    """What the command and the buttons share."""

    async def _offer(self, context: RequestContext) -> ui.Offer:
        """Say what can be done besides, for this person."""
        is_private = await self._bot.member_privacy.get(context.actor.user_id)
        return ui.Offer.of(context.snapshot, is_private=is_private)


class FindingCommands(Finding):
    """What members find answers with."""

    @groups.faq.command(name="search", description="Find an answer")
    @discord.option(
        "question",
        str,
        description="What you want to know, in a few words",
        autocomplete=suggest_answers,
        max_length=MAX_QUERY,
    )
    async def search(self, ctx: discord.ApplicationContext, question: str) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            chosen = _CHOSEN.fullmatch(question.strip())
            if chosen is not None and int(chosen[1]) <= MAX_KEY:
                reply = await self._chosen(context, int(chosen[1]), ctx.interaction)
            else:
                reply = await self._searched(context, question, ctx.interaction)
            await reply.send(ctx.interaction)

    async def _chosen(self, context: RequestContext, entry_id: int, interaction: discord.Interaction) -> Reply:
        """Open what was suggested: it is what they searched for, whatever they had typed of it."""
        async with self._bot.uow() as work:
            entry = await work.faq.reading.get(context.actor, entry_id)
            search = Search(entry.title, 1, language=interaction.locale, opened_id=entry.id)
            log_id = present(await work.faq.log.record(context.actor, context.policy, search))
        return ui.opened(entry, log_id, context.snapshot)

    async def _searched(self, context: RequestContext, typed: str, interaction: discord.Interaction) -> Reply:
        if not words(typed):
            raise InvalidInput("There is no word in that to search for. Ask in a few words, such as `change my name`.")
        actor = context.actor
        async with self._bot.uow() as work:
            hits = await work.faq.search.search(actor.guild_id, typed, languages_of(interaction))
            # Some clients send what a suggestion is called. Where there is only one answer, nobody has to choose it.
            is_sure = bool(hits) and hits[0].confidence >= SURE_CONFIDENCE
            at_once = bool(hits) and ((len(hits) == 1 and is_sure) or title_key(hits[0].title) == title_key(typed))
            entry = await work.faq.reading.get(actor, hits[0].id) if at_once else None
            search = Search(
                typed, len(hits), language=interaction.locale, opened_id=entry.id if entry is not None else None
            )
            log_id = present(await work.faq.log.record(actor, context.policy, search))
        offer = await self._offer(context)
        if not hits:
            return ui.nothing(typed, log_id, offer)
        heading = ui.found(typed, len(hits))
        if entry is not None:
            return ui.opened(entry, log_id, context.snapshot, others=hits, said=heading)
        offer = replace(offer, can_tell=offer.can_tell and not is_sure)
        return ui.results(heading, hits, log_id, context.snapshot, offer)


def results_in(interaction: discord.Interaction) -> list[ui.Result]:
    """Return the results that the answer in a message is one of."""
    return ui.results_in(present(interaction.message), OpenResultId)


def heading_of(interaction: discord.Interaction) -> str | None:
    """Return what was searched for, as the message says it above the results and what is opened of them."""
    return present(interaction.message).content.partition("\n")[0] or None


class AnswerButtons(Finding, discord.Cog):
    """What is under results and answers, wherever they are."""

    @responds_to(OpenResultId)
    async def open(self, interaction: discord.Interaction, pressed: OpenResultId, entry_id: int) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                entry = await work.faq.reading.answer(context.actor, entry_id)
                await work.faq.log.opened(context.actor, pressed.log_id, entry.id)
            others, said = results_in(interaction), heading_of(interaction)
            await ui.opened(entry, pressed.log_id, context.snapshot, others=others, said=said).replace(interaction)

    @responds_to(BackId)
    async def back(self, interaction: discord.Interaction, pressed: BackId) -> None:
        async with answering(interaction, update=True):
            if not (found := results_in(interaction)):
                raise UnknownComponent
            context = await self._context(interaction)
            heading, offer = heading_of(interaction), replace(await self._offer(context), can_tell=False)
            shown = ui.results(heading, found, pressed.log_id, context.snapshot, offer)
            await shown.replace(interaction)

    @responds_to(RateId)
    async def rate(self, interaction: discord.Interaction, pressed: RateId) -> None:
        async with answering(interaction):
            context = RequestContext(*await self._bot.asked_by(interaction, pressed.guild_id))
            actor, hits = context.actor, list[Hit]()
            is_here = interaction.guild_id is not None
            async with self._bot.uow() as work:
                entry = await work.faq.reading.answer(actor, pressed.entry_id)
                counted = await work.faq.log.rated(actor, pressed.log_id, entry.id, helpful=pressed.helpful)
                if not pressed.helpful and is_here:
                    asked = await work.faq.log.words(actor, pressed.log_id) or entry.title
                    found = await work.faq.search.search(actor.guild_id, asked, languages_of(interaction))
                    hits = [hit for hit in found if hit.id != entry.id][:OTHERS]
            if pressed.helpful:
                await ui.rated(counted=counted).send(interaction)
                return
            offer = await self._offer(context) if is_here else ui.Offer(can_ask=False)
            await ui.not_helpful(hits, pressed.log_id, offer, counted=counted).send(interaction)

    @responds_to(TellMeId)
    async def tell_me(self, interaction: discord.Interaction, pressed: TellMeId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                if not await work.faq.log.want_told(context.actor, pressed.log_id):
                    raise SearchNotFound
            offer = await self._offer(context)
            said, hits = heading_of(interaction) or "", results_in(interaction)
            await ui.told_later(said, hits, pressed.log_id, context.snapshot, offer).replace(interaction)
