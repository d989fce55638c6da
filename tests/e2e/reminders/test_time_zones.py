"""A government changes its clocks while the bot runs: what was promised for nine comes at nine."""

import asyncpg

from app.bot import Bot
from standin.person import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.due import After
from tests.fixtures.zones import HARBOUR, SEASONS, Governments

SHOWN = """
    SELECT name || CASE WHEN snooze_of IS NULL THEN '' ELSE ' again' END,
           to_char(next_at AT TIME ZONE 'UTC', 'HH24:MI:SS'), to_char(until AT TIME ZONE 'UTC', 'HH24:MI:SS'),
           to_char(resume_at AT TIME ZONE 'UTC', 'HH24:MI:SS')
    FROM reminders WHERE state <> 'done'
"""


async def test_what_was_promised_for_nine_comes_at_nine_by_the_new_clocks(
    alice: Person,
    bot: Bot,
    connection: asyncpg.Connection,
    governments: Governments,
    clock: ManualClock,
    after: After,
) -> None:
    governments.decide(SEASONS)
    # Nine o'clock there, in summer and in winter: it is not to come meanwhile.
    for hour in (16, 17):
        clock.pass_the_hours_before(hour)
    await alice.slash("timezone set", raw=True, zone=HARBOUR)
    await alice.slash("reminder create", when="every day at 9:00 until 20 dec 2031", what="tea")
    await alice.slash("reminder create", when="in 50 hours", what="cake")
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    await alice.slash("reminder edit", reminder="walk", until="24 dec 2031 18:00")
    await alice.slash("reminder create", when="every day at 10:00", what="bins")
    await alice.slash("reminder pause", reminder="bins", until="22 dec 2031 8:00")
    for what in ("milk", "bread"):
        await alice.slash("reminder create", when="in 5m", what=what)
    await after(minutes=5)
    milk, bread = alice.pings
    await alice.click(await alice.click(milk, "More …"), "Tomorrow morning")
    form = await alice.click(await alice.click(bread, "More …"), "Snooze …")
    await alice.submit(form, {"When": "20 dec 2031 19:00"})
    before = {row[0]: row for row in await connection.fetch(SHOWN)}
    governments.decide("<-05>5")
    await bot.jobs.run_now("time_zones")
    shown = {row[0]: row for row in await connection.fetch(SHOWN)}
    assert [shown[name][1] for name in ("tea", "milk again", "bread again")] == ["14:00:00", "14:00:00", "00:00:00"]
    assert [shown[name][2] for name in ("tea", "walk")] == ["04:59:59", "23:00:00"]
    assert shown["bins"][3] == "13:00:00"
    assert [shown[name][1] for name in ("cake", "walk")] == [before[name][1] for name in ("cake", "walk")]
