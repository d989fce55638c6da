"""What a process saw last of a few things, so that it need not look again before it changes them."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import timedelta
from typing import Any

from app.core.clock import Stopwatch

MAX_KEPT = 500
FOR = timedelta(minutes=10)


class Recent:
    """Values by their keys, the last few hundred, for some minutes each.

    Any of them may be wrong by now, as others change the same. Whoever uses one has the very statement that changes
    something compare it, and looks again where it differs.
    """

    def __init__(self, most: int = MAX_KEPT, lasting: timedelta = FOR) -> None:
        self._most = most
        self._lasting = lasting
        self._kept: OrderedDict[Hashable, tuple[Stopwatch, Any]] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """Return what was seen last; None if nothing was, or too long ago."""
        self._drop_old()
        return self._kept[key][1] if key in self._kept else None

    def keep(self, key: Hashable, value: Any) -> None:
        """Remember what was seen."""
        self._drop_old()
        self._kept[key] = Stopwatch(), value
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        """Forget what was seen, if anything was."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def _drop_old(self) -> None:
        while self._kept and next(iter(self._kept.values()))[0].elapsed > self._lasting:
            self._kept.popitem(last=False)
