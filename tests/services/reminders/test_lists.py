"""Finding reminders, by their owners and by staff, on a real database."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.errors import InvalidInput
from app.core.reminders.errors import ReminderNotFound, StaffOnly
from app.db import DatabaseUrl, create_engine, session_factory
from app.models import Reminder, ReminderState
from app.services.reminders.access import called, owned_by
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.postgres import Admin, alembic, fetchval
from tests.fixtures.reminders.making import ALICE, BOB, ELSEWHERE, STAFF
from tests.fixtures.reminders.services import Reminders


async def test_lists_come_in_pages_the_next_one_first(reminders: Reminders) -> None:
    for hours in (5, 1, 3):
        await reminders.make(reminders.in_(hours=hours), text=f"in {hours}")
    await reminders.make(reminders.in_(hours=2), actor=BOB, channel_id=6)
    first = await reminders.making.list_page(ALICE, page_size=2)
    last = await reminders.making.list_page(ALICE, page=99, page_size=2)
    everybody = await reminders.making.list_page(STAFF, everybody=True, page_size=9)
    there = await reminders.making.list_page(STAFF, everybody=True, channel_id=6, page_size=9)
    paused = await reminders.making.list_page(ALICE, state=ReminderState.PAUSED, page_size=9)
    with pytest.raises(StaffOnly):
        await reminders.making.list_page(ALICE, everybody=True, page_size=2)
    assert [one.name for one in first.entries] == ["in 1", "in 3"]
    assert ([one.name for one in last.entries], last.page, last.pages, last.total) == (["in 5"], 1, 2, 3)
    assert [one.created_by for one in everybody.entries] == [11, 12, 11, 11]
    assert (len(there.entries), paused.total) == (1, 0)


async def test_a_name_is_found_with_signs_in_it(reminders: Reminders) -> None:
    made = await reminders.make(reminders.hourly(), text="100% of\n_this_")
    await reminders.make(reminders.hourly(), text="1000 of that")
    for typed in ("100%", "_THIS_", f"#{made.id}", str(made.id)):
        assert made.id in [one.id for one in await reminders.making.list_matching(ALICE, typed)]
    assert len(await reminders.making.list_matching(ALICE, "100%")) == 1
    assert await reminders.making.list_matching(ALICE, "٣") == []


@pytest_asyncio.fixture(loop_scope="session")
async def plain_reminders(server: DatabaseUrl, admin: Admin, clock: ManualClock) -> AsyncGenerator[Reminders]:
    """Reminders in a database whose character type knows ASCII alone."""
    name = f"plain_{uuid4().hex}"
    await admin(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    await alembic(server.with_database(name), "upgrade", "head")
    assert await fetchval(server.with_database(name), "SELECT lower('Ü')") == "Ü"
    engine = create_engine(server.with_database(name))
    yield Reminders(UnitOfWorkFactory(session_factory(engine), clock), clock)
    await engine.dispose()
    await admin(f"DROP DATABASE {name} WITH (FORCE)")


async def test_words_are_found_whatever_the_database_knows_of_letters(plain_reminders: Reminders) -> None:
    names = ["Übung", "U\u0308bung", "ПРИВЕТ", "Straße", "ΟΔΟΣ", "a+b (c)"]
    for name in names:
        await plain_reminders.make(plain_reminders.hourly(), text=name)
    for typed, found in {
        "übung": names[:2],
        "u\u0308BUNG": names[:2],
        "привет": names[2:3],
        "strasse": [],
        "STRAßE": names[3:4],
        "οδος": names[4:5],
        "A+B (C)": names[5:],
        "a.b": [],
    }.items():
        matching = await plain_reminders.making.list_matching(ALICE, typed)
        page = await plain_reminders.making.list_page(ALICE, typed=typed, page_size=9)
        assert [one.name for one in matching] == [one.name for one in page.entries] == found, typed


async def test_a_search_reads_no_more_than_the_reminders_of_the_server(own_engine: AsyncEngine) -> None:
    rows = "INSERT INTO reminders (guild_id, name, channel_id) SELECT n % 500, 'tea', 1 FROM generate_series(1, 9999) n"
    query = select(Reminder.id).where(owned_by(STAFF), Reminder.is_unfinished, called("ÜBUNG"))
    asked = query.compile(dialect=own_engine.dialect, compile_kwargs={"literal_binds": True})
    async with own_engine.connect() as connection:
        for statement in (rows, "ANALYZE reminders"):
            await connection.exec_driver_sql(statement)
        plan = "\n".join((await connection.exec_driver_sql(f"EXPLAIN {asked}")).scalars())
    assert "ix_reminders_guild_id" in plan
    assert "Seq Scan" not in plan


async def test_one_is_found_by_number_or_words_and_several_by_numbers(reminders: Reminders) -> None:
    tea, coffee = await reminders.make(reminders.hourly()), await reminders.make(reminders.hourly(), text="coffee")
    other = await reminders.make(reminders.hourly(), actor=BOB, text="milk")
    for typed in (str(tea.id), f" #{tea.id} ", "TEA"):
        assert (await reminders.making.find(ALICE, typed)).id == tea.id
    for typed in ("", "#", "milk", "9" * 30, str(other.id), "٣"):
        with pytest.raises(ReminderNotFound):
            await reminders.making.find(ALICE, typed)
    with pytest.raises(InvalidInput, match="Several"):
        await reminders.making.find(ALICE, "e")
    numbers = f"{coffee.id}, #{tea.id} {tea.id}"
    assert [one.id for one in await reminders.making.find_many(ALICE, numbers)] == [tea.id, coffee.id]
    assert [one.id for one in await reminders.making.find_many(ALICE, "coffee")] == [coffee.id]
    assert [one.id for one in await reminders.making.find_many(ALICE, " ALL ")] == [tea.id, coffee.id]
    assert [one.id for one in await reminders.making.find_many(STAFF, "milk")] == [other.id]
    with pytest.raises(ReminderNotFound):
        await reminders.making.find_many(STAFF, "all")
    with pytest.raises(ReminderNotFound):
        await reminders.making.find_many(ALICE, f"{tea.id} {other.id}")
    with pytest.raises(InvalidInput, match="up to 25"):
        await reminders.making.find_many(ALICE, " ".join(str(number) for number in range(1, 30)))


async def test_lists_of_a_member_and_of_some_words(reminders: Reminders) -> None:
    await reminders.make(reminders.in_(hours=1), text="tea")
    await reminders.make(reminders.in_(hours=2), text="coffee")
    await reminders.make(reminders.in_(hours=3), actor=BOB, text="tea for two")
    bobs = await reminders.making.list_page(STAFF, member_id=BOB.user_id, page_size=5)
    tea = await reminders.making.list_page(STAFF, everybody=True, typed=" tea ", page_size=5)
    mine = await reminders.making.list_page(ALICE, member_id=ALICE.user_id, typed="tea", page_size=5)
    with pytest.raises(StaffOnly):
        await reminders.making.list_page(ALICE, member_id=BOB.user_id, page_size=5)
    assert await reminders.making.has_any(ALICE)
    assert not await reminders.making.has_any(ELSEWHERE)
    assert ([one.name for one in bobs.entries], tea.total) == (["tea for two"], 2)
    assert [one.name for one in mine.entries] == ["tea"]
