"""What being done, and each answer, gives a member. Pure."""

from collections.abc import Iterable, Mapping

from app.core.onboarding.answers import Answer
from app.core.onboarding.grants import Grant, Tell, What, Why, kept, wanting
from app.core.onboarding.path import asked
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.questions import Question

Answers = Mapping[int, Answer]
Given = dict[tuple[What, int], Why]


def on_completion(
    grants: Iterable[Grant], policy: OnboardingPolicy, questions: Iterable[Question], answers: Answers
) -> list[Grant]:
    """Return the intentions of somebody who is done: what they get, and that the role of those who join goes."""
    given = _of_answers(questions, answers)
    if policy.completion_role_id is not None:
        given[What.ROLE, policy.completion_role_id] = Why.COMPLETION
    wanted = [Grant(what, id_, give=True, why=why) for (what, id_), why in given.items()]
    joined = policy.join_role_id
    if joined is not None and (What.ROLE, joined) not in given:
        wanted.append(Grant(What.ROLE, joined, give=False, why=Why.JOIN))
    return kept(wanting(grants, wanted))


def on_change(
    grants: Iterable[Grant],
    policy: OnboardingPolicy,
    questions: Iterable[Question],
    before: Answers,
    after: Answers,
) -> list[Grant]:
    """Return the intentions of somebody who is done and answers differently; what other things give them stays."""
    listed, there = list(questions), list(grants)
    had, has = _of_answers(listed, before), _of_answers(listed, after)
    # Also what an option gave that is no longer there, or gives something else by now.
    had |= {(one.what, one.id): one.why for one in there if one.give and one.why is Why.ANSWER}
    stays = {(What.ROLE, policy.completion_role_id), (What.ROLE, policy.join_role_id)}
    stays |= {(one.what, one.id) for one in there if one.give and one.was_there}
    open_or_done = {(one.what, one.id) for one in there if one.give}
    wanted = [Grant(*key, give=True, why=why) for key, why in has.items() if key not in open_or_done]
    wanted += [Grant(*key, give=False, why=Why.ANSWER) for key in had if key not in has and key not in stays]
    return kept(wanting(there, wanted))


def to_tell(policy: OnboardingPolicy) -> list[Tell]:
    """Return who is told that somebody is done."""
    told: list[Tell] = []
    if policy.welcome_channel_id is not None and policy.welcome_text:
        told.append(Tell.WELCOME)
    if policy.direct_text:
        told.append(Tell.DIRECT)
    if policy.log_channel_id is not None:
        told.append(Tell.STAFF)
    return told


def _of_answers(questions: Iterable[Question], answers: Answers) -> Given:
    """Return what answers give. Those to questions that are not asked any more count for nothing."""
    given: Given = {}
    for question in asked(questions, answers):
        answer = answers.get(question.id)
        for option in filter(None, map(question.option, answer.values if answer is not None else ())):
            given |= {(What.ROLE, one): Why.ANSWER for one in option.role_ids}
            given |= {(What.CHANNEL, one): Why.ANSWER for one in option.channel_ids}
    return given
