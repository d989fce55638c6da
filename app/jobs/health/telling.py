"""What operators have been told, in Discord and in the database; each may be away while the other is not."""

import logging
from collections.abc import Callable
from dataclasses import replace

from app.bot import Bot
from app.core.errors import BotError
from app.core.health.alerts import NO_GUILD, AlertPlace, OpenAlert
from app.core.health.services import service_name
from app.core.messages import speaking
from app.effects.nonces import nonce
from app.effects.posts import body_of, post, renew
from app.jobs.health.unwritten import Unwritten
from app.services.health.alerts import AlertBook
from app.ui.kit.reply import Reply

log = logging.getLogger(__name__)


class Telling:
    """Posts messages, edits them, and remembers which are not over. Raises UserError when Discord does not take one."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._place: AlertPlace | None = None
        self._told: dict[str, OpenAlert] = {}
        self._file = Unwritten(bot.data_dir, service_name(bot.served_shards))
        self._unwritten = self._file.load()
        """What the database does not know yet; None for what is over."""

    @property
    def place(self) -> AlertPlace | None:
        """Where operators are told; the last that was known while the database is away."""
        return self._place

    def told(self, key: str) -> OpenAlert | None:
        """Return what they were told and is not over."""
        return self._told.get(key)

    def absences(self) -> list[OpenAlert]:
        """Return what they were told of processes that do not run."""
        return [one for one in self._told.values() if one.is_absence]

    def conditions(self) -> list[OpenAlert]:
        """Return what processes have told of themselves."""
        return [one for one in self._told.values() if not one.is_absence]

    async def refresh(self) -> None:
        """Write what is not written yet, and read where to tell, and what others have told."""
        await self._write()
        try:
            book = AlertBook.of(await self._bot.settings.get(NO_GUILD))
        except BotError:
            # What is known goes on to hold.
            return
        self._place = book.place
        still = {key: one for key, one in self._unwritten.items() if one is not None}
        self._told = {**{key: one for key, one in book.told.items() if key not in self._unwritten}, **still}

    async def tell(self, alert: OpenAlert, say: Callable[[], Reply], *, about: str) -> None:
        """Post a message about something that goes on, and remember it."""
        message_id = await self._post(alert.channel_id, say, about, alert.service, alert.since.timestamp())
        await self.remember(replace(alert, message_id=message_id))

    async def edit(self, alert: OpenAlert, say: Callable[[], Reply]) -> None:
        """Change its message, and remember what it says now. One that somebody deleted is not posted again."""
        with speaking(self._locale):
            body = body_of(say())
        is_there = await renew(self._bot, alert.channel_id, alert.message_id, body)
        await self.remember(alert if is_there else replace(alert, message_id=None))

    async def note(self, alert: OpenAlert, say: Callable[[], str], *, about: str) -> None:
        """Answer its message with one that is noticed."""
        await self._post(
            alert.channel_id,
            lambda: Reply(say()),
            about,
            alert.service,
            alert.since.timestamp(),
            answers=alert.message_id,
        )

    async def end(self, alert: OpenAlert, say: Callable[[], Reply]) -> None:
        """Change its message for the last time."""
        with speaking(self._locale):
            body = body_of(say())
        await renew(self._bot, alert.channel_id, alert.message_id, body)

    async def once(self, place: AlertPlace, say: Callable[[], Reply], *parts: object) -> None:
        """Post something that is over already; the same again within minutes for the same parts."""
        await self._post(place.channel_id, say, *parts)

    async def remember(self, alert: OpenAlert) -> None:
        """Remember what was told."""
        self._told[alert.key] = alert
        self._unwritten[alert.key] = alert
        await self._write()

    async def forget(self, alert: OpenAlert) -> None:
        """Remember that it is over."""
        self._told.pop(alert.key, None)
        self._unwritten[alert.key] = None
        await self._write()

    async def _write(self) -> None:
        writing = dict(self._unwritten)
        if not writing:
            return
        told = [one for one in writing.values() if one is not None]
        over = [key for key, one in writing.items() if one is None]
        try:
            async with self._bot.uow() as work:
                await work.health.alerts.remember(told, over)
                work.after_commit(lambda: self._bot.settings.invalidate(NO_GUILD))
        except BotError as error:
            log.info("what operators were told is written down later", extra={"error": str(error)})
        else:
            self._unwritten = {key: one for key, one in self._unwritten.items() if writing.get(key, one) is not one}
        self._file.save(self._unwritten)

    async def _post(self, channel_id: int, say: Callable[[], Reply], *parts: object, answers: int | None = None) -> int:
        with speaking(self._locale):
            body = body_of(say())
        if answers is not None:
            body["message_reference"] = {"message_id": str(answers), "fail_if_not_exists": False}
        return await post(self._bot, channel_id, body, once=nonce("health", *parts))

    @property
    def _locale(self) -> str | None:
        return self._place.locale if self._place is not None else None
