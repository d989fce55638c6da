"""The states of a member's way in, in words."""

from app.core.messages import Message, msg
from app.models.onboarding import OnboardingState

STATES: dict[str, Message] = {
    OnboardingState.WAITING: msg("waits for Discord to let them in"),
    OnboardingState.ASKED: msg("can begin, and has not"),
    OnboardingState.STARTED: msg("has begun"),
    OnboardingState.COMPLETED: msg("done"),
    OnboardingState.LEFT: msg("left"),
}
