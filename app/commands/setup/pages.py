"""Going from step to step, skipping one, looking at it again, and the end."""

import discord

from app.commands.setup.request import SetupCog
from app.core.setup import Mark, Progress, Step
from app.services.settings.setup import Changes
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.setup.end import end_page
from app.ui.setup.ids import AgainId, BeginId, CloseId, EndId, KeepId, ListId, SkipId, StepId
from app.ui.setup.pages import checklist, step_page
from app.ui.setup.steps import neighbours
from app.uow import UnitOfWork


class SetupPages(SetupCog, discord.Cog):
    """What the buttons do that lead somewhere. Each shows how the server is now, however old its message is."""

    @responds_to(BeginId)
    async def begin(self, interaction: discord.Interaction, _: BeginId) -> None:
        async with answering(interaction):
            await checklist(await self._scene(await self._manager(interaction))).send(interaction)

    @responds_to(ListId)
    async def show_all(self, interaction: discord.Interaction, _: ListId) -> None:
        async with answering(interaction, update=True):
            await checklist(await self._scene(await self._manager(interaction))).replace(interaction)

    @responds_to(StepId)
    async def show(self, interaction: discord.Interaction, pressed: StepId) -> None:
        await self._show(interaction, pressed.step)

    @responds_to(AgainId)
    async def look_again(self, interaction: discord.Interaction, pressed: AgainId) -> None:
        await self._show(interaction, pressed.step)

    async def _show(self, interaction: discord.Interaction, step: Step | None) -> None:
        async with answering(interaction, update=True):
            scene = await self._scene(await self._manager(interaction))
            reply = checklist(scene) if step is None else step_page(scene, step)
            await reply.replace(interaction)

    @responds_to(SkipId)
    async def skip(self, interaction: discord.Interaction, pressed: SkipId) -> None:
        await self._mark(interaction, pressed.step, Mark.SKIPPED if pressed.on else None)

    @responds_to(KeepId)
    async def keep(self, interaction: discord.Interaction, pressed: KeepId) -> None:
        await self._mark(interaction, pressed.step, Mark.KEPT)

    async def _mark(self, interaction: discord.Interaction, step: Step, mark: Mark | None) -> None:
        """Say something about a step and show the next; or say nothing about it any more, and show it."""
        async with answering(interaction, update=True):
            context = await self._manager(interaction)

            async def say(work: UnitOfWork) -> None:
                if mark is not None:
                    await work.setup.mark(context.actor, step, mark)
                else:
                    await work.setup.unmark(context.actor, step)

            scene = await self._scene(context, say)
            after = step if mark is None else neighbours(step)[1]
            reply = checklist(scene) if after is None else step_page(scene, after)
            await reply.replace(interaction)

    @responds_to(EndId)
    async def end(self, interaction: discord.Interaction, _: EndId) -> None:
        await self._end(interaction, is_over=False)

    @responds_to(CloseId)
    async def close(self, interaction: discord.Interaction, _: CloseId) -> None:
        await self._end(interaction, is_over=True)

    async def _end(self, interaction: discord.Interaction, *, is_over: bool) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            since = Progress.of(context.snapshot).begun_at
            changes = Changes([], 0)
            if since is not None:
                async with self._bot.uow() as work:
                    changes = await work.setup.changes(context.actor, since)
                    if is_over:
                        await work.setup.end(context.actor)
                        work.after_commit(lambda: self._bot.settings.invalidate(context.actor.guild_id))
            scene = await self._seen(context.actor, context.guild)
            await end_page(scene, since, changes.entries, is_over=is_over).replace(interaction)
