"""Follow-ups: what the bot does with an interaction's token after its first answer."""

from typing import Any

from standin import errors, payloads
from standin.interactions import AnswerType, Interaction
from standin.model import EPHEMERAL, Message
from standin.rest import drafts, replies
from standin.rest.routing import Call, Routes

routes = Routes()

PATH = "/webhooks/{webhook_id}/{webhook_token}"


@routes.add("POST", PATH)
def follow_up(call: Call) -> dict[str, Any]:
    interaction = _interaction(call)
    original = interaction.original
    if original is not None and original.is_loading and not original.deleted:
        # The first follow-up after "is thinking" replaces that message, and is as private as the deferral.
        return payloads.message(
            call.world, replies.edit(call, original, drafts.new(call, call.body, interaction.channel))
        )
    fields = drafts.new(call, call.body, interaction.channel)
    private = bool((call.body.get("flags") or 0) & EPHEMERAL)
    message = replies.post(call, interaction, fields, private=private)
    call.backend.interactions.followed_up(interaction, message)
    return payloads.message(call.world, message)


@routes.add("GET", f"{PATH}/messages/@original")
@routes.add("GET", f"{PATH}/messages/{{message_id}}")
def get_message(call: Call) -> dict[str, Any]:
    return payloads.message(call.world, _message(call, _interaction(call)))


@routes.add("PATCH", f"{PATH}/messages/@original")
@routes.add("PATCH", f"{PATH}/messages/{{message_id}}")
def edit_message(call: Call) -> dict[str, Any]:
    message = _message(call, _interaction(call))
    return payloads.message(call.world, replies.edit(call, message, drafts.changed(call, call.body, message)))


@routes.add("DELETE", f"{PATH}/messages/@original")
@routes.add("DELETE", f"{PATH}/messages/{{message_id}}")
def delete_message(call: Call) -> None:
    call.world.messages.delete(_message(call, _interaction(call)))


def _interaction(call: Call) -> Interaction:
    interaction = call.backend.interactions.by_token(call.parameters["webhook_token"])
    # The token works only after the first answer, and never if that came too late.
    if interaction is None or interaction.answer is None or call.id("webhook_id") != call.world.application.id:
        raise errors.unknown_webhook()
    if call.backend.interactions.is_expired(interaction):
        raise errors.expired_token()
    return interaction


def _message(call: Call, interaction: Interaction) -> Message:
    if "message_id" not in call.parameters:
        message = interaction.original
        if interaction.answer in (AnswerType.UPDATE, AnswerType.DEFERRED_UPDATE):
            message = interaction.source
    else:
        wanted = call.id("message_id")
        candidates = [interaction.original, interaction.source, *interaction.followups]
        message = next((each for each in candidates if each and each.id == wanted), None)
    if message is None or message.deleted:
        raise errors.unknown_message()
    return message
