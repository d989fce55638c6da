"""How long a person waits who opens, claims or closes a ticket, with 200,000 past ones in that server, against "pong".

Both bots run side by side and take turns. Claiming and closing make no call to Discord before the answer. Opening makes
one: a channel. A bare bot makes the same one, so what it takes is known, and is taken off. What a durable transaction
takes is measured as well: "pong" has none.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core import registry
from app.core.actor import Actor
from app.core.clock import utc_now
from app.core.faq.entries import Draft
from app.core.tickets.types import TYPES, TicketType, to_json
from app.db import session_factory
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.interactions import ping
from benchmarks.processes import concierge, process
from benchmarks.ticket_table import timed, with_address
from standin import Guild, Person, StandIn
from standin.demo import demo_world

ROUNDS, WARM_UP, MOST = 40, 8, 2.5
ENTRIES = 200
PAUSE = 0.3
"""Seconds before each step, the bare bot's as well: people type, and what comes after an answer is over by then."""
PAST = "UPDATE support_tickets SET status = 'closed', closed_at = now() WHERE status = 'open'"
ONE_ROW = "UPDATE support_tickets SET claimed_by = 1, updated_at = now() WHERE id = :id"


async def measure() -> list[Figure]:
    """One after the other: members and staff, the bare bot, the database alone."""
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(StandIn(demo_world()))
        ours = await stack.enter_async_context(StandIn(demo_world()))
        guild = next(one for one in ours.world.guilds.values() if one.name == "The Lighthouse")
        engine, address = await stack.enter_async_context(with_address(PAST, guild=guild.id))
        await _offer(engine, guild)
        await stack.enter_async_context(process(bare, "benchmarks.yardstick", bare.api_url, bare.token, address))
        await bare.has_command("open")
        await stack.enter_async_context(process(ours, "app", "run", **concierge(ours, address)))
        await ours.has_command("ticket")
        median = await _medians(bare, ours, guild, engine)
        await _write_faq(engine, guild)
        beside_faq = await _medians(bare, ours, guild, engine)
    pong = median["pong"]
    own = median["channel"] - pong
    waits = {
        "the form of `/ticket open`": median["form"],
        "`/ticket open`, its form sent": median["open"] - own,
        "`/ticket claim`": median["claim"],
        "`/ticket close`": median["close"],
    }
    of_database = [
        Figure(f"{name}; against pong and a bare transaction", wait, "ms", pong + median["transaction"])
        for name, wait in waits.items()
    ]
    floors = {"changes a row, and answers": median["bare change"], "opens one": median["bare open"] - own}
    return [
        *(Figure(f"{name}, median", wait, "ms", pong, most=MOST) for name, wait in waits.items()),
        *(Figure(f"a bare bot that {what}, median", wait, "ms", pong) for what, wait in floors.items()),
        *of_database,
        Figure(
            f"`/ticket open`, its form sent, with an FAQ of {ENTRIES} entries that has no answer, median",
            beside_faq["open"] - (beside_faq["channel"] - beside_faq["pong"]),
            "ms",
            beside_faq["pong"],
        ),
        Figure("Discord's own call of an opening, taken off above", own, "ms"),
        Figure("a bare transaction that changes one row, median", median["transaction"], "ms"),
    ]


async def _medians(bare: StandIn, ours: StandIn, guild: Guild, engine: AsyncEngine) -> dict[str, float]:
    taken: dict[str, list[float]] = {}
    for number in range(-WARM_UP, ROUNDS):
        found = await _round(bare, ours, guild)
        found["transaction"] = await timed(lambda number=number: _one_row(engine, number + WARM_UP + 1))
        for name, value in found.items() if number >= 0 else ():
            taken.setdefault(name, []).append(value)
    return {name: quantile(values, 0.5) for name, values in taken.items()}


async def _round(bare: StandIn, ours: StandIn, guild: Guild) -> dict[str, float]:
    """Let one ticket live, and measure each step of it, with the bare bot between them."""
    plain = at(bare, bare.world.guilds[guild.id], "olivia")
    alice, maya = at(ours, guild, "alice"), at(ours, guild, "maya")
    found: dict[str, float] = {}

    async def wait(step: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        await asyncio.sleep(PAUSE)
        found[step], reply = await answered(ask)
        return reply

    await wait("bare change", lambda: plain.slash("change"))
    await wait("pong", lambda: ping(plain, 0))
    await wait("channel", lambda: plain.slash("channel"))
    await wait("bare open", lambda: plain.slash("open"))
    form = await wait("form", lambda: alice.slash("ticket open"))
    before = set(guild.channels)
    await wait("open", lambda: alice.submit(form, {"What is it about?": "Where is it?"}))
    (made,) = set(guild.channels) - before
    there = maya.at(guild.channels[made])
    await wait("claim", lambda: there.slash("ticket claim"))
    await wait("close", lambda: there.slash("ticket close", reason="Found"))
    # What comes after the answer is nothing that anybody waits for.
    await ours.until(lambda: made not in guild.channels)
    return found


async def answered(ask: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    began = time.perf_counter()
    reply = await ask()
    return (time.perf_counter() - began) * 1000, reply


async def _offer(engine: AsyncEngine, guild: Guild) -> None:
    moderator = next(role for role in guild.roles.values() if role.name == "Moderator")
    kind = TicketType(key="001", name="Support", team_role_ids=(moderator.id,))
    setting = registry.find(f"{TYPES}.001")
    assert setting is not None
    async with UnitOfWorkFactory(session_factory(engine), utc_now)() as work:
        manager = Actor(guild.id, guild.owner_id, is_manager=True, is_staff=True)
        await work.settings.change(manager, setting, to_json(kind))


async def _write_faq(engine: AsyncEngine, guild: Guild) -> None:
    writer = Actor(guild.id, guild.owner_id, is_manager=True, is_staff=True)
    async with UnitOfWorkFactory(session_factory(engine), utc_now)() as work:
        for number in range(ENTRIES):
            await work.faq.entries.add(
                writer, Draft(f"How does part {number} of the town work?", "Ask in the hall. " * 9)
            )


async def _one_row(engine: AsyncEngine, row: int) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(ONE_ROW), {"id": row})


def at(stand_in: StandIn, guild: Guild, name: str) -> Person:
    channel = next(one for one in guild.channels.values() if one.name == "general")
    return stand_in.person(name, channel)
