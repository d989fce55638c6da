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
