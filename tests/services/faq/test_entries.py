"""The entries of a server: their rules, on a real database."""

from dataclasses import replace

import pytest

from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.faq.entries import Draft, Field
from app.core.faq.errors import EntryChanged, EntryNotFound, StaffOnly, TitleTaken, VersionNotFound
from app.uow import UnitOfWorkFactory

STAFF = Actor(guild_id=1, user_id=11, is_staff=True)
OTHER = Actor(guild_id=1, user_id=12, is_staff=True)
MEMBER = Actor(guild_id=1, user_id=13, role_ids=frozenset({70}))
ELSEWHERE = Actor(guild_id=2, user_id=11, is_manager=True, is_staff=True)


def draft(title: str = "How?", answer: str = "So.", **more: object) -> Draft:
    return replace(Draft(title, answer), **more)


async def add(uow: UnitOfWorkFactory, one: Draft, actor: Actor = STAFF) -> int:
    async with uow() as work:
        return (await work.faq.entries.add(actor, one)).id


async def test_entries_are_added_changed_and_taken_back(uow: UnitOfWorkFactory) -> None:
    wanted = draft(" How  do I\ntalk? ", "Like\r\nthis. ", keywords=("speak, say", "SPEAK"), category=" a  b ")
    entry_id = await add(uow, wanted)
    async with uow() as work:
        found = await work.faq.reading.find(MEMBER, "how do i talk")
    assert (found.id, found.title, found.summary) == (entry_id, "How do I talk?", "Like\nthis.")
    assert (found.keywords, found.category, found.version) == (["speak", "say"], "a b", 1)

    async with uow() as work:
        done = await work.faq.entries.edit(
            OTHER, entry_id, lambda old: replace(old, title="Voice, how?", owner_role_id=70), version=1
        )
    assert done.fields == (Field.TITLE, Field.KEYWORDS, Field.OWNER)
    assert done.entry.keywords == ["speak", "say", "How do I talk?"]
    # Who owns it may change it; the second of two is told what the first did, and nothing of either is lost.
    async with uow() as work:
        await work.faq.entries.edit(MEMBER, entry_id, lambda old: replace(old, answer="Their answer"), version=2)
    with pytest.raises(EntryChanged) as changed:
        async with uow() as work:
            await work.faq.entries.edit(STAFF, entry_id, lambda old: replace(old, category="Mine"), version=2)
    assert (changed.value.version, changed.value.by, changed.value.theirs) == (3, 13, (Field.ANSWER,))
    assert (changed.value.both.answer, changed.value.both.category) == ("Their answer", "Mine")
    with pytest.raises(Conflict, match="change nothing"):
        async with uow() as work:
            await work.faq.entries.edit(STAFF, entry_id, lambda old: old)

    async with uow() as work:
        _, versions = await work.faq.reading.history(STAFF, entry_id)
    assert [(one.number, one.made_by, one.draft.title) for one in versions] == [
        (3, 13, "Voice, how?"),
        (2, 12, "Voice, how?"),
        (1, 11, "How do I talk?"),
    ]
    async with uow() as work:
        back = await work.faq.entries.back_to(STAFF, entry_id, 1)
    assert (back.entry.title, back.entry.version, back.entry.owner_role_id) == ("How do I talk?", 4, None)
    with pytest.raises(VersionNotFound):
        async with uow() as work:
            await work.faq.entries.back_to(STAFF, entry_id, 9)


async def test_a_title_is_there_once_and_what_was_removed_comes_back(uow: UnitOfWorkFactory) -> None:
    first, second = await add(uow, draft("Café?")), await add(uow, draft("Tea"))
    await add(uow, draft("Café?"), ELSEWHERE)
    with pytest.raises(TitleTaken) as taken:
        await add(uow, draft("CAFE"))
    assert (taken.value.entry_id, taken.value.title) == (first, "Café?")
    with pytest.raises(TitleTaken):
        async with uow() as work:
            await work.faq.entries.edit(STAFF, second, lambda old: replace(old, title="cafe"))
    async with uow() as work:
        await work.faq.entries.remove(STAFF, first)
    for actor in (STAFF, ELSEWHERE):
        with pytest.raises(EntryNotFound):
            async with uow() as work:
                await work.faq.reading.get(actor, first)
    again = await add(uow, draft("cafe"))
    with pytest.raises(TitleTaken):
        async with uow() as work:
            await work.faq.entries.restore(STAFF, first)
    async with uow() as work:
        await work.faq.entries.remove(STAFF, again)
        assert (await work.faq.entries.restore(STAFF, first)).title == "Café?"
        assert [one.title for one in await work.faq.reading.suggest_removed(STAFF, "CAF")] == ["cafe"]
    with pytest.raises(EntryNotFound):
        async with uow() as work:
            await work.faq.entries.restore(ELSEWHERE, again)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (draft(" \u200b"), "A title has 1 to 256 characters."),
        (draft("x" * 257), "A title has 1 to 256 characters."),
        (draft(answer="x" * 4001), "An answer has 1 to 4000 characters. Yours has 4001."),
        (draft(answer="\ufe0f"), "An answer has 1 to 4000 characters."),
        (draft(answer="a\0b"), "That has characters that cannot be stored."),
        (draft(category="x" * 51), "A category has at most 50 characters."),
        (draft(keywords=("x" * 257,)), "A keyword has at most 256 characters."),
        (draft(keywords=tuple(map(str, range(31)))), "An entry has at most 30 keywords"),
        (draft(keywords=tuple(f"{n}{'x' * 200}" for n in range(5))), "All keywords of an entry have at most 1000"),
        *((draft(image_url=url), "An image is given by its address") for url in ("javascript:1", "a.png", "https://x")),
    ],
)
async def test_what_cannot_be_an_entry_is_refused(uow: UnitOfWorkFactory, wanted: Draft, refusal: str) -> None:
    with pytest.raises((InvalidInput, LimitReached), match=refusal):
        await add(uow, wanted)


async def test_only_staff_write(uow: UnitOfWorkFactory) -> None:
    entry_id = await add(uow, draft())
    with pytest.raises(StaffOnly):
        await add(uow, draft("Mine"), MEMBER)
    with pytest.raises(StaffOnly):
        async with uow() as work:
            await work.faq.entries.edit(MEMBER, entry_id, lambda old: replace(old, title="Mine"))
    for act in ("remove", "restore"):
        with pytest.raises(StaffOnly):
            async with uow() as work:
                await getattr(work.faq.entries, act)(MEMBER, entry_id)
    async with uow() as work:
        await work.faq.entries.edit(STAFF, entry_id, lambda old: replace(old, enabled=False))
    with pytest.raises(EntryNotFound):
        async with uow() as work:
            await work.faq.reading.find(MEMBER, f"#{entry_id}")
