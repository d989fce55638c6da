"""Which release of the bot this is."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def release() -> str:
    """Return the installed version, or `0+source` when run from sources that were never installed."""
    try:
        return version("concierge")
    except PackageNotFoundError:
        return "0+source"
