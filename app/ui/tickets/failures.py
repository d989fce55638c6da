"""What people are told when Discord refuses something about a ticket, where it is not what they are told elsewhere."""

from functools import partial

from app.core.messages import msg
from app.ui.kit import failures
from app.ui.kit.failures import MISSING_PERMISSIONS, NO_CHANNEL, NO_ROLE, SENTENCES

UNMENTIONABLE = msg(
    "I cannot mention that role, and only so a whole role gets into a thread. Allow anyone to @mention it in Server "
    "Settings → Roles."
)
in_one_sentence = partial(
    failures.in_one_sentence,
    sentences={
        **SENTENCES,
        NO_CHANNEL: msg(
            "The channel is gone. A manager of this server can choose another one with `/tickets type edit`."
        ),
        NO_ROLE: msg(
            "One of the roles is gone. A manager of this server can choose another one with `/tickets type edit`."
        ),
        MISSING_PERMISSIONS: msg("I lack a permission for that. `/tickets check` says which one."),
    },
)
"""Turns an error of a request to Discord into what a person is told."""
