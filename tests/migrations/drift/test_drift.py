"""The check against the eleven tables: clean when untouched, and nothing can be missing unnoticed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import DatabaseUrl
from app.migrate.drift.compare import Report, check
from app.migrate.drift.findings import Finding, Phase, Repair, Severity, repair_statements
from app.migrate.revisions import scripts
from app.migrate.schema import snapshots
from app.migrate.schema.catalog import Catalog, Table
from tests.fixtures.postgres import connect
from tests.migrations.conftest import execute


def newest() -> Catalog:
    revision = snapshots.newest()
    assert revision is not None
    return snapshots.load(revision)


async def test_the_untouched_database_is_clean(connection: AsyncConnection):
    report = await connection.run_sync(check)
    assert report.findings == ()
    assert report.clean
    assert report.revision == scripts.read().files[-1].revision
    assert report.fingerprint == newest().fingerprint
    assert report.sentence == f"The schema is exactly that of revision {report.revision}."
    assert report.statements == []


def removals(table: Table) -> Iterator[str]:
    """Write a statement for everything that can be taken from a table."""
    for constraint in table.constraints:
        yield f'ALTER TABLE {table.name} DROP CONSTRAINT "{constraint.name}" CASCADE'
    for index in table.indexes:
        yield f'DROP INDEX "{index.name}"'
    for column in table.columns:
        alter = f'ALTER TABLE {table.name} ALTER COLUMN "{column.name}"'
        yield f'ALTER TABLE {table.name} DROP COLUMN "{column.name}" CASCADE'
        if column.default is not None and not column.generated:
            yield f"{alter} DROP DEFAULT"
        if column.not_null and not any(
            constraint.kind == "primary key" and column.name in constraint.columns for constraint in table.constraints
        ):
            yield f"{alter} DROP NOT NULL"


@pytest.mark.parametrize("table", [table.name for table in newest().tables])
async def test_nothing_can_be_taken_from_a_table_unnoticed(table: str, connection: AsyncConnection):
    (expected,) = (one for one in newest().tables if one.name == table)

    def take_each(connection: Connection) -> list[str]:
        unnoticed: list[str] = []
        # A column that must not be empty can only be made anew where there are no rows.
        connection.exec_driver_sql(f"DELETE FROM {table}")
        for statement in [f"DROP TABLE {table}", *removals(expected)]:
            savepoint = connection.begin_nested()
            connection.execute(text(statement))
            report = check(connection)
            if report.clean or Severity.NOTE in {finding.severity for finding in report.findings}:
                unnoticed.append(statement)
            for fix in report.statements:
                connection.exec_driver_sql(fix)
            if not check(connection).clean:
                unnoticed.append(f"not fixed: {statement}")
            savepoint.rollback()
        return unnoticed

    assert await connection.run_sync(take_each) == []


async def test_a_failed_concurrent_index_build_is_found_and_fixed(own_engine: AsyncEngine, own_database: DatabaseUrl):
    (index,) = (
        index
        for table in newest().tables
        if table.name == "audit_logs"
        for index in table.indexes
        if "created_at" in index.columns and "guild_id" in index.columns and len(index.columns) == 2
    )
    driver = await connect(own_database)
    await driver.execute(f"DROP INDEX {index.name}")
    await driver.execute("BEGIN; LOCK TABLE audit_logs IN ROW EXCLUSIVE MODE")
    impatient = await connect(own_database)
    await impatient.execute("SET lock_timeout = '50ms'")
    with pytest.raises(Exception, match="lock timeout"):
        await impatient.execute(index.definition.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY"))
    await impatient.close()
    await driver.execute("ROLLBACK")
    await driver.close()
    async with own_engine.connect() as connection:
        report = await connection.run_sync(check)
        if [finding.kind for finding in report.findings] == ["index.missing"]:
            pytest.fail("the build left nothing behind; the test has to interrupt it later")
        assert [finding.kind for finding in report.findings] == ["index.invalid"]
        for statement in report.statements:
            await connection.exec_driver_sql(statement)
        assert (await connection.run_sync(check)).clean


async def test_a_sequence_made_anew_goes_on_after_the_highest_number(connection: AsyncConnection):
    insert = "INSERT INTO audit_logs (guild_id, user_id, command_name, command_type) VALUES (1, 1, 'a', 'slash')"
    for _ in range(3):
        await connection.execute(text(insert))
    last = await connection.scalar(text("SELECT max(id) FROM audit_logs"))
    await connection.execute(text("DROP SEQUENCE audit_logs_id_seq CASCADE"))
    report = await connection.run_sync(check)
    assert {finding.kind for finding in report.findings} == {"sequence.missing", "column.default"}
    for statement in report.statements:
        await connection.exec_driver_sql(statement)
    assert await connection.scalar(text(f"{insert} RETURNING id")) == last + 1


async def test_many_damages_are_fixed_by_one_script(connection: AsyncConnection):
    damage = """
        DELETE FROM audit_logs;
        DROP TABLE faq_entries; DROP TABLE guild_rules CASCADE;
        ALTER TABLE audit_logs DROP COLUMN command_name CASCADE;
        ALTER TABLE reminders RENAME COLUMN location TO place;
        ALTER TABLE reminders ALTER COLUMN channel_id TYPE text, ALTER COLUMN guild_id DROP NOT NULL;
        ALTER TABLE bot_settings DROP CONSTRAINT pk_bot_settings, ADD CONSTRAINT pk_bot_settings PRIMARY KEY (key);
        ALTER TABLE settings_history SET UNLOGGED;
        ALTER TABLE onboarding ENABLE ROW LEVEL SECURITY;
        ALTER SEQUENCE support_tickets_id_seq INCREMENT 7;
        COMMENT ON TABLE support_tickets IS 'x';
        GRANT ALL ON support_tickets TO PUBLIC;
        CREATE INDEX slow ON support_tickets (username);
        CREATE TABLE somebody_elses (id serial);
        CREATE VIEW somebody_elses_view AS SELECT 1 AS one;
    """
    await execute(connection, damage)
    report = await connection.run_sync(check)
    assert not report.clean
    assert report.sentence.startswith(f"The schema differs from revision {report.revision} in ")
    for statement in report.statements:
        await connection.exec_driver_sql(statement)
    fixed = await connection.run_sync(check)
    left = {finding.kind for finding in fixed.findings if finding.severity is not Severity.NOTE}
    assert left == {"table.row_security", "grant.changed"}
    # What is not ours was named and not touched.
    foreign = {("table.foreign", "somebody_elses"), ("view.foreign", "somebody_elses_view")}
    assert {(note.kind, note.name) for note in fixed.findings} >= foreign


async def test_grants_that_give_nothing_away_are_notes(connection: AsyncConnection):
    owner, bot, deputy, reader, writer = (
        f"concierge_test_{name}" for name in ("owner", "bot", "deputy", "reader", "writer")
    )
    # All of it is rolled back, the roles as well.
    await execute(
        connection,
        f"""
        CREATE ROLE {owner}; CREATE ROLE {bot} IN ROLE {owner}; CREATE ROLE {deputy} IN ROLE {owner};
        CREATE ROLE {reader}; CREATE ROLE {writer};
        GRANT USAGE ON SCHEMA public TO {bot};
        ALTER TABLE reminders OWNER TO {owner};
        GRANT ALL ON reminders TO {bot}; GRANT INSERT ON reminders TO {deputy};
        GRANT SELECT ON reminders TO {reader}; GRANT SELECT (title) ON faq_entries TO {reader};
        GRANT SELECT, INSERT ON audit_logs TO {bot};
        SET LOCAL ROLE {bot};
        """,
    )
    report = await connection.run_sync(check)
    assert report.clean
    told = {(note.kind, note.name) for note in report.findings}
    assert told == {("grant.foreign", name) for name in ("reminders", "faq_entries", "audit_logs")}
    await execute(
        connection,
        f"""
        RESET ROLE;
        GRANT UPDATE ON reminders TO {writer}; GRANT SELECT ON guild_rules TO {reader} WITH GRANT OPTION;
        GRANT SELECT ON onboarding TO PUBLIC; GRANT INSERT ON faq_entries TO {reader};
        SET LOCAL ROLE {bot};
        """,
    )
    report = await connection.run_sync(check)
    found = {(one.kind, one.name) for one in report.findings if one.severity is Severity.WARNING}
    assert found == {("grant.changed", name) for name in ("reminders", "guild_rules", "onboarding", "faq_entries")}


async def test_findings_come_gravest_first_and_say_what_is_lost(connection: AsyncConnection):
    await execute(
        connection,
        "ALTER TABLE reminders ADD COLUMN colour text; CREATE TABLE aaa_theirs (id integer); "
        "ALTER TABLE support_tickets ALTER COLUMN status DROP NOT NULL",
    )
    report = await connection.run_sync(check)
    assert [(finding.severity, finding.name) for finding in report.findings] == [
        (Severity.ERROR, "support_tickets.status"),
        (Severity.WARNING, "reminders.colour"),
        (Severity.NOTE, "aaa_theirs"),
    ]
    told = report.as_json()
    assert told["clean"] is False
    assert told["findings"][0] == {
        "kind": "column.nullable",
        "severity": "error",
        "name": "support_tickets.status",
        "sentence": "Column support_tickets.status allows NULL, and should not.",
        "fix": "ALTER TABLE public.support_tickets ALTER COLUMN status SET NOT NULL;",
        "destructive": False,
    }
    assert [finding.destructive for finding in report.findings] == [False, True, False]


async def test_a_check_names_the_revision_it_was_asked_about(connection: AsyncConnection):
    report: Report = await connection.run_sync(lambda live: check(live, revision="001"))
    assert report.revision == "001"
    assert not report.clean
    with pytest.raises(snapshots.SnapshotMissing, match="999 was not recorded"):
        await connection.run_sync(lambda live: check(live, revision="999"))


async def test_a_role_that_may_read_nothing_can_still_check(own_engine: AsyncEngine):
    # The system catalogue is open to everybody: monitoring needs no rights on the rows.
    async with own_engine.connect() as connection:
        await connection.execute(text("CREATE ROLE concierge_test_onlooker"))
        try:
            await connection.execute(text("SET LOCAL ROLE concierge_test_onlooker"))
            assert (await connection.run_sync(check)).clean
            with pytest.raises(DBAPIError):
                await connection.execute(text("SELECT FROM reminders"))
        finally:
            await connection.rollback()


def test_statements_are_ordered_by_phase_and_said_once():
    def finding(*steps: Repair) -> Finding:
        return Finding("k", Severity.ERROR, "n", "S.", steps)

    late, early, again = Repair(Phase.INDEX, "late"), Repair(Phase.COLUMN, "early"), Repair(Phase.INDEX, "late")
    assert repair_statements([finding(late, early), finding(again)]) == ["early", "late"]
    assert finding().fix is None
    assert finding(late, early).fix == "early;\nlate;"
