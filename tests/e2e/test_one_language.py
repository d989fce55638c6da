"""Everything that can be used is used by people who have no English, and nothing is said to them in it."""

import pytest

from app.bot import Bot
from standin import Message, StandIn
from tests.fixtures.languages import Walker, said_in, texts_of
from tests.fixtures.tickets.offering import Desk
from tests.fixtures.town import Town

RANKS = ("alice", "owner")


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("spoken", ["de", "en-GB"])
async def test_nothing_is_said_in_english_to_who_reads_german(
    spoken: str, bot: Bot, stand_in: StandIn, town: Town, desk: Desk
) -> None:
    town.world.edit_guild(town.guild, locale=spoken)
    await desk.offer(name="xx")
    texts, used = list[str](), 0
    for name in RANKS:
        user = getattr(town, name)
        user.locale = "de"
        walker = Walker(stand_in.person(user, town.general), channel=town.general, role=town.staff, other=town.mallory)
        await walker.commands()
        texts += walker.texts if spoken == "de" else []
        used += walker.used
    own = [*_written_by_bot(town, private=True)]
    shown = [*_written_by_bot(town, private=False)]
    assert used > 150
    texts += [text for message in own for text in texts_of(message)]
    if spoken == "de":
        texts += [text for message in shown for text in texts_of(message)]
    assert said_in(dict.fromkeys(texts), "en", instead_of="de") == []
    if spoken != "de":
        # A ticket keeps the question as the member was asked it, and a panel what was typed for it.
        typed = {"Willkommen", "Drücke auf den Button, dann kannst du bald mitmachen."}
        public = [text.replace("Worum geht es?", "") for message in shown for text in texts_of(message)]
        public = [text for text in public if text not in typed]
        assert said_in(dict.fromkeys(public), "de", instead_of="en") == []


def _written_by_bot(town: Town, *, private: bool) -> list[Message]:
    """Messages in the server that one person alone sees, or that all see; direct messages are the person's."""
    channels = [*town.guild.channels.values(), *town.guild.threads.values()]
    messages = [one for channel in channels for one in channel.by_id.values() if one.author is town.world.bot]
    return [one for one in messages if (one.visible_to is not None) is private]


def test_a_sentence_in_the_wrong_language_is_found() -> None:
    assert said_in(["Nothing fits. Try another word, or look through the topics."], "en", instead_of="de")
    assert said_in(["**x** Nothing fits. Try another word, or look through the topics. · y"], "en", instead_of="de")
    assert said_in(["Undo"], "en", instead_of="de")
    assert said_in(["Rückgängig"], "de", instead_of="en")
    assert said_in(
        ["Wähle ein Thema, um zu sehen, was jeder Befehl tut, oder suche einen mit `x`."], "de", instead_of="en"
    )
    assert not said_in(["Nichts passt. Versuch es mit einem anderen Wort oder sieh die Themen durch."], "en", "de")
    # What can be clicked has its name in English, whoever reads; what stands around it is read.
    assert not said_in(["**/faq suchen** </faq search:1576932976493592594> Eine Antwort finden"], "en", "de")
    assert said_in(
        ["</faq list:1576932976493592594> Nothing fits. Try another word, or look through the topics."], "en", "de"
    )
    assert not said_in(["General", "xx yy", "<@1>"], "de", instead_of="en")
