"""Questions of the predecessor, with what it asked after answers, as members meet them."""

from sqlalchemy import update

from app.core.onboarding.questions import QuestionKind
from app.models import OnboardingQuestion
from standin import StandIn
from tests.fixtures.discord import Running
from tests.fixtures.onboarding.arriving import Arrivals
from tests.fixtures.town import Town


async def test_what_the_predecessor_asked_after_an_answer_is_asked(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    alice, manager = (stand_in.person(one, town.general) for one in (town.alice, town.manager))
    async with running() as bot:
        arrivals = Arrivals(bot, town)
        await arrivals.set(mode="questions")
        how = await arrivals.asking.ask("How did you find us?", QuestionKind.CHOICE, place=1)
        async with bot.uow() as work:
            held = {
                "options": [{"label": "A friend", "value": "friend"}, {"label": "Other", "value": "other"}],
                "followup": {"friend": {"question": "Who told you?"}},
            }
            row = update(OnboardingQuestion).where(OnboardingQuestion.id == how).values(held)
            await work._session.execute(row)
    async with running() as bot:
        arrivals.bot, arrivals.asking.uow = bot, bot.uow
        await arrivals.settle()
        page = await alice.submit(await alice.slash("onboarding start"), {"How did you find us?": "A friend"})
        assert "Who told you?" in page.full_text
        await alice.submit(await alice.click(page, "Answer"), {"Who told you?": "Bob"})
        assert "**Who told you?**\nBob" in page.full_text
        listed = (await manager.slash("onboarding questions list")).full_text
        assert "only if the answer to question 1 is: A friend" in listed
    async with running() as bot:
        arrivals.bot = bot
        await arrivals.settle()
        assert (await manager.slash("onboarding questions list")).full_text == listed
