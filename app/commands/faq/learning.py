"""/faq gaps and words: what was searched for in vain, and what staff do about it."""

import discord

from app.commands.faq import groups
from app.commands.faq.request import FaqCog
from app.services.faq.gaps import MAX_DAYS
from app.ui.faq import forms, gaps, synonyms
from app.ui.faq.entry_ids import Target
from app.ui.faq.learning_ids import (
    AnsweredById,
    AnswerWithEntryId,
    ConfirmPairId,
    DismissPairId,
    FindEntryFormId,
    FindEntryId,
    GapId,
    GapsId,
    NeedsNoneId,
    PairsId,
    UndoGapId,
    UndoPairId,
    WriteAnswerId,
)
from app.ui.kit.forms import FilledIn
from app.ui.kit.language import languages_of
from app.ui.kit.limits import MAX_OPTIONS
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff

DAYS = 30


class LearningCog(FaqCog):
    """What commands and buttons share that show what has no answer."""

    async def _gap_page(self, interaction: discord.Interaction, page: int, days: int) -> Reply:
        async with self._looking(interaction) as (context, work):
            found = await work.faq.gaps.page(context.actor, page, days=days)
            pairs = await work.faq.synonyms.count(context.actor)
        return gaps.page(found, context.snapshot, days=days, pairs=pairs)

    async def _pairs(self, interaction: discord.Interaction, page: int) -> Reply:
        async with self._looking(interaction) as (context, work):
            found = await work.faq.synonyms.page(context.actor, page)
        return synonyms.page(found, context.snapshot)


class LearningCommands(LearningCog):
    """Seeing what is missing."""

    @for_staff
    @groups.faq.command(name="gaps", description="See what was searched for and has no answer yet (staff only)")
    @discord.option(
        "days", int, description="Of how many days, 30 if left out", required=False, min_value=1, max_value=MAX_DAYS
    )
    async def gaps(self, ctx: discord.ApplicationContext, days: int = DAYS) -> None:
        async with answering(ctx.interaction):
            reply = await self._gap_page(ctx.interaction, 0, min(max(days, 1), MAX_DAYS))
            await reply.send(ctx.interaction)

    @for_staff
    @groups.faq.command(name="words", description="See by which words people should find entries too (staff only)")
    async def words(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            await (await self._pairs(ctx.interaction, 0)).send(ctx.interaction)


class LearningButtons(LearningCog, discord.Cog):
    """What staff do about what has no answer."""

    @responds_to(GapsId)
    async def turn(self, interaction: discord.Interaction, pressed: GapsId) -> None:
        async with answering(interaction, update=True):
            await (await self._gap_page(interaction, pressed.page, pressed.days)).replace(interaction)

    @responds_to(GapId)
    async def choose(self, interaction: discord.Interaction, pressed: GapId, log_id: int) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                gap = await work.faq.gaps.one(context.actor, log_id, days=pressed.days)
            await gaps.one(gap, context.snapshot, days=pressed.days).replace(interaction)

    @responds_to(WriteAnswerId)
    async def write(self, interaction: discord.Interaction, pressed: WriteAnswerId) -> None:
        # The form has to be the first response, so only one row is read: how it was asked.
        async with self._work(interaction) as (context, work):
            wording = await work.faq.gaps.wording(context.actor, pressed.log_id)
        given = FilledIn.of({forms.TITLE: wording})
        await interaction.response.send_modal(forms.entry_form(Target(answers=pressed.log_id), given))

    @responds_to(AnsweredById)
    async def entries(self, interaction: discord.Interaction, pressed: AnsweredById) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                gap = await work.faq.gaps.one(context.actor, pressed.log_id)
                languages = [one for one in (gap.language, interaction.guild_locale) if one]
                found = await work.faq.search.search(
                    context.actor.guild_id, " ".join(gap.keys[:5]), languages, limit=MAX_OPTIONS
                )
            await gaps.choose_entry(gap, found).replace(interaction)

    @responds_to(FindEntryId)
    async def ask(self, interaction: discord.Interaction, pressed: FindEntryId) -> None:
        async with self._work(interaction) as (context, work):
            await work.faq.gaps.wording(context.actor, pressed.log_id)
        await interaction.response.send_modal(gaps.find_form(pressed.log_id))

    @responds_to(FindEntryFormId)
    async def show_entries(self, interaction: discord.Interaction, form: FindEntryFormId) -> None:
        async with answering(interaction, update=True):
            typed = FilledIn.read(interaction).typed(gaps.TITLE)
            async with self._work(interaction) as (context, work):
                gap = await work.faq.gaps.one(context.actor, form.log_id)
                guild_id, languages = context.actor.guild_id, languages_of(interaction)
                found = await work.faq.search.suggest(guild_id, typed, languages, limit=MAX_OPTIONS)
                hidden = await work.faq.reading.suggest_disabled(context.actor, typed, limit=MAX_OPTIONS)
                if not found and not hidden:
                    found = await work.faq.search.search(guild_id, typed, languages, limit=MAX_OPTIONS)
            await gaps.choose_entry(gap, [*found, *hidden], searched=typed).replace(interaction)

    @responds_to(AnswerWithEntryId)
    async def answered(self, interaction: discord.Interaction, pressed: AnswerWithEntryId, entry_id: int) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                done = await work.faq.answering.by_entry(context.actor, pressed.log_id, entry_id)
            self._bot.dispatch("faq_answered")
            await gaps.answered(done).replace(interaction)

    @responds_to(NeedsNoneId)
    async def needs_none(self, interaction: discord.Interaction, pressed: NeedsNoneId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                done = await work.faq.gaps.dismiss(context.actor, pressed.log_id)
            await gaps.needs_none(done).replace(interaction)

    @responds_to(UndoGapId)
    async def undo(self, interaction: discord.Interaction, pressed: UndoGapId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                count, is_whole = await work.faq.answering.undo(
                    context.actor, pressed.at, pressed.entry_id, pressed.version
                )
            await gaps.undone(count, is_whole=is_whole).replace(interaction)

    @responds_to(PairsId)
    async def turn_pairs(self, interaction: discord.Interaction, pressed: PairsId) -> None:
        async with answering(interaction, update=True):
            await (await self._pairs(interaction, pressed.page)).replace(interaction)

    @responds_to(ConfirmPairId)
    async def confirm(self, interaction: discord.Interaction, pressed: ConfirmPairId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                done = await work.faq.answering.by_pair(context.actor, pressed.log_id, pressed.entry_id)
            self._bot.dispatch("faq_answered")
            await synonyms.confirmed(done).replace(interaction)

    @responds_to(DismissPairId)
    async def dismiss(self, interaction: discord.Interaction, pressed: DismissPairId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                done = await work.faq.synonyms.dismiss(context.actor, pressed.log_id, pressed.entry_id)
            await synonyms.dismissed(done).replace(interaction)

    @responds_to(UndoPairId)
    async def undo_pair(self, interaction: discord.Interaction, pressed: UndoPairId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                await work.faq.synonyms.undo(context.actor, pressed.at)
            await synonyms.undone().replace(interaction)
