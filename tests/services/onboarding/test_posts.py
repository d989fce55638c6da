"""The messages of onboarding that stay."""

from dataclasses import replace

import pytest

from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.onboarding import limits
from app.core.onboarding.errors import ManagersOnly, PanelNotFound
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import RULES, Post
from tests.fixtures.onboarding.services import ALICE, ELSEWHERE, MANAGER, OnboardingWork


async def kept(onboarding: OnboardingWork) -> dict[str, Post]:
    async with onboarding.uow() as work:
        return dict(OnboardingPolicy.of(await work.settings.get_snapshot(1)).posts)


async def test_a_post_is_added_changed_and_removed(onboarding: OnboardingWork) -> None:
    made, change = await onboarding.posts.add(MANAGER, Post("", 5, title=" Begin  here ", text=" Hello "))
    assert made == Post("001", 5, title="Begin here", text="Hello")
    posted = await onboarding.posts.posted(made, change, 77)
    assert await kept(onboarding) == {"001": replace(made, message_id=77)}
    rules, _ = await onboarding.posts.add(MANAGER, Post(RULES, 6))
    assert await onboarding.posts.amend(1, rules, replace(rules, version=2, message_id=78))
    assert not await onboarding.posts.amend(1, rules, replace(rules, version=3))
    with pytest.raises(Conflict):
        await onboarding.posts.add(MANAGER, Post(RULES, 6))
    with pytest.raises(Conflict, match="change nothing"):
        await onboarding.posts.change(MANAGER, "001", lambda was: was)
    changed, _ = await onboarding.posts.change(MANAGER, "001", lambda was: replace(was, text="Hi"))
    assert await kept(onboarding) == {
        "001": replace(posted, text="Hi"),
        RULES: replace(rules, version=2, message_id=78),
    }
    assert (await onboarding.posts.remove(MANAGER, "001"))[0] == changed
    again, _ = await onboarding.posts.add(MANAGER, Post("", 5, title="Again"))
    assert again.key == "002", "buttons of the one that was removed are not those of another one"


async def test_who_may_not_and_what_does_not_fit_changes_nothing(onboarding: OnboardingWork) -> None:
    await onboarding.posts.add(MANAGER, Post("", 5, title="One"))
    before = await kept(onboarding)
    with pytest.raises(ManagersOnly):
        await onboarding.posts.add(ALICE, Post("", 5, title="Mine"))
    with pytest.raises(PanelNotFound):
        await onboarding.posts.remove(ELSEWHERE, "001")
    for bad in (
        Post("", 5),
        Post("", 5, title="x" * (limits.MAX_PANEL_TITLE + 1)),
        Post("", 5, title="One", text="\0"),
    ):
        with pytest.raises(InvalidInput):
            await onboarding.posts.add(MANAGER, bad)
    for number in range(limits.MAX_PANELS - 1):
        await onboarding.posts.add(MANAGER, Post("", 5, title=str(number)))
    with pytest.raises(LimitReached):
        await onboarding.posts.add(MANAGER, Post("", 5, title="One too many"))
    assert (await onboarding.posts.add(MANAGER, Post(RULES, 5)))[0].key == RULES
    assert (await kept(onboarding))["001"] == before["001"]
