"""5,000 messages of a ticket as Discord's API writes them, the same at every run.

Of the kinds that both writers of transcripts know. No emoji of Unicode, for each of which one of them asks a server in
the internet.
"""

import random
from typing import Any

GUILD, CHANNEL = "100000000000000001", "100000000000000002"
PEOPLE = [
    {"id": f"20000000000000000{n}", "username": name, "global_name": name.title(), "discriminator": "0", "avatar": None}
    for n, name in enumerate(("alice", "bob", "carol", "dave", "concierge"))
]
WORDS = (
    "I have **tried** it again and it *still* does not work",
    "See https://help.example/articles/12?from=ticket for the steps",
    "Thank you!",
    f"<@{PEOPLE[1]['id']}> can you look at this, please",
    "```py\nprint('Hello')\nfor n in range(10):\n    print(n)\n```",
    "> It said that my order had been sent\nbut nothing has come so far",
    "- first I signed in\n- then I pressed the button\n- then ||the secret page|| opened",
    "# What happened\nIt stopped after a *few* minutes, with `error 17`, and __nothing__ else was said by the program.",
    "It was at <t:1763632800:f>, ~~or so~~ exactly. [The log](https://logs.example/1) says more.",
)
EMBED = {
    "type": "rich",
    "title": "Order 12",
    "description": "It is **on its way**",
    "color": 0x3498DB,
    "fields": [
        {"name": "Weight", "value": "2 kg", "inline": True},
        {"name": "Sent", "value": "Monday", "inline": True},
    ],
    "footer": {"text": "The shop"},
}
BUTTONS = {
    "type": 1,
    "components": [
        {"type": 2, "style": 2, "label": "Claim", "custom_id": "claim"},
        {"type": 2, "style": 5, "label": "The shop", "url": "https://shop.example"},
    ],
}


def messages(count: int) -> list[dict[str, Any]]:
    """Return so many messages, the newest first, as Discord does."""
    chance = random.Random(5)
    made: list[dict[str, Any]] = []
    for number in range(count):
        author = PEOPLE[4] if number % 25 == 0 else chance.choice(PEOPLE[:4])
        raw = _message(number, author, "\n".join(chance.choices(WORDS, k=chance.randint(1, 3))))
        if author is PEOPLE[4]:
            raw |= {"embeds": [EMBED], "components": [BUTTONS]}
        elif number % 10 == 3:
            raw |= {"type": 19, "message_reference": {"type": 0, "channel_id": CHANNEL, "message_id": made[-1]["id"]}}
            raw["referenced_message"] = made[-1] | {"referenced_message": None}
        elif number % 20 == 7:
            name = f"file-{number}.png"
            url = f"https://cdn.discordapp.com/attachments/1/2/{name}?ex=1&is=2&hm=3"
            raw["attachments"] = [
                {
                    "id": str(number + 1),
                    "filename": name,
                    "size": 2000,
                    "url": url,
                    "proxy_url": url,
                    "content_type": "image/png",
                }
            ]
        made.append(raw)
    return made[::-1]


def _message(number: int, author: dict[str, Any], content: str) -> dict[str, Any]:
    return {
        "id": str(300000000000000000 + number * 100_000_000),
        "channel_id": CHANNEL,
        "type": 0,
        "author": author | {"bot": author is PEOPLE[4], "public_flags": 0},
        "content": content,
        "timestamp": f"2026-11-{1 + number // 1000:02}T{number % 1000 // 60:02}:{number % 60:02}:00+00:00",
        "edited_timestamp": None,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "tts": False,
        "flags": 0,
    }
