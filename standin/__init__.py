"""A small Discord on this machine, as strict as the real one, for tests, benchmarks and the playground.

async with StandIn(world=demo_world()) as discord:
    ...  # start a bot with discord.api_url and discord.token
    await discord.ready()
    alice = discord.person("alice", discord.world.guild("The Lighthouse").channel("general"))
    reply = await alice.slash("settings view")

What can be made to happen, beside what people do:

- `faults` of requests and of the gateway; `world.outage` of a server
- `world.let_pass`, which archives threads, ends time-outs and lets addresses of files run out
- `world.application.allowed_intents`
- `world.commands.set_rules`: what a server sets under Integrations
- what a `Guild` takes: `upload_limit`, `max_active_threads`, `refused_names`, `blocked_words`, `harmful_links`,
  `required_channel_ids`
- `world.files.lose`, `world.messages.unfurl` and `pin`, `world.repeat_join`
- `standin.contents`: polls, stickers, forwards

What the bot asked for, with its reasons for the audit log, is in `requests`.
"""

from standin.backend import Request
from standin.changes import Change, ChangeKind
from standin.command_rules import Rule, RuleType
from standin.inputs import Upload
from standin.model import Attachment, Channel, ChannelType, Guild, Member, Message, Overwrite, Role, User
from standin.person import Person
from standin.refusals import (
    BadInput,
    DidNotRespond,
    NoSuchCommand,
    NotPossible,
    NotVisible,
    Refused,
    StillThinking,
)
from standin.reply import Field, Modal, Reply
from standin.server import StandIn
from standin.world import World

__all__ = [
    "Attachment",
    "BadInput",
    "Change",
    "ChangeKind",
    "Channel",
    "ChannelType",
    "DidNotRespond",
    "Field",
    "Guild",
    "Member",
    "Message",
    "Modal",
    "NoSuchCommand",
    "NotPossible",
    "NotVisible",
    "Overwrite",
    "Person",
    "Refused",
    "Reply",
    "Request",
    "Role",
    "Rule",
    "RuleType",
    "StandIn",
    "StillThinking",
    "Upload",
    "User",
    "World",
]
