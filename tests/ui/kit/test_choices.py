"""What Discord shows choices as, by how many there are and what they look like."""

from typing import Any

import pytest

from app.ui.kit.choices import Choice, Look, choice_field, either, look_of

RADIO, BOXES, MENU = 21, 22, 3


def choices(count: int, emoji: str = "") -> list[Choice]:
    return [Choice(f"v{number}", f"Label {number}", f"About {number}", emoji) for number in range(count)]


@pytest.mark.parametrize(
    ("count", "several", "emoji", "look"),
    [
        (1, False, "", Look.MENU),
        (2, False, "", Look.RADIO),
        (10, False, "", Look.RADIO),
        (11, False, "", Look.MENU),
        (1, True, "", Look.CHECKBOXES),
        (10, True, "", Look.CHECKBOXES),
        (25, True, "", Look.MENU),
        (2, False, "🎮", Look.MENU),
        (2, True, "🎮", Look.MENU),
    ],
)
def test_all_are_in_sight_where_discord_has_room(count: int, several: bool, emoji: str, look: Look) -> None:
    assert look_of(choices(count, emoji), several=several) is look


def test_what_was_chosen_is_chosen_and_bounds_are_what_discord_takes() -> None:
    for look, type_, several, bounds in (
        (Look.RADIO, RADIO, False, (None, None)),
        (Look.CHECKBOXES, BOXES, True, (0, 3)),
        (Look.MENU, MENU, True, (0, 3)),
        (Look.MENU, MENU, False, (0, 1)),
    ):
        field: dict[str, Any] = choice_field(
            "name", look, choices(3), {"v1"}, required=False, several=several
        ).to_component_dict()
        assert (field["type"], field["custom_id"], field["required"]) == (type_, "name", False)
        assert [bool(one.get("default")) for one in field["options"]] == [False, True, False]
        assert field["options"][1]["description"] == "About 1"
        assert (field.get("min_values"), field.get("max_values")) == bounds
    menu = choice_field("name", Look.MENU, choices(2, "🎮"), ()).to_component_dict()
    assert menu["options"][0]["emoji"] == {"name": "🎮"}
    assert menu["min_values"] == 1
    two = either("name", ("y", "Yes"), ("n", "No"), is_second=True).to_component_dict()
    assert [(one["value"], bool(one.get("default"))) for one in two["options"]] == [("y", False), ("n", True)]
