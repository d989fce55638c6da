"""A member's way: the button that begins it, forms, going back, the summary, and the end."""

from contextlib import suppress
from datetime import datetime

import discord

from app.commands.onboarding import groups
from app.commands.onboarding.request import OnboardingCog, RequestContext
from app.core.actor import Actor
from app.core.errors import UserError
from app.core.messages import t
from app.core.onboarding.errors import FormChanged, HasLeft, NotStarted, NotYours, RulesChanged
from app.core.onboarding.joining import require_let_in
from app.core.onboarding.limits import MAX_HINT
from app.core.onboarding.progress import At, Progress
from app.effects.onboarding import finishing
from app.effects.onboarding.granting import find_member
from app.effects.sending import ERRORS
from app.models import Onboarding
from app.services.onboarding.flow import Completed
from app.ui.kit.context import present
from app.ui.kit.errors import note_error
from app.ui.kit.failures import in_one_sentence
from app.ui.kit.forms import FilledIn, FormIsGone
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.onboarding import pages
from app.ui.onboarding.done import done
from app.ui.onboarding.forms import field_of, key_of, page_form, read
from app.ui.onboarding.ids import (
    AcceptId,
    AnswerFormId,
    AnswerId,
    BackId,
    BeginForId,
    BeginId,
    ChangeId,
    ConfirmId,
    NextId,
    RestartId,
)
from app.ui.onboarding.mine import mine
from app.ui.onboarding.whose import Whose


def in_place(interaction: discord.Interaction) -> bool:
    """Tell whether the answer can take the place of the message: one that only this person sees.

    A panel, or what everybody reads, is never replaced, whatever an id says.
    """
    return interaction.message is not None and interaction.message.flags.ephemeral


def whose(context: RequestContext) -> Whose:
    """Say for whom something is shown."""
    return Whose(context.snapshot, context.actor.user_id)


def is_one_form(progress: Progress) -> bool:
    """Tell whether everything that is asked is one form, and nothing has to be read before it."""
    return (
        progress.at is At.PAGE
        and progress.version is None
        and len(progress.page) == len(progress.asked)
        and not progress.answers
        and all(len(one.text) <= MAX_HINT for one in progress.page)
    )


async def answered(interaction: discord.Interaction, reply: Reply) -> None:
    """Show a reply in place of the message, or as a new one that only this person sees."""
    await (reply.replace(interaction) if in_place(interaction) else reply.send(interaction))


class Drawing:
    """Makes what a member sees next, while that is being saved."""

    def __init__(self, context: RequestContext) -> None:
        self._context = context
        self._made: tuple[Progress, Reply] | None = None

    def __call__(self, progress: Progress) -> None:
        """Make it, unless rules would have to be read first. A mistake shows when it is made again."""
        if progress.at is not At.RULES or progress.rules:
            with suppress(Exception):
                reply = pages.shown(progress, whose(self._context), progress.rules)
                # What takes longest of it, which is kept.
                _ = reply.components
                self._made = progress, reply

    def of(self, progress: Progress) -> Reply | None:
        """Return what was made of this very progress, if it was."""
        return self._made[1] if self._made is not None and self._made[0] is progress else None


class WalksThrough(OnboardingCog):
    """Shows a member where they are."""

    async def _owner(self, interaction: discord.Interaction, guild_id: int, user_id: int) -> RequestContext:
        """Read who asks by a button that was made for one member of one server. Raises NotYours."""
        if present(interaction.user).id != user_id or interaction.guild_id not in {None, guild_id}:
            raise NotYours
        return await self._context(interaction, guild_id)

    async def _begin(self, interaction: discord.Interaction, guild_id: int | None = None) -> None:
        context = await self._context(interaction, guild_id)
        if context.policy.asks_rules:
            async with answering(interaction, update=in_place(interaction)):
                progress, reply = await self._begun(context, await self._joined_at(interaction, context))
                await answered(interaction, reply)
            return
        # What comes may be a form, which has to be the first response.
        progress, reply = await self._begun(context, await self._joined_at(interaction, context))
        if is_one_form(progress):
            await interaction.response.send_modal(self._form(context, progress))
        else:
            await answered(interaction, reply)

    async def _joined_at(self, interaction: discord.Interaction, context: RequestContext) -> datetime | None:
        """Return when somebody joined who may begin. Raises HasLeft, IsPending, IsQuarantined, IsGuest."""
        member = interaction.user
        if isinstance(member, discord.Member):
            require_let_in(is_pending=member.pending, flags=member.flags.value)
            return member.joined_at
        # In a direct message Discord says nothing of the server.
        try:
            found = await find_member(self._bot, context.actor.guild_id, context.actor.user_id)
        except ERRORS as error:
            raise in_one_sentence(error) from error
        if found is None:
            raise HasLeft
        require_let_in(is_pending=bool(found.get("pending")), flags=int(found.get("flags") or 0))
        return datetime.fromisoformat(found["joined_at"]) if found.get("joined_at") else None

    async def _begun(self, context: RequestContext, joined_at: datetime | None) -> tuple[Progress, Reply]:
        show = Drawing(context)
        progress = await self._bot.uow.at_once(
            lambda work: work.onboarding.flow.begin(context.actor, context.policy, joined_at=joined_at, show=show)
        )
        return progress, await self._page(context, progress, show=show)

    async def _mine(self, context: RequestContext, note: str = "") -> Reply:
        async with self._bot.uow.reading() as work:
            record = await work.onboarding.finding.mine(context.actor)
            known = await work.onboarding.flow.mine(context.actor)
        return mine(record, known.questions if known is not None else (), whose(context), note)

    async def _page(
        self, context: RequestContext, progress: Progress, note: str = "", show: Drawing | None = None
    ) -> Reply:
        """Return what a member sees: made before by `show`, if that was of this very progress."""
        if show is not None and (made := show.of(progress)) is not None:
            return made
        rules = progress.rules
        if progress.at is At.RULES and progress.version is not None and not rules:
            async with self._bot.uow.reading() as work:
                rules = await work.onboarding.flow.rules(context.actor, progress.version)
        return pages.shown(progress, whose(context), rules, note)

    def _form(self, context: RequestContext, progress: Progress, *, mine: bool = False) -> discord.ui.DesignerModal:
        """Make the form of a page, with what was typed into it and refused, if this process remembers."""
        actor = context.actor
        try:
            return self._bot.kept_forms.reopen(
                key_of(actor.guild_id, actor.user_id, map(field_of, progress.page)), actor.user_id
            )
        except FormIsGone:
            return page_form(progress.page, progress.answers, AnswerFormId(**whose(context).ids, mine=mine))


class FlowCommands(WalksThrough):
    """What begins it by command."""

    @groups.onboarding.command(name="start", description="Begin here, or go on where you were")
    async def start(self, ctx: discord.ApplicationContext) -> None:
        await self._begin(ctx.interaction)


class FlowButtons(WalksThrough, discord.Cog):
    """The buttons, menus and forms of a member's way."""

    @responds_to(BeginId)
    async def begin(self, interaction: discord.Interaction, pressed: BeginId) -> None:
        del pressed
        await self._begin(interaction)

    @responds_to(BeginForId)
    async def begin_for(self, interaction: discord.Interaction, pressed: BeginForId) -> None:
        await self._owner(interaction, pressed.guild_id, pressed.user_id)
        await self._begin(interaction, pressed.guild_id)

    @responds_to(AcceptId)
    async def accept(self, interaction: discord.Interaction, pressed: AcceptId) -> None:
        async with answering(interaction, update=in_place(interaction)):
            context = await self._owner(interaction, pressed.guild_id, pressed.user_id)
            flow_note, show = "", Drawing(context)
            locale = str(interaction.locale or "")
            try:
                progress = await self._bot.uow.at_once(
                    lambda work: work.onboarding.flow.accept(
                        context.actor, context.policy, pressed.version, locale=locale, carries_out=True, show=show
                    )
                )
            except RulesChanged as changed:
                flow_note = str(changed)
                async with self._bot.uow.reading() as work:
                    progress = await work.onboarding.flow.look(context.actor, context.policy)
            reply = await self._page(context, progress, flow_note, show)
            if progress.at is At.DONE:
                reply = await self._finished(context, progress.held_until)
            await answered(interaction, reply)

    @responds_to(AnswerId)
    async def answer(self, interaction: discord.Interaction, pressed: AnswerId) -> None:
        context = await self._owner(interaction, pressed.guild_id, pressed.user_id)
        async with self._bot.uow.reading() as work:
            progress = await work.onboarding.flow.page(context.actor, context.policy, pressed.question_id)
        await interaction.response.send_modal(self._form(context, progress))

    @responds_to(ChangeId)
    async def change(self, interaction: discord.Interaction, pressed: ChangeId, question_id: int) -> None:
        context = await self._owner(interaction, pressed.guild_id, pressed.user_id)
        async with self._bot.uow.reading() as work:
            progress = await work.onboarding.flow.page(context.actor, context.policy, question_id, alone=True)
        await interaction.response.send_modal(self._form(context, progress, mine=pressed.mine))

    @responds_to(AnswerFormId)
    async def filled_in(self, interaction: discord.Interaction, form: AnswerFormId) -> None:
        typed = FilledIn.read(interaction)
        async with answering(interaction, update=in_place(interaction)):
            context = await self._owner(interaction, form.guild_id, form.user_id)
            show = Drawing(context)
            try:
                given = read(typed)
                progress = await self._bot.uow.at_once(
                    lambda work: work.onboarding.flow.answer(context.actor, context.policy, given, show=show)
                )
                reply = await self._page(context, progress, show=show)
                if form.mine and progress.at is not At.PAGE:
                    reply = await self._mine(context, t("Your answer is changed."))
            except UserError as refused:
                note_error(refused)
                reply = await self._refused(context, form, typed, refused)
            else:
                self._bot.kept_forms.forget(kept_as(context.actor, typed))
            await answered(interaction, reply)

    @responds_to(BackId)
    async def back(self, interaction: discord.Interaction, pressed: BackId) -> None:
        await self._go(interaction, pressed, back=True)

    @responds_to(NextId)
    async def forward(self, interaction: discord.Interaction, pressed: NextId) -> None:
        await self._go(interaction, pressed, back=False)

    @responds_to(RestartId)
    async def restart(self, interaction: discord.Interaction, pressed: RestartId) -> None:
        async with answering(interaction, update=in_place(interaction)):
            context = await self._owner(interaction, pressed.guild_id, pressed.user_id)
            show = Drawing(context)
            progress = await self._bot.uow.at_once(
                lambda work: work.onboarding.flow.restart(context.actor, context.policy, show=show)
            )
            await answered(interaction, await self._page(context, progress, show=show))

    @responds_to(ConfirmId)
    async def confirm(self, interaction: discord.Interaction, pressed: ConfirmId) -> None:
        async with answering(interaction, update=in_place(interaction)):
            context = await self._owner(interaction, pressed.guild_id, pressed.user_id)
            ended = await self._bot.uow.at_once(
                lambda work: work.onboarding.flow.confirm(context.actor, context.policy)
            )
            if isinstance(ended, Completed):
                reply = await self._finished(context, ended.held_until, ended.row, is_new=ended.is_new)
            else:
                reply = await self._page(context, ended)
            await answered(interaction, reply)

    async def _go(self, interaction: discord.Interaction, pressed: BackId | NextId, *, back: bool) -> None:
        async with answering(interaction, update=in_place(interaction)):
            context = await self._owner(interaction, pressed.guild_id, pressed.user_id)
            step = "summary" if pressed.question_id is None else str(pressed.question_id)
            show = Drawing(context)
            progress = await self._bot.uow.at_once(
                lambda work: work.onboarding.flow.go_to(
                    context.actor, context.policy, from_step=step, back=back, show=show
                )
            )
            await answered(interaction, await self._page(context, progress, show=show))

    async def _refused(self, context: RequestContext, form: AnswerFormId, typed: FilledIn, refused: UserError) -> Reply:
        """Show the page again, with why, and keep what was typed for its form; nothing of it was stored."""
        if isinstance(refused, NotStarted):
            raise refused
        given = read(typed)
        async with self._bot.uow.reading() as work:
            flow = work.onboarding.flow
            if isinstance(refused, FormChanged) or not given:
                if form.mine:
                    raise refused
                progress = await flow.look(context.actor, context.policy)
                note = pages.given_back(str(refused), typed)
            else:
                page_id, alone = given[0].question_id, form.mine or len(given) == 1
                progress = await flow.page(context.actor, context.policy, page_id, alone=alone)
                note = f"⚠️ {refused}"
                self._bot.kept_forms.keep(
                    kept_as(context.actor, typed),
                    context.actor.user_id,
                    lambda: page_form(progress.page, {}, form, typed),
                )
        return await self._page(context, progress, note)

    async def _finished(
        self,
        context: RequestContext,
        held_until: datetime | None,
        row: Onboarding | None = None,
        *,
        is_new: bool = True,
    ) -> Reply:
        grants = await finishing.finish(self._bot, context.actor, held_until, row)
        if grants is None:
            raise HasLeft
        return done(grants, is_new=is_new)


def kept_as(actor: Actor, typed: FilledIn) -> int:
    """Return under which key a form is kept that came back like this."""
    return key_of(actor.guild_id, actor.user_id, typed.values)
