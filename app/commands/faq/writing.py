"""/faq add and edit, the form of an entry, and what is shown before it is saved."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import discord

from app.commands.faq import groups
from app.commands.faq.choosing import entry_option, read_language, suggest_languages
from app.commands.faq.request import FaqCog, RequestContext
from app.core import when
from app.core.errors import InvalidInput
from app.core.faq.drafts import checked
from app.core.faq.entries import Draft
from app.core.faq.errors import EntryChanged, EntryNotFound, TitleTaken
from app.core.faq.written_in import usual
from app.core.messages import t
from app.services.faq.rows import draft_of
from app.ui.faq import cards, forms, gaps
from app.ui.faq import preview as ui
from app.ui.faq.entry_ids import (
    ChangeId,
    DiscardId,
    EditId,
    InsteadId,
    SaveId,
    SwitchId,
    Target,
    UndoEditId,
    WriteFormId,
    WriteId,
)
from app.ui.kit.forms import FilledIn
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to

EMPTY = Draft("", "")
MAX_LANGUAGE = 60
ON, OFF = "on", "off"
OWNER, VERIFY_BY, LANGUAGE = "owner", "verify_by", "language"
STATES = [discord.OptionChoice(ON, ON), discord.OptionChoice(OFF, OFF)]
CLEARED = [discord.OptionChoice(one, one) for one in (OWNER, VERIFY_BY, LANGUAGE)]

owner_option = discord.option(
    "owner",
    discord.SlashCommandOptionType.mentionable,
    description="Who sees to it: a person or a role",
    required=False,
)
verify_option = discord.option(
    "verify_by",
    str,
    description="When its owner is reminded to check it, such as: in 6 months",
    required=False,
    max_length=when.MAX_PHRASE,
)
language_option = discord.option(
    "language",
    str,
    description="The language it is written in; the server's unless you say so",
    required=False,
    autocomplete=suggest_languages,
    max_length=MAX_LANGUAGE,
)


class WritingCog(FaqCog):
    """What commands and buttons share that write entries."""

    async def _options(
        self,
        interaction: discord.Interaction,
        context: RequestContext,
        owner: Any,
        verify_by: str | None,
        language: str | None,
    ) -> Target:
        """Read what is chosen beside a form. Raises InvalidInput."""
        user_id, role_id = _owner(owner)
        return Target(
            owner_user_id=user_id,
            owner_role_id=role_id,
            verify_by=await self._moment(interaction, context, verify_by) if verify_by is not None else None,
            language=read_language(language) if language is not None else None,
        )

    async def _open_form(self, interaction: discord.Interaction, context: RequestContext, typed: str | int) -> None:
        async with self._bot.uow() as work:
            reading = work.faq.reading
            if isinstance(typed, int):
                found = await reading.get_to_edit(context.actor, typed)
            else:
                found = await reading.find_to_edit(context.actor, typed)
        target = Target(entry_id=found.id, version=found.version)
        await interaction.response.send_modal(forms.entry_form(target, forms.filled_in(draft_of(found))))


class WritingCommands(WritingCog):
    """Adding and changing."""

    @groups.faq.command(name="add", description="Write a new entry of the FAQ (staff only)")
    @owner_option
    @verify_option
    @language_option
    async def add(
        self,
        ctx: discord.ApplicationContext,
        owner: discord.User | discord.Role | None = None,
        verify_by: str | None = None,
        language: str | None = None,
    ) -> None:
        context = await self._staff(ctx.interaction)
        target = await self._options(ctx.interaction, context, owner, verify_by, language)
        await ctx.interaction.response.send_modal(forms.entry_form(target, FilledIn.of({})))

    @groups.faq.command(name="edit", description="Change an entry of the FAQ: its text, or what you choose here")
    @entry_option("Which entry")
    @owner_option
    @verify_option
    @language_option
    @discord.option("state", str, description="Whether members find it", required=False, choices=STATES)
    @discord.option("clear", str, description="What it has no more", required=False, choices=CLEARED)
    async def edit(
        self,
        ctx: discord.ApplicationContext,
        entry: str,
        owner: discord.User | discord.Role | None = None,
        verify_by: str | None = None,
        language: str | None = None,
        state: str | None = None,
        clear: str | None = None,
    ) -> None:
        context = await self._context(ctx.interaction)
        if owner is None and not any((verify_by, language, state, clear)):
            await self._open_form(ctx.interaction, context, entry)
            return
        async with answering(ctx.interaction):
            target = await self._options(ctx.interaction, context, owner, verify_by, language)

            def change(old: Draft) -> Draft:
                wanted = forms.chosen_beside(target, old)
                if state is not None:
                    wanted = replace(wanted, enabled=state == ON)
                return _cleared(wanted, clear)

            async with self._bot.uow() as work:
                found = await work.faq.reading.find_to_edit(context.actor, entry)
                done = await work.faq.entries.edit(context.actor, found.id, change)
            await cards.changed(done, context.snapshot, self._bot.clock()).send(ctx.interaction)


class WritingForms(WritingCog, discord.Cog):
    """The form, and what is shown before an entry is saved."""

    @responds_to(WriteId)
    async def write(self, interaction: discord.Interaction, _: WriteId) -> None:
        await self._staff(interaction)
        await interaction.response.send_modal(forms.entry_form(Target(), FilledIn.of({})))

    @responds_to(EditId)
    async def edit_one(self, interaction: discord.Interaction, pressed: EditId) -> None:
        await self._open_form(interaction, await self._context(interaction), pressed.entry_id)

    @responds_to(WriteFormId)
    async def written(self, interaction: discord.Interaction, form: WriteFormId) -> None:
        given = FilledIn.read(interaction)
        here = _is_ours(interaction.message)
        async with answering(interaction, update=here):
            with self._bot.kept_forms.keeping(interaction, lambda: forms.entry_form(form.target, given)):
                # What can be wrong with the text is said before anything is read.
                checked(forms.draft_from(given, EMPTY))
                reply = await self._previewed(interaction, form.target, lambda old: forms.draft_from(given, old))
            await (reply.replace if here else reply.send)(interaction)

    @responds_to(ChangeId)
    async def change(self, interaction: discord.Interaction, pressed: ChangeId) -> None:
        shown = ui.written_in(interaction.message, EMPTY)
        await self._context(interaction)
        await interaction.response.send_modal(forms.entry_form(pressed.target, forms.filled_in(shown)))

    @responds_to(InsteadId)
    async def instead(self, interaction: discord.Interaction, pressed: InsteadId) -> None:
        async with answering(interaction, update=True):
            message = interaction.message
            reply = await self._previewed(interaction, pressed.target, lambda old: ui.written_in(message, old))
            await reply.replace(interaction)

    @responds_to(DiscardId)
    async def discard(self, interaction: discord.Interaction, _: DiscardId) -> None:
        async with answering(interaction, update=True):
            await self._context(interaction)
            await cards.discarded().replace(interaction)

    @responds_to(SaveId)
    async def save(self, interaction: discord.Interaction, pressed: SaveId) -> None:
        async with answering(interaction, update=True):
            context = await self._context(interaction)
            shown = ui.written_in(interaction.message, EMPTY)
            reply = await self._saved(context, pressed.target, shown)
            await reply.replace(interaction)

    @responds_to(SwitchId)
    async def switch(self, interaction: discord.Interaction, pressed: SwitchId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                done = await work.faq.entries.edit(
                    context.actor, pressed.entry_id, lambda old: replace(old, enabled=pressed.on)
                )
            await cards.changed(done, context.snapshot, self._bot.clock()).replace(interaction)

    @responds_to(UndoEditId)
    async def undo(self, interaction: discord.Interaction, pressed: UndoEditId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                done = await work.faq.entries.back_to(
                    context.actor, pressed.entry_id, pressed.version - 1, version=pressed.version
                )
            await cards.changed(done, context.snapshot, self._bot.clock()).replace(interaction)

    async def _previewed(
        self, interaction: discord.Interaction, target: Target, write: Callable[[Draft], Draft]
    ) -> Reply:
        """Show what was written as it will look, or why it cannot be saved like that."""
        context, now = await self._context(interaction), self._bot.clock()
        note = t("This is how it will look. Nothing is saved yet.")

        def wanted(old: Draft) -> Draft:
            return forms.chosen_beside(target, write(old))

        if target.entry_id is None or target.version is None:
            language = target.language or usual(interaction.guild_locale)
            draft = checked(replace(wanted(EMPTY), language=language))
            try:
                async with self._bot.uow() as work:
                    await work.faq.entries.check_new(context.actor, draft)
            except TitleTaken as taken:
                return await self._taken(context, draft, target, taken)
            return ui.preview(draft, replace(target, language=language), context.snapshot, now, note=note)
        try:
            async with self._bot.uow() as work:
                before, draft = await work.faq.entries.plan(
                    context.actor, target.entry_id, wanted, version=target.version
                )
        except EntryChanged as changed:
            return self._changed(context, target, changed)
        except EntryNotFound:
            return self._gone(context, target, checked(wanted(EMPTY)))
        note = ui.with_changes(note, before, draft)
        return ui.preview(draft, target, context.snapshot, now, note=note)

    async def _saved(self, context: RequestContext, target: Target, shown: Draft) -> Reply:
        now = self._bot.clock()

        def wanted(old: Draft) -> Draft:
            return forms.chosen_beside(target, forms.draft_from(forms.filled_in(shown), old))

        if target.entry_id is None or target.version is None:
            draft = checked(wanted(EMPTY))
            try:
                async with self._bot.uow() as work:
                    if target.answers is None:
                        made, handled = await work.faq.entries.add(context.actor, draft), None
                    else:
                        made, handled = await work.faq.answering.by_new(context.actor, target.answers, draft)
            except TitleTaken as taken:
                return await self._taken(context, draft, target, taken)
            if handled is None:
                return cards.added(made, context.snapshot, now)
            self._bot.dispatch("faq_answered")
            return cards.added(made, context.snapshot, now, answers=gaps.written(handled))
        try:
            async with self._bot.uow() as work:
                actor, entry_id, version = context.actor, target.entry_id, target.version
                if target.answers is None:
                    done = await work.faq.entries.edit(actor, entry_id, wanted, version=version)
                else:
                    done = await work.faq.answering.by_edit(actor, target.answers, entry_id, wanted, version)
        except EntryChanged as changed:
            return self._changed(context, target, changed)
        except EntryNotFound:
            return self._gone(context, target, checked(wanted(EMPTY)))
        if target.answers is not None:
            self._bot.dispatch("faq_answered")
        return cards.changed(done, context.snapshot, now)

    async def _taken(self, context: RequestContext, draft: Draft, target: Target, taken: TitleTaken) -> Reply:
        async with self._bot.uow.reading() as work:
            there = await work.faq.reading.get(context.actor, taken.entry_id)
        now = self._bot.clock()
        if draft_of(there) == draft and there.created_by == context.actor.user_id:
            # The button was pressed twice.
            return cards.added(there, context.snapshot, now)
        return ui.taken(draft, target, there.id, there.version, context.snapshot, now)

    def _changed(self, context: RequestContext, target: Target, changed: EntryChanged) -> Reply:
        newer = replace(target, version=changed.version)
        note = ui.changed_meanwhile(changed)
        return ui.preview(changed.both, newer, context.snapshot, self._bot.clock(), note=note)

    def _gone(self, context: RequestContext, target: Target, draft: Draft) -> Reply:
        as_new = replace(target, entry_id=None, version=None)
        note = t("That entry was removed while you were writing. You can save what you wrote as a new one.")
        return ui.preview(draft, as_new, context.snapshot, self._bot.clock(), note=note)


def _is_ours(message: discord.Message | None) -> bool:
    """Tell whether a message shows an entry to the person who writes it, so that what follows takes its place."""
    if message is None or not message.flags.ephemeral:
        return False
    ids = [str(getattr(one, "custom_id", "")) for row in message.components for one in getattr(row, "children", ())]
    return any(one.startswith((f"{SaveId.route}:", f"{InsteadId.route}:", f"{SwitchId.route}:")) for one in ids)


def _owner(owner: Any) -> tuple[int | None, int | None]:
    """Return the id of a person or of a role. Raises InvalidInput."""
    if owner is None:
        return None, None
    if isinstance(owner, discord.Role):
        if owner.is_default():
            raise InvalidInput("Everybody has that role. Choose one that only some people have.")
        return None, owner.id
    if owner.bot:
        raise InvalidInput("Bots look after no entries. Choose a person or a role.")
    return owner.id, None


def _cleared(draft: Draft, what: str | None) -> Draft:
    if what == OWNER:
        return replace(draft, owner_user_id=None, owner_role_id=None)
    if what == VERIFY_BY:
        return replace(draft, verify_by=None)
    return replace(draft, language=None) if what == LANGUAGE else draft
