"""What this process has leased, and for how long still."""

from collections.abc import Iterable
from datetime import timedelta

from app.core.clock import Stopwatch
from app.core.records import record
from app.core.reminders.delivery import LEASE, DeliveryStep


@record
class Lease:
    """A right to send one message. It counts from a moment before the statement that gave it was sent."""

    since: Stopwatch
    length: timedelta

    @property
    def left(self) -> timedelta:
        """How long it lasts still; less than nothing once it is over."""
        return self.length - self.since.elapsed


class Held:
    """The leases of one process, by clocks that go on while it stands still.

    A lease that is over stays over, whatever was written since: others may have taken the row meanwhile.
    """

    def __init__(self) -> None:
        self._leases: dict[DeliveryStep, Lease] = {}

    def __len__(self) -> int:
        """Return how many messages are leased, or were and are still under way."""
        return len(self._leases)

    def __contains__(self, step: DeliveryStep) -> bool:
        """Tell whether it is under way here, with a lease or without."""
        return step in self._leases

    def take(self, step: DeliveryStep, since: Stopwatch, length: timedelta) -> None:
        """Note that it is ours by a statement of our own: a claim, or the start of an attempt."""
        self._leases[step] = Lease(since, length)

    def keep(self, step: DeliveryStep, since: Stopwatch, length: timedelta) -> None:
        """Note that a lease was renewed, unless it was over before that."""
        if self.is_ours(step):
            self.take(step, since, length)

    def is_ours(self, step: DeliveryStep) -> bool:
        """Tell whether nobody else can have taken it."""
        lease = self._leases.get(step)
        return lease is not None and lease.left > timedelta()

    def let_go(self, steps: Iterable[DeliveryStep]) -> None:
        """Forget what is settled, or left to others."""
        for step in steps:
            self._leases.pop(step, None)

    def to_renew(self) -> list[DeliveryStep]:
        """Return what is ours and has used up a quarter of its lease."""
        return [step for step, lease in self._leases.items() if timedelta() < lease.left < LEASE * 3 / 4]
