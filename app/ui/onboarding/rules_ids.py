"""The ids of the buttons, selects and forms of rules."""

from typing import Annotated

from app.core.onboarding.limits import MAX_RULES
from app.ui.kit.ids import ButtonId, FormId, Number, Page, RowId, SelectId, Snowflake, Text

HASH_LENGTH = 16
Hash = Annotated[str, Text(HASH_LENGTH, "0123456789abcdef")]
"""The beginning of a hash: enough to tell whether something was changed since it was seen."""
Place = Annotated[int, Number(1, MAX_RULES)]


class AcceptId(ButtonId, route="rules:v1:accept"):
    """Accept the rules, as they were in this version."""

    version: RowId


class WhatChangedId(ButtonId, route="rules:v1:changed"):
    """See what is new to this member in a version."""

    version: RowId


class WriteRuleId(ButtonId, route="rules:v1:write"):
    """Write another rule."""


class RuleFormId(FormId, route="rules:v1:form"):
    """Write a rule: another one at a place, or that of a row, which was seen with this hash."""

    rule_id: RowId | None
    place: Place | None
    seen: Hash | None


class PutRuleBackId(ButtonId, route="rules:v1:put_back"):
    """Put a rule back that was removed."""

    rule_id: RowId


class MoveBackId(ButtonId, route="rules:v1:move_back"):
    """Give a rule the place again that it had, if it is still at the other one."""

    rule_id: RowId
    place: Place
    now: Place


class WherePublishId(ButtonId, route="rules:v1:where"):
    """Ask where the rules are to be published."""


class WherePublishFormId(FormId, route="rules:v1:where_form"):
    """Show what would be published there."""


class PublishId(ButtonId, route="rules:v1:publish"):
    """Publish the rules that were seen with this hash; `asks` those who accepted an earlier version to do so again."""

    channel_id: Snowflake
    seen: Hash
    asks: bool


class HistoryPageId(ButtonId, route="rules:v1:history"):
    """Turn to a page of the history."""

    page: Page


class ShowVersionId(SelectId, route="rules:v1:version", value=RowId):
    """See one version."""


class StopRunId(ButtonId, route="rules:v1:stop"):
    """Stop asking members to accept a version again."""

    version: RowId


class ContinueRunId(ButtonId, route="rules:v1:continue"):
    """Go on with that."""

    version: RowId
