"""The two things that an operator has to say about the predecessor's data."""

import pytest
from alembic.util import CommandError

from app.db import DatabaseUrl
from tests.fixtures import legacy
from tests.migrations.running import connected, contents, upgrade

NONSENSE = (
    ({"legacy_timezone": "Europe/Bruxelles"}, "legacy-timezone=Europe/Bruxelles is not an IANA time zone"),
    ({"legacy_timezone": "europe/brussels"}, "legacy-timezone=europe/brussels is not an IANA time zone"),
    ({"legacy_timezone": "../../etc/passwd"}, "is not an IANA time zone"),
    ({"legacy_timezone": "UTC'; DROP TABLE reminders; --"}, "is not an IANA time zone"),
    ({"faq_guild_id": "my server"}, "faq-guild-id=my server is not the id of a guild"),
    ({"faq_guild_id": "0"}, "is not the id of a guild"),
    ({"faq_guild_id": "-5"}, "is not the id of a guild"),
    ({"faq_guild_id": "٣"}, "is not the id of a guild"),
    ({"faq_guild_id": str(2**63)}, "is not the id of a guild"),
)


async def test_an_answer_that_makes_no_sense_is_refused_before_anything_changes(empty_database: DatabaseUrl):
    await upgrade(empty_database, "001")
    async with connected(empty_database) as connection:
        await legacy.load(connection, legacy.generate(20))
    before = await contents(empty_database)
    for options, complaint in NONSENSE:
        with pytest.raises(CommandError, match=complaint):
            await upgrade(empty_database, "002", **options)
        assert await contents(empty_database) == before
    async with connected(empty_database) as connection:
        assert await connection.fetchval("SELECT version_num FROM alembic_version") == "001"


@pytest.mark.parametrize(("options", "zone"), [({}, "UTC"), ({"legacy_timezone": "Asia/Kathmandu"}, "Asia/Kathmandu")])
async def test_reminders_of_today_get_the_zone_and_those_of_tomorrow_do_not(
    empty_database: DatabaseUrl, options: dict[str, str], zone: str
):
    await upgrade(empty_database, "001")
    async with connected(empty_database) as connection:
        await legacy.load(connection, legacy.generate(20))
    await upgrade(empty_database, "002", **options)
    async with connected(empty_database) as connection:
        assert await connection.fetch("SELECT DISTINCT timezone FROM reminders") == [(zone,)]
        new = "INSERT INTO reminders (guild_id, name, channel_id) VALUES (1, 'new', 2) RETURNING timezone, legacy"
        assert tuple(await connection.fetchrow(new)) == ("UTC", None)
