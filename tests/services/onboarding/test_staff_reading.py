"""What staff read of members: figures, one member, pages of all, in one database with rows of both releases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.sql.visitors import iterate

from app.core.actor import Actor
from app.core.csv_parts import CsvParts
from app.core.errors import NotAllowed
from app.core.onboarding.answers import Answer, LegacyAnswer, answers_to_json
from app.core.onboarding.errors import MemberNotFound
from app.core.onboarding.grants import Grant, Stage, What, Why, grants_to_json
from app.core.onboarding.questions import Question, QuestionKind
from app.models import Onboarding
from app.models.onboarding import OnboardingState
from app.services.onboarding.figures import _COUNTING, _TIMING
from app.ui.onboarding import export
from tests.fixtures.onboarding.services import ALICE, ELSEWHERE, MANAGER, OnboardingWork

STAFF = Actor(guild_id=1, user_id=13, is_staff=True)


async def test_staff_read_what_members_did(onboarding: OnboardingWork) -> None:
    now, day, hour = onboarding.clock.now, timedelta(days=1), timedelta(hours=1)
    first = await onboarding.questions.add(MANAGER, Question(0, 0, "=What brings you here?", QuestionKind.SHORT))
    second = await onboarding.questions.add(MANAGER, Question(0, 0, "Since when?", QuestionKind.SHORT))
    said = {
        second.id: Answer("Since when?", "text", ("\t=HYPERLINK(1)",)),
        first.id: Answer("What brings you?", "text", ("boats",)),
        4711: Answer("Gone?", "select", ("a",), ("Anna",)),
    }

    def row(user_id: int, state: OnboardingState, joined: timedelta | None, **more: Any) -> Onboarding:
        joined_at = None if joined is None else now - joined
        return Onboarding(**{"guild_id": 1, "user_id": user_id, "state": state, "joined_at": joined_at} | more)

    started = {"asked_at": now - 3 * day, "started_at": now - 3 * day}
    grants = [Grant(What.ROLE, 5, give=True, why=Why.COMPLETION, stage=Stage.REFUSED, reason="Missing Permissions")]
    done = {
        "completed_at": now - 3 * day + 2 * hour,
        "responses": answers_to_json(said),
        "grants": grants_to_json(grants),
    }
    accepted = {"version": 2, "at": now.isoformat(), "hash": "ab" * 32, "locale": "de"}
    async with onboarding.uow() as work:
        work._session.add_all(
            [
                row(101, OnboardingState.COMPLETED, 3 * day, **started, **done, acceptances=[accepted, {"odd": 1}]),
                # Done, left and back: no time of this joining.
                row(102, OnboardingState.COMPLETED, 2 * day, asked_at=now, completed_at=now - 9 * day),
                row(103, OnboardingState.STARTED, 3 * day, **started, step=str(second.id)),
                row(104, OnboardingState.LEFT, 3 * day, **started, step="rules", left_at=now),
                row(105, OnboardingState.ASKED, 3 * day, asked_at=now),
                row(106, OnboardingState.WAITING, 3 * day),
                row(107, OnboardingState.ASKED, 40 * day, asked_at=now),
                row(108, OnboardingState.COMPLETED, None, responses={"0": "Steam", "colours": ["red", "blue"]}),
                row(101, OnboardingState.ASKED, day, guild_id=2),
            ]
        )

    week = await onboarding.figures.of(STAFF, days=7)
    assert (week.joined, week.could_begin, week.started, week.finished, week.left) == (6, 5, 4, 2, 1)
    assert [(one.step, one.reached, one.here, one.left) for one in week.steps] == [
        ("rules", 4, 0, 1),
        (str(second.id), 3, 1, 0),
    ]
    assert (week.from_joining, week.from_beginning, week.timed) == (7200, 7200, 1)
    assert (await onboarding.figures.of(STAFF, days=90)).joined == 7
    assert (await onboarding.figures.of(ELSEWHERE, days=7)).joined == 1

    found = await onboarding.finding.member(STAFF, 101)
    assert [key for key, _ in found.answers] == [first.id, second.id, 4711]
    assert [one.reason for one in found.grants] == ["Missing Permissions"]
    assert [(one.version, one.locale) for one in found.acceptances] == [(2, "de")]
    assert (await onboarding.finding.member(STAFF, 103)).question == "Since when?"
    old = await onboarding.finding.member(STAFF, 108)
    assert old.legacy == (LegacyAnswer("0", "Steam"), LegacyAnswer("colours", "red, blue"))
    assert old.answered_at is not None

    questions = await onboarding.finding.questions(MANAGER)
    parts, after, many = CsvParts("onboarding", export.header(questions), 10_000_000), 0, list[int]()
    while page := await onboarding.finding.page(MANAGER, questions, after, most=3):
        parts.add(export.rows(page, questions, {101: "-Ann"}))
        after = page[-1].user_id
        many.append(len(page))
    assert many == [3, 3, 2]
    ((_, content),) = parts.finish()
    header, ann, *_, last = content.decode("utf-8-sig").split("\r\n")[:-1]
    assert "'=What brings you here?,Since when?" in header
    assert ann.startswith("<@101>,'-Ann,done,")
    assert ann.endswith(f"{'ab' * 32},boats,'\t'=HYPERLINK(1),Gone?: Anna")
    assert last.startswith("<@108>,,done,,,,")
    assert '"0: Steam\ncolours: red, blue"' in content.decode()

    for refused in (
        onboarding.figures.of(ALICE, days=7),
        onboarding.finding.member(ALICE, 101),
        onboarding.finding.page(STAFF, questions),
        onboarding.finding.questions(STAFF),
    ):
        with pytest.raises(NotAllowed):
            await refused
    with pytest.raises(MemberNotFound):
        await onboarding.finding.member(replace(STAFF, guild_id=3), 101)


def test_the_funnel_asks_for_nothing_but_what_its_index_holds() -> None:
    index = next(one for one in Onboarding.__table__.indexes if one.name == "ix_onboarding_guild_id_joined_at")
    held = {*index.columns.keys(), *index.dialect_options["postgresql"]["include"]}
    for statement in (_COUNTING, _TIMING):
        asked = {one.name for one in iterate(statement) if getattr(one, "table", None) is Onboarding.__table__}
        assert {"guild_id", "joined_at", "completed_at"} <= asked <= held
