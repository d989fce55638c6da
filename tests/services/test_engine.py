from sqlalchemy import text

from app.db import DatabaseUrl, create_engine


async def test_the_engine_sets_its_limits_and_the_operator_wins(own_database: DatabaseUrl) -> None:
    chosen = DatabaseUrl(
        own_database.url, own_database.options, {"lock_timeout": "7s"}, None, own_database.hosts, own_database.ports
    )
    engine = create_engine(chosen, application_name="concierge/test")
    async with engine.connect() as connection:
        rows = await connection.execute(
            text(
                "SELECT name, setting FROM pg_settings WHERE name IN "
                "('application_name', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', "
                "'TimeZone')"
            )
        )
        found = {row[0]: row[1] for row in rows}
    await engine.dispose()
    assert found == {
        "application_name": "concierge/test",
        "statement_timeout": "10000",
        "lock_timeout": "7000",
        "idle_in_transaction_session_timeout": "30000",
        "TimeZone": "UTC",
    }


ASKED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'WITH RECURSIVE typeinfo_tree%'")


async def test_what_a_type_of_postgresql_consists_of_is_asked_once_per_process(own_database: DatabaseUrl) -> None:
    asked = []
    for _ in range(2):
        engine = create_engine(own_database)
        async with engine.connect() as connection:
            # No other test has a list of these.
            values = (await connection.execute(text("SELECT ARRAY['$1.50'::money], ARRAY['(1,2)'::tid]"))).one()
            assert values == (["$1.50"], [(1, 2)])
            asked.append((await connection.execute(ASKED)).scalar_one())
        await engine.dispose()
    assert asked == [1, 0]


async def test_types_of_a_database_are_its_own(own_database: DatabaseUrl, empty_database: DatabaseUrl) -> None:
    for database, label in ((own_database, "one"), (empty_database, "two")):
        engine = create_engine(database)
        async with engine.begin() as connection:
            await connection.execute(text(f"CREATE TYPE kind AS ENUM ('{label}')"))
        for _ in range(2):
            async with engine.connect() as connection:
                values = await connection.execute(text(f"SELECT ARRAY['{label}'::kind], ARRAY[1::bigint]"))
                assert values.one() == ([label], [1])
                assert (await connection.execute(ASKED)).scalar_one() == 1
            await engine.dispose()
