"""Every channel and role that settings name is known as a place, with what the bot does there."""

from typing import Any

from app.core import registry
from app.core.checks import ANSWERING, PANEL, PERMISSIONS, TICKET_CATEGORY, ChannelUse, Place, RoleUse, Step
from app.core.settings.kinds import Kind
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import no_places

CHANNEL, ROLE, OTHER = 10**17, 2 * 10**17, 3 * 10**17


def test_every_setting_of_a_channel_or_role_says_what_the_bot_does_with_it() -> None:
    for setting in registry.ALL:
        wanted = {Kind.CHANNEL: ChannelUse, Kind.ROLE: RoleUse}.get(setting.kind)
        assert (type(setting.use) if setting.use is not None else None) is wanted, setting.name
        if isinstance(setting.use, ChannelUse):
            assert set(setting.use.permissions) <= set(PERMISSIONS), setting.name


def test_each_place_of_a_server_is_found_once() -> None:
    chosen: dict[str, Any] = {
        "general.log_channel": CHANNEL,
        "onboarding.channel": CHANNEL,
        "onboarding.join_role": ROLE,
        "ticket_types.001": {
            "name": "Help",
            "parent_id": CHANNEL,
            "team_role_ids": [ROLE],
            "questions": [{"label": "What", "kind": "select", "options": ["This", "That"]}],
            "routes": [{"label": "What", "answer": "This", "team_role_ids": [OTHER, ROLE]}],
        },
        "ticket_panels.001": {"channel_id": CHANNEL, "title": "Support", "type_keys": ["001"]},
        f"ticket_boards.{ROLE}": {"channel_id": CHANNEL},
        "ticket_boards.all": {"channel_id": OTHER},
        "analytics_pinned.stats": {"channel_id": CHANNEL, "days": 7},
        f"faq_automatic.{CHANNEL}": {},
        "onboarding_posts.rules": {"channel_id": CHANNEL},
        "onboarding_posts.001": {"channel_id": OTHER, "title": "Begin here"},
    }
    found = list(registry.places(SettingsSnapshot(1, chosen)))
    assert sorted((one.setting, one.id) for one in found) == sorted(
        [
            ("general.log_channel", CHANNEL),
            ("onboarding.channel", CHANNEL),
            ("onboarding.join_role", ROLE),
            ("ticket_types.001", CHANNEL),
            ("ticket_types.001", ROLE),
            ("ticket_types.001", OTHER),
            ("ticket_panels.001", CHANNEL),
            (f"ticket_boards.{ROLE}", CHANNEL),
            (f"ticket_boards.{ROLE}", ROLE),
            ("ticket_boards.all", OTHER),
            ("analytics_pinned.stats", CHANNEL),
            (f"faq_automatic.{CHANNEL}", CHANNEL),
            ("onboarding_posts.rules", CHANNEL),
            ("onboarding_posts.001", OTHER),
        ]
    )
    uses = {(one.setting, one.id): one.use for one in found}
    assert uses["ticket_types.001", CHANNEL] is TICKET_CATEGORY
    assert uses["ticket_panels.001", CHANNEL] is uses["onboarding_posts.001", OTHER] is PANEL
    assert uses[f"faq_automatic.{CHANNEL}", CHANNEL] is ANSWERING


def test_structures_that_name_a_channel_are_known_as_places() -> None:
    """A new scope of structures has to say whether it names one."""
    naming = {scope for scope, kind in registry.STRUCTURES.items() if kind.places is not no_places}
    others = {"ticket_blocked", "onboarding_runs", "onboarding_removed", "health_alerts", "setup"}
    assert naming | others == set(registry.STRUCTURES)
    assert not naming & others


def test_new_members_are_those_with_the_role_on_joining_and_what_is_off_is_not_used() -> None:
    chosen = {"onboarding.channel": CHANNEL, "onboarding.join_role": ROLE, "tickets.enabled": False}
    panel = {"channel_id": CHANNEL, "title": "Support", "type_keys": ["001"]}
    snapshot = SettingsSnapshot(1, {**chosen, "ticket_panels.001": panel})
    places = {one.setting: one for one in registry.places(snapshot)}
    assert places["onboarding.channel"].reader_role_id == ROLE
    assert places["ticket_panels.001"].reader_role_id is None
    assert not places["onboarding.channel"].is_used
    assert not places["ticket_panels.001"].is_used
    on = SettingsSnapshot(
        1, {"onboarding.welcome_channel": CHANNEL, "onboarding.mode": "both", "general.log_channel": CHANNEL}
    )
    used = {one.setting: one.is_used for one in registry.places(on)}
    # Nobody is welcomed without a text, whatever the channel.
    assert used == {"general.log_channel": True, "onboarding.welcome_channel": False}


def test_a_value_that_is_tried_out_is_judged_as_what_it_would_be() -> None:
    snapshot, setting = SettingsSnapshot(1), registry.BY_NAME["tickets.log_channel"]
    assert setting.use is not None
    steps = (Step.CHOOSE, Step.CLEAR)
    expected = Place("tickets.log_channel", setting.label, CHANNEL, setting.use, steps=steps)
    assert registry.place_of(setting, CHANNEL, snapshot) == expected
    assert registry.place_of(setting, None, snapshot) is None
    assert registry.place_of(registry.BY_NAME["tickets.enabled"], True, snapshot) is None
