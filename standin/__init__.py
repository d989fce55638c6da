"""A small Discord on this machine, as strict as the real one, for tests, benchmarks and the playground.

async with StandIn(world=demo_world()) as discord:
    ...  # start a bot with discord.api_url and discord.token
    await discord.ready()
    alice = discord.person("alice", discord.world.guild("The Lighthouse").channel("general"))
    reply = await alice.slash("settings view")
"""

from standin.backend import Request
from standin.changes import Change, ChangeKind
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
    "StandIn",
    "StillThinking",
    "Upload",
    "User",
    "World",
]
