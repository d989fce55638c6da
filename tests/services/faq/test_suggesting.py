"""What is suggested for a message, on a real database: decided and taken down in one step."""

from typing import Any

import pytest
from sqlalchemy import select

from app.core.actor import Actor
from app.core.faq.asking import is_worth_a_search, questions_in, sounds_like_a_question
from app.core.faq.automatic import Automatic
from app.core.faq.entries import Draft
from app.core.faq.policy import FaqPolicy
from app.core.faq.waiting import Said
from app.core.settings.snapshot import SettingsSnapshot
from app.models.faq_search_log import FaqSearchLog, SearchSource
from app.services.faq.automatic import Silence, Suggested
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

GUILD, ALICE, BOB = 1, 11, 12
STAFF = Actor(GUILD, 13, is_manager=True, is_staff=True)
PASSWORD = "How do I reset my password?"
ENTRIES = {
    PASSWORD: "Open the settings and press Forgotten. We send you a link by mail.",
    "Where are the rules?": "Pinned in #welcome.",
    "How do I link my Steam account?": "Use /link and follow the steps.",
    "When is the next event?": "See the calendar in #events.",
    "Why can't I see the voice channels?": "Verify your phone number first.",
    "How do I report a player?": "Open a ticket with a screenshot.",
    "Can I invite friends?": "Yes, everybody can create invites that last a day.",
    "The game crashes at start": "Update your graphics driver and verify the files.",
    "怎样修改密码？": "打开设置页面，选择忘记密码。",
}
FITTING = {
    "hey, how do I reset my password?": PASSWORD,
    "hi guys, does anyone know how to reset the password": PASSWORD,
    "Hello! I came back today and can't get in any more. How do I reset my password? Thanks!": PASSWORD,
    "password reset?": PASSWORD,
    "when is the next event": "When is the next event?",
    "i cant see the voice channels": "Why can't I see the voice channels?",
    "请问怎样修改密码": "怎样修改密码？",
}
UNKNOWN = [
    "what's the weather like today?",
    "does anyone want to play tonight?",
    "how do I delete my account",
    "who is the owner of this server",
    "can you help me with my homework",
    "why is my internet so slow",
    "I reset my password yesterday and it works fine",
    "see you at the next event",
    "my friend plays that with me",
]
SMALL_TALK = [
    "ok",
    "Thanks!",
    "thank you very much",
    "good morning everybody",
    "hello there",
    "lol nice",
    "danke schön",
    "谢谢",
]


def policy(**chosen: Any) -> FaqPolicy:
    return FaqPolicy.of(SettingsSnapshot(GUILD, {f"faq.{key}": value for key, value in chosen.items()}))


def said(text: str, message_id: int = 1, *, author_id: int = ALICE, channel_id: int = 5) -> Said:
    return Said(GUILD, 5, channel_id, message_id, author_id, questions_in(text), sounds_like_a_question(text))


class Suggesting:
    """The service: each call is a transaction."""

    def __init__(self, uow: UnitOfWorkFactory, clock: ManualClock) -> None:
        self.uow = uow
        self.clock = clock

    def message_id(self) -> int:
        """An id as Discord gives them at this moment."""
        return (int(self.clock().timestamp() * 1000) - 1420070400000) << 22

    async def ask(self, text: str, *, place: Automatic | None = None, **more: Any) -> Suggested | Silence:
        chosen = more.pop("policy", policy())
        message_id = more.pop("message_id", None) or self.message_id()
        async with self.uow() as work:
            found = said(text, message_id, **more)
            return await work.faq.automatic.suggest(found, place or Automatic(5), chosen, ["en-US"])


@pytest.fixture
async def suggesting(uow: UnitOfWorkFactory, clock: ManualClock) -> Suggesting:
    async with uow() as work:
        for title, answer in ENTRIES.items():
            await work.faq.entries.add(STAFF, Draft(title, answer))
        await work.faq.entries.add(Actor(2, 13, is_staff=True), Draft("How do I delete my account?", "Elsewhere."))
    return Suggesting(uow, clock)


async def test_what_fits_is_suggested_and_nothing_else(suggesting: Suggesting) -> None:
    for number, (text, title) in enumerate(FITTING.items()):
        found = await suggesting.ask(text, channel_id=100 + number)
        assert isinstance(found, Suggested), text
        assert found.entry.title == title
    for number, text in enumerate([*UNKNOWN, *SMALL_TALK]):
        assert is_worth_a_search(text) or text in SMALL_TALK
        assert await suggesting.ask(text, channel_id=200 + number) is Silence.UNSURE, text
    # Most of it never gets so far.
    assert sum(map(is_worth_a_search, SMALL_TALK)) <= 3


async def test_the_same_is_suggested_again_after_the_cool_down_and_a_message_gets_one(suggesting: Suggesting) -> None:
    place = Automatic(5, cooldown=60)
    first = await suggesting.ask(PASSWORD, place=place, message_id=suggesting.message_id())
    assert isinstance(first, Suggested)
    assert await suggesting.ask(PASSWORD, place=place, author_id=BOB) is Silence.LATELY
    # In another channel it is something else, and another answer as well.
    assert isinstance(await suggesting.ask(PASSWORD, place=place, author_id=BOB, channel_id=6), Suggested)
    assert isinstance(await suggesting.ask("Where are the rules?", place=place, message_id=3), Suggested)
    suggesting.clock.move(seconds=61)
    again = suggesting.message_id()
    assert isinstance(await suggesting.ask(PASSWORD, place=place, author_id=BOB, message_id=again), Suggested)
    suggesting.clock.move(hours=1)
    assert await suggesting.ask(PASSWORD, place=place, author_id=BOB, message_id=again) is Silence.ALREADY
    always = Automatic(5, cooldown=0)
    assert isinstance(await suggesting.ask(PASSWORD, place=always), Suggested)


async def test_a_dismissal_holds_for_a_day_where_the_server_keeps_who_asked(suggesting: Suggesting) -> None:
    place = Automatic(5, cooldown=0)
    found = await suggesting.ask(PASSWORD, place=place)
    assert isinstance(found, Suggested)
    async with suggesting.uow() as work:
        await work.faq.automatic.dismiss(Actor(GUILD, ALICE), found.log_id, ALICE)
        # Of another server, it is nobody's.
        await work.faq.automatic.dismiss(Actor(2, ALICE), found.log_id, ALICE)
    suggesting.clock.move(hours=23)
    assert await suggesting.ask(PASSWORD, place=place) is Silence.LATELY
    assert isinstance(await suggesting.ask(PASSWORD, place=place, author_id=BOB), Suggested)
    suggesting.clock.move(hours=2)
    nameless = policy(keep_members=False)
    found = await suggesting.ask(PASSWORD, place=place, policy=nameless)
    assert isinstance(found, Suggested)
    async with suggesting.uow() as work:
        row = await work._session.get_one(FaqSearchLog, found.log_id)
        assert (row.source, row.user_id, row.opened_id) == (SearchSource.AUTOMATIC, None, found.entry.id)
        await work.faq.automatic.dismiss(Actor(GUILD, ALICE), found.log_id, ALICE)
    suggesting.clock.move(seconds=1)
    assert isinstance(await suggesting.ask(PASSWORD, place=place, policy=nameless), Suggested)


async def test_what_was_not_posted_is_forgotten(suggesting: Suggesting) -> None:
    found = await suggesting.ask(PASSWORD)
    assert isinstance(found, Suggested)
    async with suggesting.uow() as work:
        await work.faq.automatic.withdraw(Actor(2, ALICE), found.log_id)
    assert await suggesting.ask(PASSWORD) is Silence.LATELY
    async with suggesting.uow() as work:
        await work.faq.automatic.withdraw(Actor(GUILD, ALICE), found.log_id)
        assert (await work._session.scalars(select(FaqSearchLog))).all() == []
    assert isinstance(await suggesting.ask(PASSWORD), Suggested)
