"""Erasing people again in a database that does not know that they were erased: one that was restored from a backup."""

import logging
from collections.abc import Sequence

from app.core.privacy.tombstones import Tombstone
from app.uow import UnitOfWorkFactory

log = logging.getLogger(__name__)


async def erase_again(uow: UnitOfWorkFactory, tombstones: Sequence[Tombstone]) -> int:
    """Do those of some erasures that the database has not had; return how many, each in a transaction of its own."""
    if not tombstones:
        return 0
    async with uow.reading() as work:
        missing = frozenset(await work.erasures.missing([one.id for one in tombstones]))
    for tombstone in tombstones:
        if tombstone.id in missing:
            async with uow() as work:
                erasure = await work.personal_data.erase_again(tombstone)
            if erasure is not None:
                log.warning("somebody was erased again", extra={"erasure": tombstone.id, "rows": erasure.rows})
    return len(missing)
