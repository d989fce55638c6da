"""What the pool of connections writes into the log."""

import asyncio
import logging
from contextlib import suppress

import pytest
from sqlalchemy.pool import NullPool

from app.connection_pool import TurnTakingPool


@pytest.mark.parametrize(("fault", "lines"), [(asyncio.CancelledError(), 0), (OSError("the disk is full"), 1)])
def test_a_connection_that_is_dropped_by_a_stop_is_no_error(
    fault: BaseException, lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def close(self) -> None:
            raise fault

    class Dialect:
        is_async = False

        def do_close(self, connection: Broken) -> None:
            connection.close()

    caplog.set_level(logging.ERROR)
    pool = NullPool(Broken, dialect=Dialect())  # type: ignore[arg-type] -- all that closing asks of one
    pool.logger = logging.getLogger("app.connection_pool.TurnTakingPool")
    assert TurnTakingPool.__name__ in pool.logger.name
    with suppress(asyncio.CancelledError):
        pool._close_connection(Broken())  # type: ignore[arg-type] -- as above
    assert len(caplog.records) == lines
