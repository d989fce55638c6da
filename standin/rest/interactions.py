"""The first answer to an interaction."""

from collections.abc import Callable
from typing import Any

from standin import errors, payloads
from standin.errors import InvalidBody
from standin.interactions import AnswerType, Interaction, InteractionType
from standin.limits import modal_problems
from standin.limits.commands import MAX_CHOICE_LENGTH, localization_problems
from standin.model import EPHEMERAL, LOADING, Message
from standin.rest import drafts, replies
from standin.rest.routing import Answer, Call, Routes

routes = Routes()

FOR_COMMANDS = frozenset({AnswerType.MESSAGE, AnswerType.DEFERRED_MESSAGE, AnswerType.MODAL})
UPDATES = frozenset({AnswerType.UPDATE, AnswerType.DEFERRED_UPDATE})
ALLOWED = {
    InteractionType.COMMAND: FOR_COMMANDS,
    InteractionType.COMPONENT: FOR_COMMANDS | UPDATES,
    InteractionType.AUTOCOMPLETE: frozenset({AnswerType.CHOICES}),
    InteractionType.MODAL_SUBMIT: FOR_COMMANDS - {AnswerType.MODAL} | UPDATES,
}


@routes.add("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
def answer(call: Call) -> Answer:
    interaction = call.backend.interactions.answerable(call.id("interaction_id"), call.parameters["interaction_token"])
    if interaction is None:
        raise errors.unknown_interaction()
    if interaction.answer is not None:
        raise errors.already_acknowledged()
    kind = _kind(call, interaction)
    data: dict[str, Any] = call.body.get("data") or {}
    message = None
    if kind is AnswerType.MODAL:
        errors.check(modal_problems(data))
        interaction.modal = drafts.numbered_modal(data)
    elif kind is AnswerType.CHOICES:
        interaction.choices = _choices(data)
    else:
        message = _message(call, interaction, kind, data)
    call.backend.interactions.answered(interaction, kind, message)
    if not call.flag("with_response"):
        return Answer(204)
    return Answer(200, _receipt(call, interaction, kind, message))


def _kind(call: Call, interaction: Interaction) -> AnswerType:
    try:
        kind = AnswerType(call.body["type"])
    except ValueError:
        kind = AnswerType.PONG
    allowed = ALLOWED[interaction.type]
    if kind in UPDATES and interaction.source is None:
        # A form that was not opened from a message has nothing to update.
        allowed = allowed - UPDATES
    if kind not in allowed:
        raise InvalidBody(errors.not_a_choice(("type",), sorted(map(int, allowed))))
    return kind


def _message(call: Call, interaction: Interaction, kind: AnswerType, data: dict[str, Any]) -> Message | None:
    source = interaction.source
    if kind is AnswerType.DEFERRED_UPDATE:
        return None
    if kind is AnswerType.UPDATE and source is not None:
        if source.deleted:
            raise errors.unknown_message()
        return call.world.messages.edit(source, **_in_data(lambda: drafts.changed(call, data, source)))
    private = bool((data.get("flags") or 0) & EPHEMERAL)
    if kind is AnswerType.DEFERRED_MESSAGE:
        return replies.post(call, interaction, {"flags": LOADING}, private=private)
    fields = _in_data(lambda: drafts.new(call, data, interaction.channel))
    return replies.post(call, interaction, fields, private=private)


def _in_data(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Report problems of the message under `data`."""
    try:
        return make()
    except InvalidBody as refusal:
        refusal.problems = [problem.under("data") for problem in refusal.problems]
        raise


def _choices(data: dict[str, Any]) -> list[dict[str, Any]]:
    choices: list[dict[str, Any]] = data.get("choices") or []
    for index, choice in enumerate(choices):
        errors.check(localization_problems(choice, ("data", "choices", index)))
        value = choice["value"]
        if isinstance(value, str) and not 1 <= len(value) <= MAX_CHOICE_LENGTH:
            raise InvalidBody(errors.bad_length(("data", "choices", index, "value"), 1, MAX_CHOICE_LENGTH))
    return choices


def _receipt(call: Call, interaction: Interaction, kind: AnswerType, message: Message | None) -> dict[str, Any]:
    told: dict[str, Any] = {"id": str(interaction.id), "type": int(interaction.type)}
    receipt: dict[str, Any] = {"interaction": told}
    if message is not None:
        about = {"id": str(message.id), "loading": message.is_loading, "ephemeral": message.private}
        told |= {f"response_message_{key}": value for key, value in about.items()}
        if kind is not AnswerType.DEFERRED_MESSAGE:
            receipt["resource"] = {"type": int(kind), "message": payloads.message(call.world, message)}
    return receipt
