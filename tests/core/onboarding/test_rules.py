"""Rules as people write them, and what differs between versions."""

from dataclasses import replace

import pytest

from app.core.errors import InvalidInput
from app.core.onboarding.rules import Kind, Rule, checked, checked_address, differences, shown, text_hash

KIND, QUIET, TOPIC = Rule("Be kind", "Always."), Rule("Be quiet", "At night."), Rule("On topic", "In #cats, cats.")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        (" https://example.org/a.png?size=2#x ", "https://example.org/a.png?size=2#x"),
        (
            "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=3",
            "https://cdn.discordapp.com/attachments/1/2/a.png",
        ),
        ("https://example.org:8443/%C3%A9.png", "https://example.org:8443/%C3%A9.png"),
    ],
)
def test_addresses_of_pictures(typed: str, stored: str) -> None:
    assert checked_address(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "http://example.org/a.png",
        "javascript:alert(1)",
        "https://",
        "https://localhost/a.png",
        "https://user@example.org/a.png",
        "https://example.org/a b.png",
        "https://example.org/é.png",
        "https://[::1/a.png",
        "https://example.org:port/a.png",
        "attachment://a.png",
        "example.org/a.png",
        "https://example.org/\x00",
        "https://cdn.discordapp.com/ephemeral-attachments/1/2/a.png?ex=1",
        "https://example.org/" + "a" * 500,
    ],
)
def test_what_is_no_address_of_a_picture(typed: str) -> None:
    with pytest.raises(InvalidInput):
        checked_address(typed)


def test_a_rule_needs_a_title_and_fits() -> None:
    assert checked(Rule(" Be \n kind ", " Always. ")) == KIND
    for bad in (Rule(" "), Rule("x" * 257), Rule("x", "x" * 2001), Rule("x\0"), Rule("x", "\ud800")):
        with pytest.raises(InvalidInput):
            checked(bad)


def test_differences_of_versions() -> None:
    old = [KIND, QUIET, TOPIC]
    assert differences(old, old) == []
    louder, renamed = replace(QUIET, text="Also by day."), replace(TOPIC, title="Stay on topic")
    new = [TOPIC, replace(KIND, image_url="https://example.org/a.png"), Rule("New", "One")]
    assert [(one.kind, one.place) for one in differences(old, [KIND, louder, renamed])] == [
        (Kind.CHANGED, 2),
        (Kind.CHANGED, 3),
    ]
    titles = [(one.new or one.old or Rule("")).title for one in differences(old, new)]
    assert [(one.kind, one.place, title) for one, title in zip(differences(old, new), titles, strict=True)] == [
        (Kind.CHANGED, 2, "Be kind"),
        (Kind.ADDED, 3, "New"),
        (Kind.REMOVED, 2, "Be quiet"),
    ]
    assert [one.kind for one in differences([], old)] == [Kind.ADDED] * 3
    assert [one.kind for one in differences(old, [TOPIC, KIND, QUIET])] == [Kind.MOVED]


def test_the_hash_is_of_what_members_see() -> None:
    drafts = [replace(QUIET, place=2), replace(KIND, place=1), replace(TOPIC, enabled=False, place=3)]
    assert shown(drafts) == [replace(KIND, place=1), replace(QUIET, place=2)]
    assert text_hash([KIND, QUIET]) == text_hash(shown(drafts))
    assert (
        len({text_hash(one) for one in ([KIND], [QUIET], [KIND, QUIET], [QUIET, KIND], [Rule("Be kindAlways.")])}) == 5
    )
