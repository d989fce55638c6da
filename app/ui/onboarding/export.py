"""The table of all members for a spreadsheet: a row for each, a column for each question."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.core import formats
from app.core.csv_export import Cell
from app.core.messages import t, tc, tn
from app.core.onboarding.member_record import MemberRecord
from app.core.onboarding.questions import Question
from app.ui.kit.reply import Attachment, Reply
from app.ui.onboarding.states import STATES

NAME = "onboarding"


def header(questions: Sequence[Question]) -> list[str]:
    """Name the columns."""
    return [
        t("Member"),
        t("Name"),
        t("State"),
        t("Joined"),
        t("Could begin"),
        t("Started"),
        tc("a moment", "Done"),
        t("Left"),
        t("Rules accepted: version"),
        t("Rules accepted: when"),
        t("Rules accepted: hash of the text"),
        *(one.text for one in questions),
        t("Other answers"),
    ]


def rows(records: Sequence[MemberRecord], questions: Sequence[Question], names: Mapping[int, str]) -> list[list[Cell]]:
    """Write the rows of some members. Times are UTC. Ids are mentions, as spreadsheets round numbers that long."""
    return [_row(one, questions, names) for one in records]


def reply(file: tuple[str, bytes], number: int, many: int, members: int) -> Reply:
    """Hand over one file of so many."""
    said = tn("{count} member.", "{count} members.", members)
    if many > 1:
        said = t("{said} File {number} of {many}.", said=said, number=number, many=many)
    return Reply(said, attachments=[Attachment(*file)])


def nobody() -> Reply:
    """Say that there is nothing to export."""
    return Reply(t("Nobody has joined since onboarding was set up, so there is nothing to export."))


def _row(one: MemberRecord, questions: Sequence[Question], names: Mapping[int, str]) -> list[Cell]:
    answers, asked = dict(one.answers), {question.id for question in questions}
    accepted = one.acceptances[-1] if one.acceptances else None
    others = [formats.labelled(answer.question, answer.in_words) for key, answer in one.answers if key not in asked]
    others += [formats.labelled(each.key, each.text) for each in one.legacy]
    return [
        f"<@{one.user_id}>",
        names.get(one.user_id, ""),
        str(STATES[one.state]),
        _moment(one.joined_at),
        _moment(one.could_begin_at),
        _moment(one.started_at),
        _moment(one.completed_at or one.answered_at),
        _moment(one.left_at),
        accepted.version if accepted else None,
        _moment(accepted.at if accepted else None),
        accepted.hash if accepted else None,
        *(answers[question.id].in_words if question.id in answers else None for question in questions),
        "\n".join(others),
    ]


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"
