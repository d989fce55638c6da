"""What is counted about searches, how long words and people are kept, and what members see and delete of theirs."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select, update

from app.core.actor import Actor
from app.core.faq.errors import SearchesNotAllowed
from app.core.faq.figures import Counts
from app.core.faq.policy import FaqPolicy
from app.core.settings.snapshot import SettingsSnapshot
from app.models import BotSetting
from app.models.faq_search_log import FaqSearchLog, SearchSource
from app.services.faq.figures import TOP
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.services.faq.test_gaps import ELSEWHERE, MEMBER, STAFF, Log

L = FaqSearchLog
ZONE = "America/New_York"


@pytest.fixture
def log(uow: UnitOfWorkFactory, clock: ManualClock) -> Log:
    return Log(uow, clock)


def policy(**chosen: Any) -> FaqPolicy:
    return FaqPolicy.of(SettingsSnapshot(1, {"general.timezone": ZONE, **chosen}))


async def test_figures_are_those_that_can_be_counted_by_hand(log: Log, clock: ManualClock) -> None:
    entry, gone = await log.entry("Roles"), await log.entry("Gone")
    await log.call("entries", "remove", STAFF, gone)
    found = {"results_count": 2, "opened_id": entry}
    await log.add("roles", 11, **found)
    await log.add("Roles", 12, **found, is_helpful=True, ticket_at=clock())
    await log.add("roles", 11, results_count=1, opened_id=gone, is_helpful=False)
    await log.add("rolez", None, source=SearchSource.MESSAGE)
    await log.add("refund", 13, **found, source=SearchSource.TICKET, is_helpful=True)
    await log.add("refund", 13, source=SearchSource.TICKET, ticket_at=clock())
    await log.add("a question", 14, **found, source=SearchSource.AUTOMATIC, is_helpful=True)
    await log.add("roles", 11, guild_id=2, **found)
    # The week begins at midnight of the server's clock.
    today = clock().astimezone(ZoneInfo(ZONE)).date()
    midnight = datetime(today.year, today.month, today.day, tzinfo=ZoneInfo(ZONE)) - timedelta(days=6)
    midnight = midnight.replace(tzinfo=None).replace(tzinfo=ZoneInfo(ZONE))
    await log.add("old", 15, searched_at=midnight - timedelta(seconds=1))
    await log.add("new", 15, searched_at=midnight)
    await log.add("older", 16, searched_at=clock() - timedelta(days=31))

    figures = await log.call("figures", "of", STAFF, policy(), days=30)
    assert figures.total == Counts(
        searches=8, without_result=4, succeeded=3, helpful=2, unhelpful=1, no_ticket=5, before_ticket=2, deflected=1,
        suggested=1, suggested_helpful=1,
    )  # fmt: skip
    assert figures.people == 5
    assert [week.counts.searches for week in figures.weeks] == [0, 0, 0, 1, 7]
    assert figures.weeks[-1].start == midnight
    assert [(one.wording, one.count, one.without_result) for one in figures.searched[:2]] == [
        ("roles", 3, 0),
        ("refund", 2, 1),
    ]
    assert {one.wording: one.without_result for one in figures.missing} == {"new": 1, "old": 1, "refund": 1, "rolez": 1}
    assert [(one.entry_id, one.title, one.count, one.helpful, one.unhelpful) for one in figures.opened] == [
        (entry, "Roles", 4, 3, 0),
        (gone, None, 1, 0, 1),
    ]
    assert figures.words_since is None
    assert (await log.call("figures", "of", STAFF, policy(), days=365)).total.searches == 9
    shorter = await log.call("figures", "of", STAFF, policy(**{"faq.keep_searches": 86400}), days=30)
    assert shorter.words_since == clock() - timedelta(days=1)
    assert (await log.call("figures", "of", ELSEWHERE, policy(), days=30)).total.searches == 1
    with pytest.raises(SearchesNotAllowed):
        await log.call("figures", "of", MEMBER, policy(), days=30)
    for number in range(TOP + 5):
        await log.add(f"word {number}")
    assert len((await log.call("figures", "of", STAFF, policy(), days=30)).searched) == TOP


async def _kept(log: Log) -> dict[int, tuple[str | None, int | None]]:
    async with log.uow() as work:
        rows = await work._session.execute(select(L.guild_id, L.query, L.user_id).order_by(L.guild_id, L.searched_at))
        return {guild_id: (query, user_id) for guild_id, query, user_id in rows}


async def test_words_and_people_go_when_their_server_wants_it_and_figures_stay(log: Log, clock: ManualClock) -> None:
    day = timedelta(days=1)
    chosen = {
        2: {"keep_searches": 86400},
        3: {"keep_searches": 0},
        4: {"keep_members": False},
        5: {"keep_searches": "rubbish", "keep_members": "rubbish"},
    }
    async with log.uow() as work:
        for guild_id, settings in chosen.items():
            for key, value in settings.items():
                await work._session.execute(
                    insert(BotSetting).values(guild_id=guild_id, scope="faq", key=key, value=value, value_type="number")
                )
    for guild_id in range(6):
        await log.add("words", searched_at=clock() - 2 * day, guild_id=guild_id, to_tell=True, votes={"1:abc": True})
    await log.add("words", searched_at=clock() - 91 * day, guild_id=6, channel_id=7, message_id=8, opened_id=5)
    assert await log.call("retention", "forget") == 4
    assert await _kept(log) == {
        0: ("words", 11), 1: ("words", 11), 2: (None, None), 3: (None, None), 4: ("words", None), 5: ("words", 11),
        6: (None, None),
    }  # fmt: skip
    assert await log.call("retention", "forget") == 0
    async with log.uow() as work:
        rows = (await work._session.scalars(select(L).where(L.query.is_(None)).order_by(L.guild_id))).all()
        kept = [(row.query_key, row.to_tell, row.channel_id, row.message_id, row.opened_id) for row in rows]
        assert kept == [(None, False, None, None, None), (None, False, None, None, None), (None, False, None, None, 5)]
        assert await work._session.scalar(select(func.count()).where(L.votes != {}, L.query.is_(None))) == 0
        assert await work._session.scalar(select(func.count()).select_from(L)) == 7
    # Where nothing is kept, it is known for a day which message was answered.
    about = {"channel_id": 7, "message_id": 9, "source": SearchSource.AUTOMATIC}
    answered = await log.add("words", None, guild_id=3, searched_at=clock() - day / 2, **about)
    async with log.uow() as work:
        await work._session.execute(update(L).where(L.id == answered).values(query=None, query_key=None))
    assert await log.call("retention", "forget") == 0
    clock.now += day
    assert await log.call("retention", "forget") == 1
    assert (await log.row(answered)).message_id is None
    clock.now -= day
    # In small steps, those that have been there longest first.
    for age in (95, 94, 93):
        await log.add(f"of {age}", searched_at=clock() - age * day, guild_id=9)
    assert await log.call("retention", "forget", limit=2) == 2
    assert (await _kept(log))[9] == ("of 93", 11)
    assert await log.call("retention", "forget", limit=2) == 1


async def test_members_see_and_delete_their_own_searches_and_no_others(log: Log, clock: ManualClock) -> None:
    mine = [await log.add(f"word {number}", searched_at=clock() - timedelta(hours=number)) for number in range(12)]
    await log.add("of somebody else", 12)
    await log.add("elsewhere", guild_id=2)
    async with log.uow() as work:
        await work.faq.log.want_told(MEMBER, mine[0])
    page = await log.call("privacy", "page", MEMBER, 5)
    assert (page.page, page.pages, page.total) == (1, 2, 12)
    first = (await log.call("privacy", "page", MEMBER, 0)).searches[0]
    assert (first.query, first.wants_answer) == ("word 0", True)
    assert await log.call("privacy", "forget", MEMBER) == 12
    assert (await log.call("privacy", "page", MEMBER, 0)).total == 0
    row = await log.row(mine[0])
    assert (row.query, row.query_key, row.user_id, row.to_tell) == (None, None, None, False)
    assert (await log.call("privacy", "page", Actor(1, 12), 0)).total == 1
    assert (await log.call("privacy", "page", Actor(2, 11), 0)).total == 1
    assert await log.call("privacy", "forget", MEMBER) == 0
