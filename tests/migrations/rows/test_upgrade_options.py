"""The two things that an operator has to say about the predecessor's data."""

import pytest
from alembic.util import CommandError

from tests.fixtures import legacy
from tests.migrations.rows.conftest import Live

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


async def test_an_answer_that_makes_no_sense_is_refused_before_anything_changes(live: Live):
    await live.filled(legacy.generate(20))
    before = await live.contents()
    for options, complaint in NONSENSE:
        with pytest.raises(CommandError, match=complaint):
            await live.upgrade("002", **options)
        assert await live.contents() == before
    assert await live.fetchval("SELECT version_num FROM alembic_version") == "001"


@pytest.mark.parametrize(("options", "zone"), [({}, "UTC"), ({"legacy_timezone": "Asia/Kathmandu"}, "Asia/Kathmandu")])
async def test_reminders_of_today_get_the_zone_and_those_of_tomorrow_do_not(
    live: Live, options: dict[str, str], zone: str
):
    await live.filled(legacy.generate(20))
    await live.upgrade("002", **options)
    assert await live.fetch("SELECT DISTINCT timezone FROM reminders") == [(zone,)]
    new = "INSERT INTO reminders (guild_id, name, channel_id) VALUES (1, 'new', 2) RETURNING timezone, legacy"
    assert tuple(await live.fetchrow(new)) == ("UTC", None)
