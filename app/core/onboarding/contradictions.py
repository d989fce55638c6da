"""What a server chose about onboarding that contradicts itself, as far as can be told without asking Discord.

`/onboarding check` says it together with what Discord knows, `concierge doctor` for all servers.
"""

from collections.abc import Callable, Iterator, Sequence

from app.core.messages import Message, msg
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.questions import Question


def contradictions(
    policy: OnboardingPolicy, questions: Sequence[Question], version: int | None, shown: Callable[[str], str] = str
) -> Iterator[Message]:
    """Return a sentence or two for each, with what mends it.

    `version` is the newest of the rules, if any were published; `shown` writes what people typed.
    """
    if not policy.is_on:
        if policy.panels:
            yield msg(
                "There is a panel, and nothing is asked of new members. Choose what with `/settings set "
                "onboarding.mode`, or remove the panel."
            )
        return
    yield from _of_what_is_asked(policy, questions, version)
    yield from _of_where(policy)
    yield from _of_time(policy)
    if policy.asks_questions:
        yield from _of_conditions(questions, shown)


def _of_what_is_asked(
    policy: OnboardingPolicy, questions: Sequence[Question], version: int | None
) -> Iterator[Message]:
    if policy.asks_rules and version is None:
        yield msg("Members are to accept the rules, and none are published. Publish them with `/rules publish`.")
    if policy.asks_questions and not any(one.enabled for one in questions):
        yield msg("Members are to answer questions, and there are none. Add one with `/onboarding questions add`.")
    gives = any(option.role_ids or option.channel_ids for one in questions for option in one.options)
    if policy.completion_role_id is None and not (policy.asks_questions and gives):
        yield msg(
            "Members get nothing when they are done. Choose a role with `/settings set onboarding.completion_role`."
        )


def _of_where(policy: OnboardingPolicy) -> Iterator[Message]:
    if policy.where == "panel" and not policy.panels:
        yield msg("There is no panel to begin with. Post one with `/onboarding panel post`.")
    if policy.where == "channel" and policy.channel_id is None:
        yield msg(
            "Members are to begin in a channel, and none is chosen. Choose it with `/settings set onboarding.channel`."
        )
    if policy.where == "direct" and not policy.panels:
        yield msg(
            "Who takes no direct messages has nothing to begin with. Post a panel as well, with `/onboarding panel "
            "post`."
        )
    if policy.where == "direct" and not policy.direct_per_hour:
        yield msg(
            "Members are to begin with a direct message, and none may be sent. Allow some with `/settings set "
            "onboarding.direct_per_hour`."
        )


def _of_time(policy: OnboardingPolicy) -> Iterator[Message]:
    if policy.kick_after and not policy.warn_after:
        yield msg(
            "Nobody is removed, because nobody is warned before. Choose when with `/settings set "
            "onboarding.warn_after`."
        )


def _of_conditions(questions: Sequence[Question], shown: Callable[[str], str]) -> Iterator[Message]:
    known = {one.id: one for one in questions}
    for one in questions:
        if not one.enabled or one.asked_if is None:
            continue
        earlier, question = known.get(one.asked_if.question_id), shown(one.text)
        if earlier is None:
            yield msg(
                "**{question}** is never asked: the question that it depends on is gone. Mend it with `/onboarding "
                "questions only_if`.",
                question=question,
            )
        elif not earlier.enabled:
            yield msg(
                "**{question}** is never asked: the question that it depends on is switched off. Mend it with "
                "`/onboarding questions only_if`.",
                question=question,
            )
        elif not any(earlier.option(value) for value in one.asked_if.values):
            yield msg(
                "**{question}** is never asked: the answers that it depends on are gone. Mend it with `/onboarding "
                "questions only_if`.",
                question=question,
            )
