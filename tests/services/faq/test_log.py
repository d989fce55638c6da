"""What is taken down of searches, on a real database."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.faq.errors import SearchNotFound
from app.core.faq.policy import FaqPolicy
from app.core.settings.snapshot import SettingsSnapshot
from app.models import FaqEntry
from app.models.faq_search_log import FaqSearchLog, SearchSource
from app.services.faq.log import Search
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

ALICE, BOB = Actor(guild_id=1, user_id=11), Actor(guild_id=1, user_id=12)
ELSEWHERE, STAFF = Actor(guild_id=2, user_id=11), Actor(guild_id=1, user_id=13, is_staff=True)


def policy(**chosen: Any) -> FaqPolicy:
    """A server's policy; keywords are the keys of its settings."""
    return FaqPolicy.of(SettingsSnapshot(1, {f"faq.{key}": value for key, value in chosen.items()}))


async def recorded(uow: UnitOfWorkFactory, text: str, *, actor: Actor = ALICE, more: Any = None, **chosen: Any) -> int:
    async with uow() as work:
        found = await work.faq.log.record(actor, policy(**chosen), Search(text, **{"results": 0, **(more or {})}))
    assert found is not None
    return found


async def row(uow: UnitOfWorkFactory, log_id: int) -> FaqSearchLog:
    async with uow() as work:
        query = select(FaqSearchLog).where(FaqSearchLog.id == log_id)
        return (await work._session.scalars(query.execution_options(populate_existing=True))).one()


@pytest.fixture
async def entry(uow: UnitOfWorkFactory) -> int:
    async with uow() as work:
        made = insert(FaqEntry).values(guild_id=1, title="How do I get roles?", summary="Ask.").returning(FaqEntry.id)
        return (await work._session.scalars(made)).one()


async def counts(uow: UnitOfWorkFactory, entry_id: int) -> tuple[int, int, int]:
    async with uow() as work:
        e = FaqEntry
        query = select(e.opened_count, e.helpful_count, e.unhelpful_count).where(e.id == entry_id)
        found = (await work._session.execute(query)).one()
        return found.opened_count, found.helpful_count, found.unhelpful_count


async def test_a_search_is_kept_as_its_server_and_its_member_want_it(uow: UnitOfWorkFactory) -> None:
    found = await row(uow, await recorded(uow, "  Café \0 roles\ud800 "))
    assert (found.user_id, found.query, found.query_key) == (11, "Café  roles", "cafe roles")
    found = await row(uow, await recorded(uow, "roles", keep_members=False))
    assert (found.user_id, found.query) == (None, "roles")
    found = await row(uow, await recorded(uow, "roles", keep_searches=0))
    assert (found.user_id, found.query, found.query_key, found.results_count) == (None, None, None, 0)
    async with uow() as work:
        assert await work.member_privacy.set(ALICE, private=True)
        assert not await work.member_privacy.set(ALICE, private=True)
        assert await work.member_privacy.find(ALICE.user_id)
        assert not await work.member_privacy.find(BOB.user_id)
    private = await recorded(uow, "roles", actor=ELSEWHERE)
    found = await row(uow, private)
    assert (found.user_id, found.query, found.query_key, found.after_id, found.results_count) == (None,) * 4 + (0,)
    assert (await row(uow, await recorded(uow, "roles", actor=BOB))).user_id == BOB.user_id
    async with uow() as work:
        assert not await work.faq.log.want_told(ALICE, private)
        assert await work.member_privacy.set(ALICE, private=False)
        assert not await work.member_privacy.set(ALICE, private=False)
    assert (await row(uow, await recorded(uow, "x" * 5000))).query == "x" * 4000


async def test_a_search_follows_one_in_vain_of_the_same_person_a_moment_ago(
    uow: UnitOfWorkFactory, clock: ManualClock, entry: int
) -> None:
    first = await recorded(uow, "rolls")
    await recorded(uow, "rolls", actor=BOB)
    clock.move(minutes=9)
    second = await recorded(uow, "roles", more={"results": 2})
    assert (await row(uow, second)).after_id == first
    async with uow() as work:
        assert await work.faq.log.opened(ALICE, second, entry)
    assert (await row(uow, await recorded(uow, "cats"))).after_id == first
    clock.move(minutes=11)
    assert (await row(uow, await recorded(uow, "cats"))).after_id is None


async def test_only_whoever_searched_opens_and_rates_and_may_change_their_mind(
    uow: UnitOfWorkFactory, entry: int
) -> None:
    log_id = await recorded(uow, "roles", more={"results": 1})
    async with uow() as work:
        log = work.faq.log
        for other in (BOB, ELSEWHERE):
            assert not await log.opened(other, log_id, entry)
            assert not await log.want_told(other, log_id)
        assert not await log.rated(ELSEWHERE, log_id, entry, helpful=True)
        assert await log.opened(ALICE, log_id, entry)
        assert await log.opened(ALICE, log_id, entry)
    assert await counts(uow, entry) == (1, 0, 0)
    async with uow() as work:
        assert await work.faq.log.rated(ALICE, log_id, entry, helpful=False)
        assert await work.faq.log.rated(ALICE, log_id, entry, helpful=False)
    assert await counts(uow, entry) == (1, 0, 1)
    async with uow() as work:
        assert await work.faq.log.rated(ALICE, log_id, entry, helpful=True)
        assert await work.faq.log.want_told(ALICE, log_id)
    assert await counts(uow, entry) == (1, 1, 0)
    found = await row(uow, log_id)
    assert (found.opened_id, found.is_helpful, found.to_tell) == (entry, True, True)


async def test_what_is_shown_at_once_counts_as_opened(uow: UnitOfWorkFactory, entry: int) -> None:
    found = await row(uow, await recorded(uow, "roles", more={"results": 1, "opened_id": entry}))
    assert found.opened_id == entry
    assert found.opened_at is not None
    assert await counts(uow, entry) == (1, 0, 0)


async def test_a_ticket_marks_the_searches_before_it(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    old = await recorded(uow, "roles")
    clock.move(hours=2)
    new, of_bob = await recorded(uow, "roles"), await recorded(uow, "roles", actor=BOB)
    nobodys = await recorded(uow, "roles", more={"source": SearchSource.TICKET}, keep_members=False)
    async with uow() as work:
        await work.faq.log.ticket_followed(ALICE, policy(ticket_within=3600), log_id=nobodys)
    marked = [(await row(uow, one)).ticket_at is not None for one in (old, new, of_bob, nobodys)]
    assert marked == [False, True, False, True]


async def test_everybody_who_sees_an_answer_has_one_vote_on_it(uow: UnitOfWorkFactory, entry: int) -> None:
    log_id = await recorded(uow, "roles", more={"results": 1, "opened_id": entry})
    async with uow() as work:
        for helpful in (True, True, False):
            assert await work.faq.log.rated(BOB, log_id, entry, helpful=helpful)
        assert await work.faq.log.rated(STAFF, log_id, entry, helpful=True)
    assert await counts(uow, entry) == (1, 1, 1)
    # What came of a search is not for others to say.
    assert (await row(uow, log_id)).is_helpful is None
    async with uow() as work:
        assert await work.faq.log.rated(ALICE, log_id, entry, helpful=True)
    assert (await row(uow, log_id)).is_helpful is True
    # Nothing says who voted, and the same person is another one in another search.
    nobodys = await recorded(uow, "roles", more={"results": 1, "opened_id": entry}, keep_members=False)
    async with uow() as work:
        assert await work.faq.log.rated(ALICE, nobodys, entry, helpful=False)
        query = select(FaqSearchLog.votes).where(FaqSearchLog.id.in_([log_id, nobodys])).order_by(FaqSearchLog.id)
        first, second = (await work._session.scalars(query)).all()
    assert (len(first), len(second), first.keys() & second.keys()) == (3, 1, set())
    assert str(ALICE.user_id) not in {part for key in second for part in key.split(":")[1:]}
    assert (await row(uow, nobodys)).is_helpful is False
    async with uow() as work:
        read = [await work.faq.log.words(one, log) for log in (log_id, nobodys) for one in (ALICE, BOB)]
    assert read == ["roles", None, None, None]


async def test_a_message_gets_the_same_answer_once(uow: UnitOfWorkFactory, entry: int, clock: ManualClock) -> None:
    about = {"results": 1, "source": SearchSource.MESSAGE, "channel_id": 5, "message_id": 6, "author_id": BOB.user_id}
    first, second = [await recorded(uow, "roles", actor=STAFF, more=about) for _ in range(2)]
    async with uow() as work:
        with pytest.raises(SearchNotFound):
            await work.faq.messages.answered(ALICE, first, entry)
        assert await work.faq.messages.answered(STAFF, first, entry) == (5, 6)
        # It is no search of theirs that they read answers of.
        assert not await work.faq.log.opened(STAFF, first, entry + 1)
        with pytest.raises(Conflict, match="has this answer already"):
            await work.faq.messages.answered(STAFF, second, entry)
        with pytest.raises(Conflict, match="answered from here already"):
            await work.faq.messages.answered(STAFF, first, entry + 1)
        # As if the process had been killed before it was posted: for as long as Discord knows it by its nonce.
        assert await work.faq.messages.answered(STAFF, first, entry) == (5, 6)
        clock.move(seconds=90)
        with pytest.raises(Conflict, match="answered from here already"):
            await work.faq.messages.answered(STAFF, first, entry)
        # Nor does the bot by itself.
        automatic = Search("roles", 1, SearchSource.AUTOMATIC, channel_id=5, message_id=6, opened_id=entry)
        assert await work.faq.log.record(BOB, policy(), automatic) is None
    assert await counts(uow, entry) == (1, 0, 0)
    async with uow() as work:
        await work.faq.messages.not_answered(STAFF, first, entry)
        assert await work.faq.messages.answered(STAFF, second, entry) == (5, 6)
        # Whoever wrote the words has a say in whether they are kept.
        assert await work.member_privacy.set(BOB, private=True)
    assert (await row(uow, await recorded(uow, "secret", actor=STAFF, more=about))).query is None
    assert await counts(uow, entry) == (1, 0, 0)
