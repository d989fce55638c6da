"""Keeping the garbage collector away from what stays until the end."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def loading() -> Generator[None]:
    """Import inside: nothing is collected meanwhile, and what is there at the end is never looked at again.

    Nearly all that imports make stays. Looking through it again and again while it grows would take a sixth of the
    processor time of a start, and later each collection would stop every command for longer.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
