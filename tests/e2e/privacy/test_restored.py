"""Who was erased is erased again from a database that was restored from an older backup, before anything is sent."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from app import boot
from app.boot import SchemaNotAcceptable
from app.bot import Bot
from app.config import ConfigurationError, load_settings
from app.core.privacy.pending import Pending, Waits
from app.core.privacy.tombstones import CHANNEL, EVERYWHERE, Tombstone
from app.db import DatabaseUrl
from app.effects.erasing import erase
from app.erasures import ErasureFile
from app.models import AuditLog
from app.run import prepared
from app.uow import UnitOfWorkFactory
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.jobs import settle_privacy
from tests.fixtures.personal import Somebody, everything, fill, rows_naming
from tests.fixtures.postgres import Admin, connect
from tests.fixtures.town import Town


async def naming(bot: Bot, user_id: int) -> dict[str, Any]:
    async with bot.uow() as work:
        return rows_naming(await everything(work._session), user_id)


async def test_a_restored_backup_is_cleared_before_the_bot_logs_in(
    running: Running,
    stand_in: StandIn,
    town: Town,
    own_database: DatabaseUrl,
    tmp_path: Path,
    clock: ManualClock,
    admin: Admin,
) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running() as bot:
        async with bot.uow() as work:
            who = Somebody(alice.id, town.guild.id, town.mallory.id, town.moderator.id)
            await fill(work._session, who)
        await alice.slash("reminder create", when="in 10 minutes", what="tea")
        backup = await bot.migrator.backup(_terminal())
        asked = await alice.slash("privacy delete", server="all")
        await alice.click(asked, "Delete")
        # What she does later is another matter.
        clock.move(minutes=1)
        await alice.slash("timezone set", zone="Europe/Rome")
        name = f"{own_database.url.database}_back"
        restored = await bot.migrator.restore(backup.path, name)
    try:
        clock.move(minutes=30)
        settings = load_settings(_env_file=None, discord_token=stand_in.token, data_dir=tmp_path, http_port=0)
        async with prepared(settings, restored.database, restored.database, clock=clock) as bot:
            # Nobody has logged in yet.
            left = await naming(bot, alice.id)
            assert {row["scope"] for rows in left.values() for row in rows} == {"ticket_blocked"}
        assert alice.in_dm().messages == []
        async with prepared(settings, own_database, own_database, clock=clock) as bot:
            kept = await naming(bot, alice.id)
            assert "timezone" in str(kept["bot_settings"]), "what came later stays there"
    finally:
        await admin(f'DROP DATABASE "{name}" WITH (FORCE)')


def _terminal() -> Any:
    from app.migrate.run.order import Author

    return Author.at_the_terminal()


async def test_every_process_remembers_whom_another_erased(bot: Bot, alice: Person, town: Town, tmp_path: Path) -> None:
    other = ErasureFile(tmp_path, keep=bot.erasures._keep)
    await erase(bot, alice.id, town.guild.id)
    (one,) = other.read()
    assert (one.user_id, one.guild_id) == (alice.id, town.guild.id)
    assert other.path.stat().st_mode & 0o077 == 0
    # As if it came from another process, whose directory is not this one.
    other.take_back(one)
    async with bot.uow() as work:
        await work.erasures.tell([one])
    async with asyncio.timeout(20):
        while [each.id for each in other.read()] != [one.id]:
            await asyncio.sleep(0.02)


async def test_what_a_process_wrote_down_late_names_nobody_once_it_hears_of_the_erasure(
    bot: Bot, alice: Person, town: Town, clock: ManualClock
) -> None:
    await erase(bot, alice.id, town.guild.id)
    (one,) = bot.erasures.read()
    clock.move(minutes=1)

    async def used() -> list[int]:
        await bot.interactions.drain()
        async with bot.uow() as work:
            found = select(AuditLog.user_id).where(AuditLog.command_name == "late").order_by(AuditLog.created_at)
            return list(await work._session.scalars(found))

    # As if another process had these in its queue, and did not listen when somebody was erased.
    async with bot.uow() as work:
        facts = {"guild_id": town.guild.id, "user_id": alice.id, "command_name": "late", "command_type": "slash"}
        moments = (one.at - timedelta(seconds=1), one.at + timedelta(seconds=1))
        await work._session.execute(insert(AuditLog), [facts | {"created_at": at} for at in moments])
    bot.erasures.forget_news(one)
    await settle_privacy(bot, "again")
    async with asyncio.timeout(20):
        while await used() != [0, alice.id]:
            await asyncio.sleep(0.02)


async def test_of_old_erasures_nobody_is_told_again(
    bot: Bot, alice: Person, town: Town, clock: ManualClock, own_database: DatabaseUrl
) -> None:
    told: list[str] = []
    listening = await connect(own_database)
    await listening.add_listener(CHANNEL, lambda *given: told.append(str(given[-1])))
    try:
        await erase(bot, alice.id, town.guild.id)
        # It might still be under way, and taken back.
        await settle_privacy(bot, "again")
        await listening.execute("SELECT 1")
        assert len(told) == 1
        clock.move(minutes=2)
        await settle_privacy(bot, "again")
        clock.move(hours=3)
        await settle_privacy(bot, "again")
        await listening.execute("SELECT 1")
        assert 2 <= len(told) <= 3
        assert {Tombstone.from_line(line).user_id for line in told} == {alice.id}
        many = len(told)
        await settle_privacy(bot, "again")
        await listening.execute("SELECT 1")
        assert len(told) == many
    finally:
        await listening.close()


async def test_a_database_that_was_restored_under_a_running_bot_is_cleared(
    bot: Bot, alice: Person, town: Town, clock: ManualClock
) -> None:
    await erase(bot, alice.id, town.guild.id)
    async with bot.uow() as work:
        who = Somebody(alice.id, town.guild.id, town.mallory.id, town.moderator.id)
        session: Any = work._session
        await fill(session, who)
        from sqlalchemy import text

        await session.execute(text("DELETE FROM bot_settings WHERE scope = 'erasures'"))
    # While its tombstone may be that of an erasure under way, it is left to whoever does that.
    await settle_privacy(bot, "again")
    assert "reminders" in await naming(bot, alice.id)
    clock.move(minutes=2)
    await settle_privacy(bot, "again")
    assert set(await naming(bot, alice.id)) <= {"bot_settings", "settings_history", "audit_logs"}


async def test_a_disk_that_takes_nothing_stops_no_deletion_and_is_said(
    alice: Person, bot: Bot, tmp_path: Path, town: Town
) -> None:
    async with bot.uow() as work:
        await fill(work._session, Somebody(alice.id, town.guild.id, town.mallory.id, town.moderator.id))
    (tmp_path / "erasures.lock").mkdir()
    asked = await alice.slash("privacy delete")
    await alice.click(asked, "Delete")
    assert "I could not write down that a restored backup has to be cleared" in asked.full_text
    assert "reminders" not in await naming(bot, alice.id)


async def test_an_erasure_that_failed_leaves_no_tombstone(
    bot: Bot, alice: Person, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bot.uow() as work:
        kind: Any = type(work.personal_data)

    async def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(kind, "erase", fails)
    with pytest.raises(RuntimeError, match="on purpose"):
        await erase(bot, alice.id, town.guild.id)
    assert bot.erasures.read() == ()


async def test_a_schema_that_is_too_old_lets_nobody_start_before_it_is_migrated(
    old_database: DatabaseUrl, tmp_path: Path, clock: ManualClock, own_uow: UnitOfWorkFactory
) -> None:
    known = ErasureFile(tmp_path, keep=_year())
    known.add(Tombstone.new(4, EVERYWHERE, clock(), is_complete=False))
    assert await boot.repeat_erasures(own_uow, known) == 1
    assert await boot.repeat_erasures(own_uow, known) == 0
    from app.db import create_engine, session_factory

    engine = create_engine(old_database)
    try:
        with pytest.raises(SchemaNotAcceptable, match="Apply the migrations first"):
            await boot.repeat_erasures(UnitOfWorkFactory(session_factory(engine), clock), known)
    finally:
        await engine.dispose()


def _year() -> Any:
    from datetime import timedelta

    return timedelta(days=365)


def test_lines_that_nobody_wrote_and_old_ones_are_passed_over(tmp_path: Path, clock: ManualClock) -> None:
    known = ErasureFile(tmp_path, keep=_year())
    assert known.read() == ()
    one = Tombstone.new(4, 7, clock(), is_complete=True)
    known.add(one)
    known.add(one)
    with known.path.open("a") as file:
        file.write(
            'nonsense\n{"id": "1"}\n' + json.dumps({"id": one.id, "user_id": 4, "guild_id": 7, "at": "2026"}) + "\n"
        )
    assert known.read() == (one,)
    clock.move(days=366)
    later = Tombstone.new(5, EVERYWHERE, clock(), is_complete=False)
    known.add(later)
    assert known.prune(clock()) == 1
    assert known.read() == (later,)
    assert known.prune(clock()) == 0


def test_half_a_line_spoils_no_other_and_is_kept(tmp_path: Path, clock: ManualClock) -> None:
    known = ErasureFile(tmp_path, keep=_year())
    one, other = (Tombstone.new(person, 7, clock(), is_complete=False) for person in (4, 5))
    known.add(one)
    half = other.to_line()[:40].encode()
    with known.path.open("ab") as file:
        file.write(b"\xff\xfe no text\n" + half)
    known.add(other)
    assert known.read() == (one, other)
    known.take_back(other)
    assert known.read() == (one,)
    lines = known.path.read_bytes().splitlines()
    assert b"\xff\xfe no text" in lines, "what cannot be read may be mended"
    assert half in lines


@pytest.mark.parametrize("person", ["Infinity", "9223372036854775808", "0", '"x"'])
def test_numbers_that_nobody_has_are_passed_over(tmp_path: Path, clock: ManualClock, person: str) -> None:
    known = ErasureFile(tmp_path, keep=_year())
    line = Tombstone.new(4, 7, clock(), is_complete=False).to_line()
    known.path.write_text(line.replace('"user_id":4', f'"user_id":{person}') + "\n" + "[" * 100_000 + "\n")
    assert known.read() == ()


async def test_very_many_erasures_are_compared(own_uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    many = [Tombstone.new(4, 7, clock(), is_complete=False).id for _ in range(40_000)]
    async with own_uow() as work:
        assert len(await work.erasures.missing(many)) == 40_000


async def test_a_file_that_cannot_be_read_lets_nothing_start(tmp_path: Path, own_uow: UnitOfWorkFactory) -> None:
    known = ErasureFile(tmp_path, keep=_year())
    known.path.mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        await boot.repeat_erasures(own_uow, known)


async def test_many_open_tickets_are_postponed_at_once_and_twice(own_uow: UnitOfWorkFactory) -> None:
    async with own_uow() as work:
        await work.erasures.postpone([Pending(Waits.TICKET, one, 4) for one in range(1, 40_001)])
        await work.erasures.postpone([Pending(Waits.TICKET, one, 4) for one in range(40_000, 40_002)])
        await work.erasures.postpone([])
        pending = await work.erasures.pending(Waits.TICKET)
    assert sorted(one.id for one in pending) == list(range(1, 40_002))
    assert {one.person for one in pending} == {4}
