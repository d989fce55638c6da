"""What a server's rules under Integrations say about a person, a command and a channel."""

import pytest

from app.core.command_rules import CHANNEL, ROLE, USER, Asking, Rule, Verdict, read, verdict

APPLICATION, COMMAND, GUILD, PERSON, TEAM, OTHER, PLACE, FORUM = range(10, 90, 10)
ALL_CHANNELS = GUILD - 1


def rules(*given: tuple[int, int, int, bool]) -> dict[int, list[Rule]]:
    found: dict[int, list[Rule]] = {}
    for about, kind, number, is_allowed in given:
        found.setdefault(about, []).append(Rule(kind, number, is_allowed))
    return found


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], Verdict.BY_DEFAULT),
        ([(COMMAND, ROLE, GUILD, False)], Verdict.DENIED),
        ([(COMMAND, ROLE, GUILD, True)], Verdict.ALLOWED),
        ([(COMMAND, ROLE, GUILD, False), (COMMAND, ROLE, TEAM, True)], Verdict.ALLOWED),
        ([(COMMAND, ROLE, TEAM, False), (COMMAND, ROLE, OTHER, True)], Verdict.DENIED),
        ([(COMMAND, ROLE, TEAM, True), (COMMAND, USER, PERSON, False)], Verdict.DENIED),
        ([(COMMAND, USER, PERSON + 1, False)], Verdict.BY_DEFAULT),
        # What is set for all commands shuts out, and does not let in who lacks the permission.
        ([(APPLICATION, ROLE, GUILD, False)], Verdict.DENIED),
        ([(APPLICATION, ROLE, TEAM, True)], Verdict.BY_DEFAULT),
        ([(APPLICATION, ROLE, GUILD, False), (COMMAND, ROLE, TEAM, True)], Verdict.ALLOWED),
        ([(APPLICATION, ROLE, GUILD, False), (APPLICATION, ROLE, TEAM, True)], Verdict.BY_DEFAULT),
        # Channels.
        ([(COMMAND, CHANNEL, PLACE, False)], Verdict.DENIED_HERE),
        ([(COMMAND, CHANNEL, FORUM, False)], Verdict.DENIED_HERE),
        ([(COMMAND, CHANNEL, ALL_CHANNELS, False), (COMMAND, CHANNEL, PLACE, True)], Verdict.BY_DEFAULT),
        ([(APPLICATION, CHANNEL, ALL_CHANNELS, False)], Verdict.DENIED_HERE),
        ([(APPLICATION, CHANNEL, ALL_CHANNELS, False), (COMMAND, CHANNEL, PLACE, True)], Verdict.BY_DEFAULT),
        ([(COMMAND, CHANNEL, PLACE, False), (COMMAND, USER, PERSON, True)], Verdict.DENIED_HERE),
    ],
)
def test_what_rules_say(given: list[tuple[int, int, int, bool]], wanted: Verdict) -> None:
    asking = Asking(GUILD, PERSON, {TEAM}, (PLACE, FORUM))
    assert verdict(rules(*given), COMMAND, APPLICATION, asking) is wanted


def test_what_discord_sends_is_read() -> None:
    sent = [{"id": "20", "permissions": [{"id": "50", "type": 1, "permission": False}]}]
    assert read(sent) == {20: [Rule(ROLE, 50, is_allowed=False)]}
    with pytest.raises(KeyError):
        read([{"id": "20"}])
