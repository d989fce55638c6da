"""What was searched for in vain: how staff see it grouped, what they do about it, and who is told of an answer."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.core.actor import Actor
from app.core.faq.entries import Draft
from app.core.faq.errors import EntryNotFound, GapNotFound, SearchesNotAllowed
from app.models import FaqEntry
from app.models.faq_search_log import FaqSearchLog, SearchSource
from app.services.faq.telling import TELL_AFTER
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.faq.searches import added

STAFF, MEMBER = Actor(1, 90, is_staff=True), Actor(1, 11)
ELSEWHERE = Actor(2, 91, is_manager=True, is_staff=True)
L = FaqSearchLog


class Log:
    """Searches, as if people had made them."""

    def __init__(self, uow: UnitOfWorkFactory, clock: ManualClock) -> None:
        self.uow = uow
        self.clock = clock

    async def add(self, query: str, user_id: int | None = 11, **more: Any) -> int:
        return await added(self.uow, self.clock(), query, user_id, **{"guild_id": 1, **more})

    async def entry(self, title: str, **more: Any) -> int:
        async with self.uow() as work:
            return (await work.faq.entries.add(STAFF, Draft(title, "The answer.", **more))).id

    async def gaps(self, days: int = 30) -> list[Any]:
        async with self.uow() as work:
            return list((await work.faq.gaps.page(STAFF, 0, days=days)).gaps)

    async def row(self, log_id: int) -> FaqSearchLog:
        async with self.uow() as work:
            query = select(L).where(L.id == log_id).execution_options(populate_existing=True)
            return (await work._session.scalars(query)).one()

    async def call(self, service: str, method: str, *args: Any, **more: Any) -> Any:
        async with self.uow() as work:
            return await getattr(getattr(work.faq, service), method)(*args, **more)


@pytest.fixture
def log(uow: UnitOfWorkFactory, clock: ManualClock) -> Log:
    return Log(uow, clock)


async def test_searches_in_vain_are_grouped_counted_and_dealt_with(log: Log, clock: ManualClock) -> None:
    long_ago = await log.add("How do I reset my password?", searched_at=clock() - timedelta(days=40))
    for user_id, query in ((11, "reset password"), (12, "How do I reset my password?"), (12, "reset password")):
        await log.add(query, user_id, to_tell=user_id == 12)
    await log.add("where are the rules", None, results_count=3)
    # None of these is a gap: opened, called helpful, elsewhere, or said by the bot itself.
    await log.add("reset password", opened_id=1)
    await log.add("reset password", is_helpful=True)
    await log.add("reset password", guild_id=2)
    await log.add("reset password", source=SearchSource.AUTOMATIC)
    first, second = await log.gaps()
    assert (first.wording, first.asked, first.people, first.waiting) == ("reset password", 3, 2, 1)
    assert first.keys == ("reset password", "how do i reset my password?")
    assert (second.wording, second.asked, second.people, second.without_result) == ("where are the rules", 1, 0, 0)
    assert (await log.gaps(days=60))[0].asked == 4

    # Staff of another server, and whoever is no staff, find nothing of it.
    for method in ("one", "wording", "dismiss"):
        with pytest.raises(GapNotFound):
            await log.call("gaps", method, ELSEWHERE, first.log_id)
        with pytest.raises(SearchesNotAllowed):
            await log.call("gaps", method, MEMBER, first.log_id)
    assert (await log.call("gaps", "page", ELSEWHERE, 0, days=30)).total == 1
    with pytest.raises(GapNotFound):
        await log.call("gaps", "one", STAFF, 2**31 - 1)

    # All of the group is answered, however long ago, and the entry is found by its words.
    entry_id = await log.entry("Forgotten password")
    with pytest.raises(EntryNotFound):
        await log.call("answering", "by_entry", STAFF, first.log_id, 999_999)
    done = await log.call("answering", "by_entry", STAFF, first.log_id, entry_id)
    assert (done.handled.count, done.handled.waiting, done.keyword) == (4, 1, "reset password")
    assert (await log.row(long_ago)).answered_id == entry_id
    assert [gap.wording for gap in await log.gaps()] == ["where are the rules"]
    found = await log.call("search", "search", 1, "reset password", ["en"])
    assert [hit.id for hit in found] == [entry_id]
    with pytest.raises(GapNotFound):
        await log.call("answering", "by_entry", STAFF, first.log_id, entry_id)

    # Taken back, also by the words; and only by whoever did it.
    with pytest.raises(GapNotFound):
        await log.call("answering", "undo", Actor(1, 92, is_staff=True), done.handled.at, entry_id, done.version)
    assert await log.call("answering", "undo", STAFF, done.handled.at, entry_id, done.version) == (4, True)
    assert [gap.asked for gap in await log.gaps()] == [3, 1]
    assert not await log.call("search", "search", 1, "reset", ["en"])


async def test_what_needs_no_answer_does_not_come_back_and_what_was_answered_badly_does(
    log: Log, clock: ManualClock
) -> None:
    spam, real = await log.add("asdf"), await log.add("vip role")
    done = await log.call("gaps", "dismiss", STAFF, spam)
    assert (done.count, done.waiting) == (1, 0)
    clock.move(seconds=1)
    await log.call("answering", "by_entry", STAFF, real, await log.entry("The VIP role", keywords=("vip role",)))
    assert await log.gaps() == []
    await log.add("asdf")
    await log.add("vip role")
    assert [gap.wording for gap in await log.gaps()] == ["vip role"]
    await log.call("gaps", "undo", STAFF, done.at)
    assert {gap.wording: gap.asked for gap in await log.gaps()} == {"vip role": 1, "asdf": 2}


async def test_words_that_led_nowhere_are_suggested_for_what_was_found_after_them(log: Log) -> None:
    entry_id, other = await log.entry("Membership fees"), await log.entry("Something else")
    for user_id in (11, 12):
        failed = await log.add("Dues", user_id)
        await log.add("membership", user_id, after_id=failed, opened_id=entry_id, results_count=1)
        # What they opened besides is no other time, and once may be chance.
        await log.add("fees for members", user_id, after_id=failed, opened_id=entry_id, results_count=1)
        once = await log.add(f"once {user_id}", user_id)
        for words in ("something", "something else"):
            await log.add(words, user_id, after_id=once, opened_id=other, results_count=1)
    await log.add("x", 13, after_id=failed, opened_id=other, is_helpful=False)
    elsewhere = await log.add("dues", guild_id=2)
    await log.add("y", guild_id=2, after_id=elsewhere, opened_id=entry_id)
    page = await log.call("synonyms", "page", STAFF, 0)
    (pair,) = page.pairs
    assert (pair.wording, pair.title, pair.times, pair.people, pair.entry_id) == (
        "Dues",
        "Membership fees",
        2,
        2,
        entry_id,
    )
    assert (await log.call("synonyms", "page", ELSEWHERE, 0)).total == 0
    for method in ("confirm", "dismiss"):
        with pytest.raises(GapNotFound):
            await log.call("synonyms", method, ELSEWHERE, pair.log_id, entry_id)
        with pytest.raises(GapNotFound):
            await log.call("synonyms", method, STAFF, pair.log_id, other)
        with pytest.raises(SearchesNotAllowed):
            await log.call("synonyms", method, MEMBER, pair.log_id, entry_id)

    # Where somebody said that it helped, once is enough.
    await log.add("something", 12, after_id=once, opened_id=other, results_count=1, is_helpful=True)
    assert [one.wording for one in (await log.call("synonyms", "page", STAFF, 0)).pairs] == ["Dues", "once 12"]
    async with log.uow() as work:
        others = FaqSearchLog.query.in_(["once 11", "once 12", "something", "something else"])
        await work._session.execute(delete(FaqSearchLog).where(others))

    # Dismissed, it is still a gap; and it can be taken back.
    done = await log.call("synonyms", "dismiss", STAFF, pair.log_id, entry_id)
    assert await log.call("synonyms", "count", STAFF) == 0
    assert [gap.wording for gap in await log.gaps()] == ["Dues"]
    await log.call("synonyms", "undo", STAFF, done.at)

    done = await log.call("answering", "by_pair", STAFF, pair.log_id, entry_id)
    assert done.keyword == "Dues"
    entry, versions = await log.call("reading", "history", STAFF, entry_id)
    assert entry.keywords == ["Dues"]
    assert len(versions) == 2
    assert await log.gaps() == []
    assert await log.call("synonyms", "count", STAFF) == 0
    # Changed since, the entry keeps the words.
    await log.call("entries", "edit", STAFF, entry_id, lambda old: Draft(old.title, "New.", old.keywords))
    assert await log.call("answering", "undo", STAFF, done.handled.at, entry_id, done.version) == (2, False)


async def test_each_person_is_told_once_and_only_while_the_answer_is_there(log: Log, clock: ManualClock) -> None:
    entry_id = await log.entry("Refunds")
    for user_id in (11, 11, 12, STAFF.user_id):
        latest = await log.add("money back", user_id, to_tell=True)
    await log.add("money back", 13)
    await log.call("answering", "by_entry", STAFF, latest, entry_id)

    async def due(**more: Any) -> list[Any]:
        return list(await log.call("telling", "due", **{"shards": None, "but": (), "limit": 10, **more}))

    assert await due() == []
    assert await log.call("telling", "next_at", None) == clock() + TELL_AFTER
    assert await log.call("telling", "next_at", (2, [1])) is None
    clock.now += TELL_AFTER
    # Whoever answered it needs not be told.
    found = await due()
    assert [(one.user_id, one.wording) for one in found] == [(11, "money back"), (12, "money back")]
    assert await due(but=[1]) == []
    assert await due(shards=(1, [0])) == found
    assert await due(shards=(2, [1])) == []
    async with log.uow() as work:
        await work._session.execute(update(FaqEntry).where(FaqEntry.id == entry_id).values(enabled=False))
    assert await due() == []
    async with log.uow() as work:
        await work._session.execute(update(FaqEntry).where(FaqEntry.id == entry_id).values(enabled=True))
    await log.call("telling", "told", found[0])
    await log.call("telling", "give_up", found[1])
    assert await due() == []
    assert await log.call("telling", "told_within_an_hour", [1, 2]) == {1: 1}
    clock.move(hours=2)
    assert await log.call("telling", "told_within_an_hour", [1, 2]) == {}
