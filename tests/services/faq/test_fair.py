"""Which answers are shown to somebody who is about to open a ticket: those to what they wrote, and no others."""

import pytest

from app.core.actor import Actor
from app.core.faq.entries import Draft
from app.core.faq.limits import FAIR_CONFIDENCE, MAX_OFFERED
from app.uow import UnitOfWorkFactory

STAFF = Actor(guild_id=1, user_id=13, is_staff=True)
FAQ = {
    "How do I change my nickname?": "Right click your name and choose Edit Server Profile. Nicknames must be readable.",
    "How do I get roles?": "Go to #roles and press the buttons. Staff roles are given after an application.",
    "I was banned by mistake, what now?": "Write an appeal with your name and the reason you were banned for.",
    "How do I boost the server?": "Open the server menu and choose Server Boost. Boosts cost money.",
    "Where can I post my art?": "In #art-showcase. Commissions belong in #commissions.",
    "How do I verify my account?": "Send the code from the website to the bot. It expires after ten minutes.",
    "I paid twice for my subscription": "Billing returns double payments within five days.",
    "How do I link my Minecraft account?": "Use /link in the game and paste the code here.",
    "The server is lagging": "We know. Restart your client, check your connection and see #status.",
    "When are events?": "See the events tab. Every Friday at 8 pm there is a movie night.",
    "I lost my items after a crash": "Items are given back when the log shows it. Tell us the time and what was lost.",
    "How do I reset my password?": "On the website choose Forgot password. A letter comes within five minutes.",
}
ANSWERED = {
    "hello, i would like to change my nickname but i do not know how that works, can somebody help": "change my nick",
    "i have been banned yesterday and it was a mistake, my brother was at my pc. can you unban me": "banned by mistake",
    "My subscription was charged twice this month, I paid with paypal and see two payments of 5 euro": "paid twice",
    "hi team, how can i link minecraft to this discord? i tried everything": "link my Minecraft",
    "game crashed and now all my items are gone, diamond armor and everything lost": "lost my items",
    "i forgot my password and cannot log in to the website any more": "reset my password",
    "verify does not work the code is expired": "verify my account",
    "server lag is horrible today, ping at 800, anyone else?": "is lagging",
}
NEW = [
    "My bicycle was stolen last night by a man in a boat and nobody helps me",
    "I would like to become a moderator, I am 19 years old and have experience on three servers",
    "The bot posted my message twice and then deleted the channel",
    "Please delete all data you have about me, according to the law",
    "I found a bug in the shop: the sword costs 0 coins when you buy two at once",
    "I want to work together with your server, we are a youtube channel with 20000 subscribers",
    "why was my suggestion declined, nobody told me anything",
    "the website shows error 502 when I open the map",
]


@pytest.fixture
async def faq(uow: UnitOfWorkFactory) -> UnitOfWorkFactory:
    async with uow() as work:
        for title, answer in FAQ.items():
            await work.faq.entries.add(STAFF, Draft(title, answer))
    return uow


async def test_what_is_known_is_shown_and_what_is_new_is_not(faq: UnitOfWorkFactory) -> None:
    async def shown(text: str) -> list[str]:
        async with faq() as work:
            hits = await work.faq.search.search(1, text, ["en-GB"], limit=MAX_OFFERED)
        return [hit.title for hit in hits if hit.confidence >= FAIR_CONFIDENCE]

    assert {text: await shown(text) for text in NEW} == {text: [] for text in NEW}
    found = {text: await shown(text) for text in ANSWERED}
    assert [text for text, words in ANSWERED.items() if not any(words in title for title in found[text])] == []
