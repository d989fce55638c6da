"""Rules of Discord that its API description leaves out: sums, uniqueness, and rules between fields."""

from standin.limits.commands import command_problems, overwrite_problems
from standin.limits.components import component_problems, modal_problems
from standin.limits.messages import legacy_field, message_problems

__all__ = [
    "command_problems",
    "component_problems",
    "legacy_field",
    "message_problems",
    "modal_problems",
    "overwrite_problems",
]
