"""Messages that answer interactions: who sees them, whom they ping, and which interaction they name."""

from typing import Any

from standin import errors, payloads, permissions
from standin.interactions import Interaction, InteractionType
from standin.model import EPHEMERAL, Message
from standin.rest.routing import Call

REPLY, SLASH_ANSWER, CONTEXT_MENU_ANSWER = 19, 20, 23
# By default, answers to interactions ping only people.
DEFAULT_MENTIONS = {"parse": ["users"]}


def post(call: Call, interaction: Interaction, fields: dict[str, Any], *, private: bool) -> Message:
    place = interaction.channel
    if place.thread and place.thread.locked and not call.world.can(call.bot, place, permissions.MANAGE_THREADS):
        # Whatever kind of answer it is.
        raise errors.closed_thread()
    if fields.get("allowed_mentions") is None:
        fields["allowed_mentions"] = DEFAULT_MENTIONS
    is_command = interaction.type is InteractionType.COMMAND
    return call.world.messages.post(
        interaction.channel,
        call.bot,
        by_application=True,
        interaction=_origin(interaction),
        type=(CONTEXT_MENU_ANSWER if interaction.is_context_menu else SLASH_ANSWER) if is_command else 0,
        visible_to=interaction.user if private else None,
        **fields,
    )


def edit(call: Call, message: Message, fields: dict[str, Any]) -> Message:
    """Edit such a message; its privacy never changes."""
    if fields.get("allowed_mentions") is None:
        fields["allowed_mentions"] = DEFAULT_MENTIONS
    if message.private:
        fields["flags"] |= EPHEMERAL
    return call.world.messages.edit(message, **fields)


def _origin(interaction: Interaction) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "user": payloads.user(interaction.user),
        "authorizing_integration_owners": {
            "0": str(interaction.channel.guild.id) if interaction.channel.guild else "0"
        },
    }
    told: dict[str, Any] = {"interaction_metadata": metadata}
    if interaction.type is InteractionType.COMMAND:
        metadata["name"] = interaction.name
        told["interaction"] = {
            "id": str(interaction.id),
            "type": 2,
            "name": interaction.name,
            "user": payloads.user(interaction.user),
        }
    elif interaction.source:
        metadata["interacted_message_id"] = str(interaction.source.id)
    return told
