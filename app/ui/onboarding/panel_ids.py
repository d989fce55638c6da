"""What the forms and menus of panels say about themselves."""

from typing import Annotated

from app.ui.kit.ids import FormId, SelectId, Snowflake, Text

PanelKey = Annotated[str, Text(20, "abcdefghijklmnopqrstuvwxyz0123456789_")]


class PanelFormId(FormId, route="onboarding:v1:panel_form"):
    """Post a panel as it was filled in, or change the one with this key."""

    channel_id: Snowflake
    panel_key: PanelKey | None


class PostAgainId(SelectId, route="onboarding:v1:post_again", value=PanelKey):
    """Post the panel that was chosen again."""
