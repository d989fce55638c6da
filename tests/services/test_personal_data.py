"""What is stored about one person is exported without anybody else's data, and erased without touching anybody else."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from app.core.actor import Actor
from app.core.onboarding.settings import MODE
from app.core.privacy.declared import TABLES
from app.core.privacy.pending import Waits
from app.core.privacy.report import Erasure
from app.core.privacy.tables import Fate, Says
from app.core.privacy.tombstones import EVERYWHERE, Tombstone
from app.models import Base
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.personal import Somebody, everything, fill, rows_naming

TOWN, ELSEWHERE = 7_000_000_000_000_001, 7_000_000_000_000_002
ALICE = Somebody(111_222_333_444_555_101, TOWN, 111_222_333_444_555_201, 111_222_333_444_555_301)
MALLORY = Somebody(111_222_333_444_555_102, TOWN, 111_222_333_444_555_202, 111_222_333_444_555_302)
ABROAD = Somebody(111_222_333_444_555_103, ELSEWHERE, 111_222_333_444_555_203, 111_222_333_444_555_303)
ALICE_ABROAD = Somebody(ALICE.id, ELSEWHERE, 111_222_333_444_555_204, 111_222_333_444_555_304)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


async def filled(uow: UnitOfWorkFactory, *people: Somebody) -> Rows:
    async with uow() as work:
        session = work._session
        for one in people:
            await fill(session, one)
        return await everything(session)


async def now(uow: UnitOfWorkFactory) -> Rows:
    async with uow() as work:
        return await everything(work._session)


async def erase(
    uow: UnitOfWorkFactory, clock: ManualClock, guild_id: int, *, is_complete: bool = False, user_id: int = ALICE.id
) -> Erasure:
    async with uow() as work:
        tombstone = Tombstone.new(user_id, guild_id, clock(), is_complete=is_complete)
        return await work.personal_data.erase(tombstone)


async def exported(uow: UnitOfWorkFactory, *guild_ids: int, user_id: int = ALICE.id) -> dict[str, list[Any]]:
    async with uow.reading() as work:
        found = await work.personal_data.export(user_id, guild_ids)
    json.dumps(found)
    return {table: [row for server in found.values() for row in server.get(table, ())] for table in TABLES}


def declared_columns() -> list[tuple[str, str]]:
    return [(table.name, column.name) for table in TABLES.values() for column in table.columns if column.in_export]


async def test_the_export_has_every_column_that_is_about_somebody(uow: UnitOfWorkFactory) -> None:
    await filled(uow, ALICE, MALLORY)
    found = await exported(uow, TOWN, 0)
    missing = [
        f"{table}.{column}" for table, column in declared_columns() if not any(column in row for row in found[table])
    ]
    assert not missing


async def test_the_export_has_all_of_theirs_and_nothing_of_anybody_else(uow: UnitOfWorkFactory) -> None:
    before = await filled(uow, ALICE, MALLORY, ABROAD)
    found = await exported(uow, TOWN, 0)
    text = json.dumps(found)
    mark = ALICE.said("")
    written = {word for word in _words(before) if word.endswith(mark) and not word.startswith("old")}
    # What staff wrote to others is those people's answer; of what others wrote, only that they named her.
    not_hers = {
        "deleted",
        "deleted-text",
        "forme",
        "forme-text",
        "direct",
        "direct-text",
        "joined",
        "joined-text",
        "about",
    }
    assert {word.removesuffix(mark) for word in written if word not in text} == not_hers | {"why", "alias"}
    for other in (MALLORY, ABROAD):
        assert other.said("") not in text
    people = {ALICE.others, ALICE.staff, MALLORY.id, MALLORY.others, MALLORY.staff, ABROAD.id}
    assert not [one for one in people if str(one) in text]
    assert "note about" not in text, "notes of staff are for staff"
    ticket = next(row for row in found["support_tickets"] if row["user_id"] == "you")
    assert [one["by"] for one in ticket["record"]] == ["you", "staff", "staff"]
    assert ticket["closed_by"] == "staff"


def _words(rows: Rows) -> set[str]:
    return set(json.dumps(rows).replace('"', " ").replace(",", " ").replace("]", " ").split())


async def test_nothing_names_somebody_who_was_erased_everywhere(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    before = await filled(uow, ALICE, MALLORY, ALICE_ABROAD)
    # Every table that can be about people is.
    assert set(rows_naming(before, ALICE.id)) == set(TABLES) - {"guild_onboarding_questions", "health_check_history"}
    erasure = await erase(uow, clock, EVERYWHERE, is_complete=True)
    after = await now(uow)
    assert rows_naming(after, ALICE.id) == {}
    assert set(erasure.tables) == set(rows_naming(before, ALICE.id))
    left = json.dumps(after)
    hers = {word.removesuffix(ALICE.said("")) for word in _words(after) if word.endswith(ALICE.said(""))}
    # What stays by the declaration: the server's texts, and figures.
    kept = {"title", "summary", "before", "mine", "help", "ref", "reply", "shared", "shared-text"}
    assert hers <= kept | {"deleted", "deleted-text", "forme", "forme-text", "joined", "joined-text", "about"}, hers
    assert "note about @somebody" not in left
    assert "what was asked" in left, "what others asked stays"


async def test_rows_of_others_stay_as_they_are(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    before = await filled(uow, ALICE, MALLORY, ABROAD)
    await erase(uow, clock, EVERYWHERE, is_complete=True)
    after = await now(uow)
    hers = rows_naming(before, ALICE.id)
    for table, rows in before.items():
        untouched = [row for row in rows if row not in hers.get(table, [])]
        assert [row for row in untouched if row not in after[table]] == [], table
    async with uow.reading() as work:
        mallory = await work.personal_data.export(MALLORY.id, [TOWN, 0])
    assert set(mallory[TOWN]) >= {"reminders", "support_tickets", "onboarding", "faq_search_logs", "audit_logs"}


async def test_each_column_becomes_what_is_declared(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    before = await filled(uow, ALICE)
    await erase(uow, clock, EVERYWHERE, is_complete=True)
    after = await now(uow)
    wrong: list[str] = []
    for table in TABLES.values():
        key = [column.name for column in Base.metadata.tables[table.name].primary_key if column.name != "user_id"]
        for row in before[table.name]:
            if not any(row.get(owner) == ALICE.id for owner in table.owners):
                continue
            same = [one for one in after[table.name] if all(one[name] == row[name] for name in key)]
            if table.name == "onboarding":
                same = [one for one in same if one["user_id"] < 0]
            for column in table.columns:
                for one in same:
                    was, is_now = row[column.name], one[column.name]
                    if not _fits(column.fate, was, is_now):
                        wrong.append(f"{table.name}.{column.name}: {was!r} became {is_now!r}")
    assert not wrong


def _fits(fate: Fate, was: Any, now: Any) -> bool:
    match fate:
        case Fate.NOBODY:
            return now in (None, 0) or now == was or (isinstance(now, int) and now < 0)
        case Fate.EMPTIED:
            return now in (None, "", [], {}, False)
        case Fate.STAYS:
            return now == was
        case Fate.COARSE:
            return was is None or now.split("T")[1].startswith("00:00:00")
        case Fate.GOES | Fate.WITHOUT:
            return True


async def test_a_deletion_in_one_server_leaves_the_others_alone(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    await filled(uow, ALICE, ABROAD)
    async with uow() as work:
        await fill_only_servers(work._session)
    before = await now(uow)
    erasure = await erase(uow, clock, TOWN)
    after = await now(uow)
    left = rows_naming(after, ALICE.id)
    # Her wishes hold in all servers, and a block would be lifted.
    assert set(left) == {"bot_settings", "settings_history", "reminders"}
    assert {row["scope"] for row in left["bot_settings"]} == {"member", "ticket_blocked"}
    assert {row["scope"] for row in left["settings_history"]} == {"ticket_blocked"}
    assert {row["guild_id"] for row in left["reminders"]} == {ELSEWHERE}
    assert erasure.tables["bot_settings"].kept == 1
    for table, rows in before.items():
        abroad = [row for row in rows if row.get("guild_id") == ELSEWHERE]
        assert [row for row in abroad if row not in after[table]] == []


async def fill_only_servers(session: Any) -> None:
    from sqlalchemy import text

    await session.execute(
        text("INSERT INTO reminders (guild_id, name, channel_id, created_by) VALUES (:g, 'x', 1, :me)"),
        {"g": ELSEWHERE, "me": ALICE.id},
    )


async def test_who_is_erased_twice_has_nothing_left_to_erase(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    await filled(uow, ALICE)
    assert (await erase(uow, clock, EVERYWHERE, is_complete=True)).rows > 10
    again = await erase(uow, clock, EVERYWHERE, is_complete=True)
    assert (again.rows, again.tables) == (0, {})


async def test_an_open_ticket_stays_until_it_is_over(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    await filled(uow, ALICE)
    await _sql(uow, "UPDATE support_tickets SET status = 'open' WHERE user_id = :me")
    erasure = await erase(uow, clock, TOWN)
    assert erasure.open_tickets == 1
    async with uow() as work:
        assert await work.personal_data.erase_postponed(10) == 0
    await _sql(uow, "UPDATE support_tickets SET status = 'closed' WHERE user_id = :me")
    async with uow() as work:
        assert await work.personal_data.erase_postponed(10) == 1
    assert "support_tickets" not in rows_naming(await now(uow), ALICE.id)
    async with uow() as work:
        assert await work.erasures.pending(Waits.TICKET) == []


async def test_who_is_still_to_finish_onboarding_stays_there_and_nowhere_else(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    await filled(uow, ALICE, ALICE_ABROAD, MALLORY)
    async with uow() as work:
        manager = Actor(TOWN, ALICE.staff, is_manager=True, is_staff=True)
        await work.settings.change(manager, MODE, "both")
    unfinished = "UPDATE onboarding SET state = 'started', asked_at = now(), nudged_at = NULL, warned_at = NULL"
    await _sql(uow, f"{unfinished} WHERE user_id = :me")
    erasure = await erase(uow, clock, EVERYWHERE)
    assert erasure.unfinished == 1, "elsewhere nothing is asked"
    left = rows_naming(await now(uow), ALICE.id)
    assert set(left) == {"onboarding", "bot_settings", "settings_history"}
    assert {row["scope"] for row in left["bot_settings"]} == {"ticket_blocked", "erasures_pending"}
    (row,) = left["onboarding"]
    kept = {name for name, value in row.items() if value not in (None, [], 0, "")}
    table = TABLES["onboarding"]
    stays = {column.name for column in table.columns if column.waits or column.fate is Fate.STAYS}
    assert kept <= {*stays, *table.impersonal}
    assert {"user_id", "state", "asked_at", "joined_at"} <= kept
    await erase(uow, clock, EVERYWHERE, is_complete=True)
    assert rows_naming(await now(uow), ALICE.id) == {}


async def _sql(uow: UnitOfWorkFactory, statement: str) -> None:
    from sqlalchemy import text

    async with uow() as work:
        await work._session.execute(text(statement), {"me": ALICE.id})


@pytest.mark.parametrize("guild_id", [TOWN, ELSEWHERE])
async def test_a_server_is_forgotten_with_all_it_has(uow: UnitOfWorkFactory, guild_id: int) -> None:
    before = await filled(uow, ALICE, ABROAD)
    async with uow.reading() as work:
        assert list(await work.personal_data.guilds()) == [TOWN, ELSEWHERE]
    async with uow() as work:
        while await work.personal_data.forget_guild(guild_id, 2):
            pass
    after = await now(uow)
    for table, rows in before.items():
        assert after[table] == [row for row in rows if row.get("guild_id") != guild_id], table


async def test_the_row_of_a_member_keeps_how_long_each_step_took(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    await filled(uow, ALICE)
    await _sql(uow, "UPDATE onboarding SET completed_at = joined_at + interval '3 hours' WHERE user_id = :me")
    await erase(uow, clock, TOWN)
    (row,) = [row for row in (await now(uow))["onboarding"] if row["user_id"] < 0]
    assert (row["joined_at"][11:19], row["completed_at"][11:19]) == ("00:00:00", "03:00:00")
    assert row["rules_version"] == 2
    assert Says.PERSON  # the declaration names whose row it was
