"""What the predecessor asked after an answer: it kept that with the question, as `{value: {"question": text}}`."""

from collections.abc import Mapping
from typing import Any, cast

from app.core.onboarding import limits
from app.core.onboarding.questions import Condition, Question, read_kind, read_options


def read_followups(question: Question, found: Any) -> list[Question]:
    """Return the questions that a row of the predecessor asks after its answers, without ids and places.

    What nobody could be asked is left out: after a value that the question does not offer, or without a text.
    """
    read: list[Question] = []
    for value, one in cast("Mapping[Any, Any]", found).items() if isinstance(found, dict) else ():
        about = cast("Mapping[str, Any]", one) if isinstance(one, dict) else {"question": one}
        text = about.get("question")
        option = question.option(str(value).strip()[: limits.MAX_OPTION])
        if option is None or not isinstance(text, str) or not text.strip():
            continue
        options = read_options(about.get("options"))
        read.append(
            Question(
                id=0,
                place=0,
                text=text.strip()[: limits.MAX_QUESTION],
                kind=read_kind(str(about.get("type") or about.get("question_type") or "text"), options),
                options=options,
                required=question.required,
                enabled=question.enabled,
                asked_if=Condition(question.id, (option.value,)),
            )
        )
    return read
