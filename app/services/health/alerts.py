"""Where operators are told that something is wrong, and what they have been told."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import timedelta

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput
from app.core.health.alerts import ALERTS, MAX_PAUSE, MIN_PAUSE, NO_GUILD, PLACE, AlertPlace, OpenAlert, read
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.services.structures import Settings, structure


class NoAlerts(Conflict):
    """Nobody is told anything."""

    def __init__(self) -> None:
        super().__init__("No channel gets alerts about the bot. Choose one with `/health alerts channel` first.")


@record
class AlertBook:
    """Where operators are told, and what they were told and is not over yet, by its key."""

    place: AlertPlace | None = None
    told: Mapping[str, OpenAlert] = field(default_factory=dict[str, OpenAlert])

    @classmethod
    def of(cls, snapshot: SettingsSnapshot) -> "AlertBook":
        """Read it from the settings of no server."""
        found = {key: read(key, value) for key, value in snapshot.structures(ALERTS).items()}
        place = found.pop(PLACE, None)
        return cls(
            place if isinstance(place, AlertPlace) else None,
            {key: one for key, one in found.items() if isinstance(one, OpenAlert)},
        )


class HealthAlertService:
    """Keeps both among the settings of no server. Whoever calls it has made sure that the person runs the bot."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    async def read(self) -> AlertBook:
        """Return where operators are told, and what they were told."""
        return AlertBook.of(await self._settings.get_snapshot(NO_GUILD))

    async def choose(self, user_id: int, place: AlertPlace) -> AlertPlace:
        """Let operators be told somewhere. A pause ends. Raises Conflict if that is so already."""
        old = (await self.read()).place
        if old is not None and old.channel_id == place.channel_id and not old.is_paused(self._clock()):
            raise Conflict("Alerts about the bot go to {channel} already.", channel=f"<#{place.channel_id}>")
        return await self._write(user_id, old, place)

    async def pause(self, user_id: int, length: timedelta) -> AlertPlace:
        """Let nobody be told anything new for some time. Raises NoAlerts, InvalidInput."""
        if not MIN_PAUSE <= length <= MAX_PAUSE:
            raise InvalidInput("Alerts can be paused for a minute up to 30 days, such as `2h` or `1 day`.")
        place = await self._place()
        return await self._write(user_id, place, replace(place, paused_until=self._clock() + length))

    async def resume(self, user_id: int) -> AlertPlace:
        """End a pause. Raises NoAlerts, and Conflict if there is none."""
        place = await self._place()
        if not place.is_paused(self._clock()):
            raise Conflict("Alerts are not paused.")
        return await self._write(user_id, place, replace(place, paused_until=None))

    async def turn_off(self, user_id: int) -> None:
        """Let nobody be told anything. What was told is left as it is. Raises NoAlerts."""
        await self._place()
        await self._settings.reset(_operator(user_id), structure(ALERTS, PLACE))
        await self._forget([*(await self.read()).told])

    async def remember(self, told: Sequence[OpenAlert], over: Sequence[str]) -> None:
        """Write down what operators were told, and forget what is over, by its keys."""
        for one in told:
            await self._settings.keep(_operator(0), structure(ALERTS, one.key), one.to_json())
        await self._forget(over)

    async def _forget(self, keys: Sequence[str]) -> None:
        await self._settings.forget(NO_GUILD, [structure(ALERTS, key) for key in keys])

    async def _place(self) -> AlertPlace:
        place = (await self.read()).place
        if place is None:
            raise NoAlerts
        return place

    async def _write(self, user_id: int, old: AlertPlace | None, new: AlertPlace) -> AlertPlace:
        if new != old:
            await self._settings.change(_operator(user_id), structure(ALERTS, PLACE), new.to_json())
        return new


def _operator(user_id: int) -> Actor:
    """Return who may change the settings of no server."""
    return Actor(NO_GUILD, user_id, is_manager=True, is_staff=True)
