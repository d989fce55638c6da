"""A member's whole way for a manager, which leaves no trace."""

from sqlalchemy import func, select

from app.core.onboarding.questions import Option, QuestionKind
from app.models import Onboarding
from app.ui.onboarding.preview_ids import Act, PreviewId
from standin import Person
from tests.fixtures.onboarding.arriving import Arrivals

MARK = "**Preview**: nothing of this is stored, and nobody else sees it."


async def test_a_manager_tries_it_all_out_and_nothing_is_written(
    arrivals: Arrivals, alice: Person, manager: Person
) -> None:
    asking = arrivals.asking
    assert "Only managers" in (await alice.slash("onboarding preview")).text
    page = await manager.slash("onboarding preview")
    assert "Nothing is asked of new members yet: this shows both" in page.text
    assert "no rules and no questions" in (await manager.click(page, "Begin")).text
    await arrivals.set(mode="both", completion_role=arrivals.member.id, join_role=arrivals.newcomer.id)
    await asking.publish(text="Be **kind**")
    players = arrivals.role("Players")
    why = await asking.ask("Why?", QuestionKind.CHOICE, Option("g", "Games", role_ids=(players.id,)), "Other", place=1)
    await asking.ask("E-mail", QuestionKind.EMAIL, place=2, required=False)
    await asking.ask("Which games?", place=3, only_if=(why, "g"))

    async def says(*words: str) -> None:
        assert page.private
        assert page.text.startswith(MARK)
        for one in words:
            assert one in page.full_text
        async with arrivals.bot.uow() as work:
            assert await work._session.scalar(select(func.count()).select_from(Onboarding)) == 0

    page = await manager.slash("onboarding preview")
    await says("from the button to the end")
    await manager.click(page, "Begin")
    await says("Be **kind**", "Step 1 of 3")
    await manager.click(page, "I accept the rules")
    await says("**Why?**\nGames · Other")
    form = await manager.click(page, "Answer")
    await manager.submit(form, {"Why?": "Games", "E-mail": "manager@"})
    await says("⚠️ “E-mail” takes an e-mail address")
    form = await manager.click(page, "Answer")
    assert form.modal is not None
    assert (form.modal.title, form.modal.fields[1].value) == ("Preview: nothing is stored", "manager@")
    await manager.submit(form, {"E-mail": "manager@example.org"})
    await says("Which games?")
    await manager.click(page, "Back")
    await says("→ manager@example.org")
    await manager.click(page, "Continue")
    await manager.submit(await manager.click(page, "Answer"), {"Which games?": "Go"})
    await says("Is everything right?", "**Which games?**\nGo")
    form = await manager.choose(page, "Change an answer…", "Which games?")
    await manager.submit(form, {"Which games?": "Chess"})
    await says("**Which games?**\nChess")
    await manager.click(page, "Confirm")
    await says(
        "a member is done now",
        f"They would get: <@&{players.id}>, <@&{arrivals.member.id}>",
        f"They would lose: <@&{arrivals.newcomer.id}>",
    )
    await arrivals.settle()
    assert arrivals.town.guild.members[manager.id].role_ids.isdisjoint({arrivals.member.id, players.id})
    pressed = PreviewId(act=Act.CONFIRM, number=None).pack()
    assert "This preview has ended" in (await manager.click(page, pressed, raw=True)).text
    assert "Only managers" in (await alice.click(page, pressed, raw=True)).text
    await manager.click(page, "Begin again")
    await says("Step 1 of 3")
