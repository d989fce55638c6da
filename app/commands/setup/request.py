"""What the command, the buttons and the forms of setting up begin with: who asks, and how the server is."""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.core.setup import Progress, Step
from app.services.settings import SettingsNotAllowed
from app.ui.kit.context import present
from app.ui.kit.forms import FormRefused
from app.ui.kit.inviting import grant_button
from app.ui.kit.mentions import readable
from app.ui.setup.pages import Scene
from app.ui.setup.picking import PickRefused
from app.ui.setup.state import Facts, statuses
from app.uow import UnitOfWork


@record
class RequestContext:
    """Who asks, where, and what their server chose."""

    actor: Actor
    guild: discord.Guild
    snapshot: SettingsSnapshot


class SetupCog:
    """What all parts share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _manager(self, interaction: discord.Interaction) -> RequestContext:
        """Read who asks. Raises SettingsNotAllowed, also when somebody has lost the right since they began."""
        actor, snapshot = await self._bot.asked_by(interaction)
        if not actor.is_manager:
            raise SettingsNotAllowed
        return RequestContext(actor, present(interaction.guild), snapshot)

    async def _scene(
        self, context: RequestContext, do: Callable[[UnitOfWork], Awaitable[object]] | None = None
    ) -> Scene:
        """Do something, if there is something, and return how the server is then.

        Whoever is the first begins: what is set from then on is told at the end.
        """
        actor = context.actor
        begins = Progress.of(context.snapshot).begun_at is None
        if begins or do is not None:
            async with self._bot.uow() as work:
                if begins:
                    await work.setup.begin(actor)
                if do is not None:
                    await do(work)
                work.after_commit(lambda: self._bot.settings.invalidate(actor.guild_id))
        return await self._seen(context.actor, context.guild)

    async def _seen(self, actor: Actor, guild: discord.Guild) -> Scene:
        """Return how the server is."""
        snapshot = await self._bot.settings.get(actor.guild_id)
        async with self._bot.uow() as work:
            newest = await work.onboarding.versions.newest(actor.guild_id)
            facts = Facts(
                questions=await work.onboarding.questions.all(actor.guild_id),
                rules=len(await work.onboarding.rules.drafts(actor)),
                version=newest.number if newest is not None else None,
                has_entries=await work.faq.reading.has_any(actor),
                reads_content=self._bot.reads_content,
            )
        client_id = present(self._bot.application_id)
        mention = readable(self._bot.pending_application_commands)
        return Scene(guild, client_id, snapshot, facts, statuses(guild, snapshot, facts), mention)

    @contextmanager
    def _keeping(
        self, interaction: discord.Interaction, again: Callable[[], discord.ui.DesignerModal]
    ) -> Generator[None]:
        """Keep what was filled in; a refusal inside gets buttons that open it again, and that grant what is missing."""
        try:
            with self._bot.kept_forms.keeping(interaction, again):
                yield
        except FormRefused as refused:
            why = refused.__cause__
            if isinstance(why, PickRefused) and why.grants:
                grant = grant_button(present(self._bot.application_id), present(interaction.guild), why.grants)
                refused.items.append(grant)
            raise


def step_from(typed: str | None) -> Step | None:
    """Return the step that was chosen, None if there is none of that name."""
    return Step(typed) if typed in set(Step) else None
