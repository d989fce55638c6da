"""What is common to files and to moments of the past: showing what would change, and doing it when it is confirmed."""

from collections.abc import Awaitable, Callable

import discord

from app.commands.settings.request import SettingsCog
from app.core.messages import speaking
from app.core.records import record
from app.core.settings.differences import Proposal
from app.core.settings.snapshot import SettingsSnapshot
from app.services.settings import ChangedSince, require_manager
from app.ui.kit.context import actor_of
from app.ui.kit.language import language_of_server
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.settings import proposal as ui
from app.ui.settings import several
from app.ui.settings.proposal import Frame


@record
class Proposed:
    """What would change in a server, and what it would be compared with when it is confirmed."""

    proposal: Proposal
    frame: Frame
    snapshot: SettingsSnapshot
    reason: Callable[[], str]
    """Says in the history where the change came from."""
    restored: bool = False
    """Whether it was so before."""

    def reply(self, *, page: int = 0, is_anew: bool = False) -> Reply:
        """Show a page of it."""
        return ui.shown(self.proposal, self.frame, self.snapshot, page=page, is_anew=is_anew)


Comparing = Callable[[], Awaitable[Proposed]]
"""Look again at what would change, as everything is now."""


class ProposingCog(SettingsCog):
    """Shows and does what was proposed."""

    async def _turn_to(self, interaction: discord.Interaction, compared: Comparing, page: int) -> None:
        """Show another page, of what would change now."""
        async with answering(interaction, update=True):
            require_manager(actor_of(interaction))
            await (await compared()).reply(page=page).replace(interaction)

    async def _confirm(self, interaction: discord.Interaction, compared: Comparing, shown: str) -> None:
        """Do all of it in one transaction, if it is still what was `shown`; else show what it would be now."""
        async with answering(interaction, update=True):
            actor = actor_of(interaction)
            require_manager(actor)
            found = await compared()
            if not found.proposal.differences and not found.proposal.refused:
                # Whoever pressed twice is left the confirmation of the first time, and its button to take it back.
                await found.reply().send(interaction)
                return
            if found.proposal.digest != shown or not found.proposal.differences:
                await found.reply(is_anew=True).replace(interaction)
                return
            with speaking(language_of_server(self._bot, actor.guild_id)):
                reason = found.reason()
            wanted, seen = found.proposal.wanted, found.proposal.shown
            try:
                async with self._bot.uow() as work:
                    changes = await work.settings.several.change(
                        actor, wanted, reason=reason, shown=seen, restored=found.restored
                    )
                    work.after_commit(lambda: self._bot.settings.invalidate(actor.guild_id))
            except ChangedSince:
                await (await compared()).reply(is_anew=True).replace(interaction)
                return
            await several.changed(changes, sees_members=self._bot.sees_members).replace(interaction)
        self._bot.dispatch("settings_changed", changes)
