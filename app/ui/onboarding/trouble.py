"""What staff and operators are told when onboarding cannot do what a server wants."""

from app.core.messages import Message, msg, t
from app.core.onboarding.grants import What

GONE_ROLE = msg("The role is gone.")
GONE_CHANNEL = msg("The channel is gone.")
EVERYBODY = msg("Everybody has that role.")
MANAGED = msg("The role belongs to an integration, so nobody can give it.")
ABOVE = msg("The role is above mine. Move my role above it in the server's settings.")
NO_MANAGE_ROLES = msg("I need **Manage Roles** for that.")
NOT_SHOWN = msg("Discord said yes, and does not show it yet.")
NOT_NOW = msg("Discord has refused a lot in this server just now. Please try again in ten minutes.")
NO_KICK = msg("I need **Kick Members** for that, and a role above theirs.")
OWNER = msg("They own this server.")
IS_STAFF = msg("They have a permission that only staff have, so I leave them alone.")
HIGHER = msg("Their highest role is not below mine.")


def not_given(what: What, target_id: int, why: Message | str, user_id: int) -> str:
    """Tell staff, once, of a role or channel that members do not get, or do not lose."""
    if what is What.CHANNEL:
        told = t(
            "I cannot change who sees <#{channel}>, first for <@{member}>: {reason}",
            channel=target_id,
            member=user_id,
            reason=why,
        )
    else:
        told = t(
            "I cannot give or take <@&{role}>, first for <@{member}>: {reason}",
            role=target_id,
            member=user_id,
            reason=why,
        )
    return told + " " + t("I try again by myself, for everybody who waits for it.")


def not_removed(user_id: int, why: str) -> str:
    """Tell staff that somebody was to be removed and could not be."""
    return t("I could not remove <@{member}>, who is not done with onboarding: {reason}", member=user_id, reason=why)


def removed(user_id: int) -> str:
    """Tell staff that somebody was removed."""
    return t("I removed <@{member}>, who was not done with onboarding in time.", member=user_id)
