"""/privacy erase and erasures: requests that reach the people who run the bot, as from Discord or by mail."""

import discord

from app.commands.privacy import groups
from app.commands.privacy.request import PrivacyCog
from app.core.errors import InvalidInput
from app.core.privacy.tombstones import EVERYWHERE
from app.core.settings.kinds import MAX_ID
from app.effects.erasing import erase
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_operators
from app.ui.privacy import deleting
from app.ui.privacy.ids import EraseId
from app.ui.privacy.places import named

SHOWN = 15
MAX_DIGITS = 23
"""Of an id, and of a mention of somebody."""


def read_person(typed: str) -> int:
    """Read whom an operator means: an id, or a mention. Raises InvalidInput."""
    digits = typed.strip().removeprefix("<@").removeprefix("!").removesuffix(">")
    if digits.isascii() and digits.isdigit() and 0 < int(digits) <= MAX_ID:
        return int(digits)
    raise InvalidInput("`user` takes the id of a person: digits alone, as Discord writes it in its request.")


class OperatorCommands(PrivacyCog):
    """Every method first requires that the person runs the bot."""

    @for_operators
    @groups.privacy.command(name="erase", description="Erase somebody in all servers (for the people who run the bot)")
    @discord.option("user", str, description="The id of the person, as the request names it", max_length=MAX_DIGITS)
    async def erase(self, ctx: discord.ApplicationContext, user: str) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            user_id = read_person(user)
            found, waiting = await self._found(user_id, EVERYWHERE)
            rows = deleting.counted(found)
            if not rows:
                await deleting.nothing_about(user_id).send(ctx.interaction)
                return
            await deleting.really_erase(rows, user_id, waiting=waiting).send(ctx.interaction)

    @for_operators
    @groups.privacy.command(name="erasures", description="See who was erased when (for the people who run the bot)")
    async def erasures(self, ctx: discord.ApplicationContext) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            async with self._bot.uow.reading() as work:
                newest = await work.erasures.newest(SHOWN)
            await deleting.history(newest, self._name_of).send(ctx.interaction)


class ErasureButtons(PrivacyCog, discord.Cog):
    """What is pressed under the question."""

    @responds_to(EraseId)
    async def confirm(self, interaction: discord.Interaction, pressed: EraseId) -> None:
        self._bot.require_operator(interaction)
        async with answering(interaction, update=True):
            erasure, is_remembered = await erase(
                self._bot, pressed.user_id, EVERYWHERE, is_complete=True, by_operator=True
            )
            place = named(EVERYWHERE, self._name_of)
            report = deleting.done(erasure, place, is_remembered=is_remembered, erased=pressed.user_id)
            await report.replace(interaction)
