"""What a member is told of what happened to their ticket says rightly who did it."""

from app.core.tickets.privacy import happened_in

MEMBER, STAFF = 7, 8
AT = "2026-11-30T09:00:00+00:00"


def test_an_export_tells_the_member_the_staff_and_the_bot_apart() -> None:
    events = [
        {"at": AT, "kind": "opened", "by": MEMBER},
        {"at": AT, "kind": "claimed", "by": STAFF},
        # Of whoever claimed it before, and was erased.
        {"at": AT, "kind": "claimed"},
        {"at": AT, "kind": "left"},
        {"at": AT, "kind": "transcript", "message": 1},
        {"at": AT, "kind": "rated", "stars": 5},
    ]
    told = happened_in(events, MEMBER, is_theirs=True)
    assert [(one["kind"], one["by"]) for one in told] == [
        ("opened", "you"),
        ("claimed", "staff"),
        ("claimed", "staff"),
        ("left", "you"),
        ("transcript", "the bot"),
        ("rated", "you"),
    ]
    assert told[-1]["stars"] == 5
    # Staff are told what they did themselves, and not how it was rated.
    assert [one["kind"] for one in happened_in(events, STAFF, is_theirs=False)] == ["claimed"]
