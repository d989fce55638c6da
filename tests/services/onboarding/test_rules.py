"""Rules: working on them, publishing them, and accepting what was published."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.onboarding import limits
from app.core.onboarding.acceptances import read_acceptances
from app.core.onboarding.errors import ManagersOnly, NoRulesPublished, RuleNotFound, RulesChanged, VersionNotFound
from app.core.onboarding.grants import Grant, Stage, What, Why, grants_to_json, read_grants
from app.core.onboarding.rules import Rule, shown, text_hash
from app.models import Onboarding
from app.services.onboarding.versions import DraftsChanged
from tests.fixtures.onboarding.services import ALICE, ELSEWHERE, MANAGER, OnboardingWork, policy


async def titles(onboarding: OnboardingWork) -> list[str]:
    drafts = await onboarding.rules.drafts(MANAGER)
    assert [one.place for one in drafts] == list(range(1, len(drafts) + 1))
    return [one.title for one in drafts]


async def publish(onboarding: OnboardingWork, actor: Actor = MANAGER) -> int:
    drafts = await onboarding.rules.drafts(actor)
    return (await onboarding.versions.publish(actor, confirmed=text_hash(shown(drafts)))).number


async def test_rules_are_added_edited_moved_and_removed(onboarding: OnboardingWork) -> None:
    one = await onboarding.rules.add(MANAGER, Rule("One"))
    two = await onboarding.rules.add(MANAGER, Rule("Two"))
    zero = await onboarding.rules.add(MANAGER, Rule("Zero"), place=1)
    assert await titles(onboarding) == ["Zero", "One", "Two"]
    moved, was = await onboarding.rules.move(MANAGER, zero.id, 3)
    assert (moved.place, was, await titles(onboarding)) == (3, 1, ["One", "Two", "Zero"])
    changed = await onboarding.rules.edit(MANAGER, one, replace(one, text="Changed", enabled=False))
    assert (await onboarding.rules.get(MANAGER, one.id)) == replace(changed, place=1)
    for refused in (
        onboarding.rules.edit(MANAGER, one, replace(one, text="Too late")),
        onboarding.rules.edit(MANAGER, changed, changed),
        onboarding.rules.move(MANAGER, zero.id, 3),
    ):
        with pytest.raises(Conflict):
            await refused
    for place in (0, 4):
        with pytest.raises(InvalidInput, match="from 1 to"):
            await onboarding.rules.move(MANAGER, two.id, place)
    for refused in (onboarding.rules.remove(ELSEWHERE, two.id), onboarding.rules.get(MANAGER, 999_999)):
        with pytest.raises(RuleNotFound):
            await refused
    with pytest.raises(ManagersOnly):
        await onboarding.rules.add(ALICE, Rule("Mine"))
    assert (await onboarding.rules.remove(MANAGER, two.id)).title == "Two"
    assert await titles(onboarding) == ["One", "Zero"]
    for number in range(limits.MAX_RULES - 2):
        await onboarding.rules.add(MANAGER, Rule(f"Rule {number}"))
    with pytest.raises(LimitReached):
        await onboarding.rules.add(MANAGER, Rule("One too many"))


async def test_versions_stay_as_they_were_published(onboarding: OnboardingWork) -> None:
    with pytest.raises(InvalidInput, match="no rule to publish"):
        await publish(onboarding)
    kind = await onboarding.rules.add(MANAGER, Rule("Be kind", image_url="https://example.org/a.png"))
    await onboarding.rules.add(MANAGER, Rule("Hidden", enabled=False))
    await onboarding.rules.add(ELSEWHERE, Rule("Other server"))
    assert await publish(onboarding) == 1
    with pytest.raises(Conflict, match="version 1"):
        await publish(onboarding)
    seen = text_hash(shown(await onboarding.rules.drafts(MANAGER)))
    await onboarding.rules.edit(MANAGER, kind, replace(kind, title="Be very kind"))
    with pytest.raises(DraftsChanged):
        await onboarding.versions.publish(MANAGER, confirmed=seen)
    with pytest.raises(ManagersOnly):
        await publish(onboarding, ALICE)
    assert await publish(onboarding) == 2
    assert await publish(onboarding, ELSEWHERE) == 1
    first, newest = await onboarding.versions.get(1, 1), await onboarding.versions.newest(1)
    assert [one.said for one in first.rules] == [kind.said]
    assert ([one.title for one in newest.rules], newest.published_by) == (["Be very kind"], MANAGER.user_id)
    assert (first.hash, newest.hash) != (newest.hash, first.hash)
    with pytest.raises(VersionNotFound):
        await onboarding.versions.get(1, 3)
    await onboarding.flow.accept(ALICE, policy(mode="rules"), 2, locale="de")
    listed, total = await onboarding.versions.history(MANAGER, page=0, page_size=10)
    assert ([(one.number, one.rules, one.accepted) for one in listed], total) == ([(2, 1, 1), (1, 1, 0)], 2)
    assert (await onboarding.versions.history(MANAGER, page=1, page_size=1))[0] == [listed[1]]


async def test_rules_are_accepted_once_for_each_version(onboarding: OnboardingWork) -> None:
    async def accept(version: int, locale: str) -> Onboarding:
        await onboarding.flow.accept(ALICE, policy(), version, locale=locale)
        return (await onboarding.flow.mine(ALICE)).row

    with pytest.raises(NoRulesPublished):
        await accept(1, "en-GB")
    kind = await onboarding.rules.add(MANAGER, Rule("Be kind"))
    await publish(onboarding)
    assert [(await accept(1, locale)).rules_version for locale in ("en-GB", "de")] == [1, 1]
    await onboarding.rules.edit(MANAGER, kind, replace(kind, text="Really"))
    await publish(onboarding)
    with pytest.raises(RulesChanged):
        await accept(1, "de")

    # The run of the new version took the role of somebody who did not accept in time.
    taken = Grant(What.ROLE, 5, give=False, why=Why.RULES, stage=Stage.SEEN, at=onboarding.clock())
    other = Grant(What.ROLE, 6, give=False, why=Why.JOIN, stage=Stage.SEEN)
    async with onboarding.uow() as work:
        asked = {"asked_version": 2, "accept_by": onboarding.clock(), "grants": grants_to_json([other, taken])}
        await work._session.execute(update(Onboarding).values(**asked))
    onboarding.clock.move(minutes=1)
    row = await accept(2, "de")
    assert (row.asked_version, row.accept_by, row.next_at) == (None, None, onboarding.clock())
    assert read_grants(row.grants) == [other, replace(taken, give=True, stage=Stage.WANTED, at=None)]
    hashes = [(await onboarding.versions.get(1, number)).hash for number in (1, 2)]
    assert [(one.version, one.hash, one.locale) for one in read_acceptances(row.acceptances)] == [
        (1, hashes[0], "en-GB"),
        (2, hashes[1], "de"),
    ]
