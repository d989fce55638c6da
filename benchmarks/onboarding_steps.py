"""How long a member waits in each step of the flow, with 100,000 members' rows in that server, against "pong".

Both bots run side by side and take turns. Each round is a member who joins, begins with the button of a panel, accepts
the rules, answers two pages of questions, and confirms. No step makes a call to Discord before its answer, as nobody is
given a role. What a durable transaction takes is measured as well: "pong" has none. Transactions that write are counted
by PostgreSQL's own numbers of them, until the answer has come.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.clock import utc_now
from app.core.onboarding.settings import MODE
from app.db import session_factory
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.interactions import latencies, ping
from benchmarks.onboarding_table import QUESTIONS, members
from benchmarks.processes import concierge, process
from benchmarks.ticket_commands import answered, at
from benchmarks.ticket_table import timed
from standin import Guild, StandIn
from standin.demo import demo_world

ROUNDS, WARM_UP, MOST = 80, 8, 2.2
PAUSE = 0.3
"""Seconds after somebody has joined, and after each step, for what nobody waits for."""
PER_FORM = 5
RULES = """
INSERT INTO guild_rules (guild_id, rule_order, title, description, version, published_at)
SELECT :guild, n, 'Rule ' || n, 'Be kind to each other.', 1, now() FROM generate_series(1, 5) AS n
"""
ONE_ROW = "UPDATE onboarding SET updated_at = now() WHERE guild_id = :guild AND user_id = :user"
FORM = {f"Question number {n}": "Anna" for n in range(1, QUESTIONS + 1)}
NEXT_TRANSACTION = "SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)"
"""The number of the next transaction that writes. To ask for it takes none."""
SHOWN = {
    "begin": "the panel's button pressed",
    "accept": "the rules accepted",
    "form": "a form opened",
    "answer": "a form of five answers sent",
    "last": "the last form sent",
    "confirm": "confirmed",
}


async def measure() -> list[Figure]:
    """One after the other: the bare bot, a member, the database alone."""
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(StandIn(demo_world()))
        ours = await stack.enter_async_context(StandIn(demo_world()))
        guild = next(one for one in ours.world.guilds.values() if one.name == "The Lighthouse")
        engine, address = await stack.enter_async_context(members(guild=guild.id))
        async with engine.begin() as connection:
            await connection.execute(text(RULES), {"guild": guild.id})
        async with UnitOfWorkFactory(session_factory(engine), utc_now)() as work:
            await work.settings.change(Actor(guild.id, guild.owner_id, is_manager=True, is_staff=True), MODE, "both")
        await stack.enter_async_context(process(bare, "benchmarks.yardstick", bare.api_url, bare.token))
        await bare.has_command("ping")
        await stack.enter_async_context(process(ours, "app", "run", **concierge(ours, address)))
        await ours.has_command("onboarding")
        olivia = at(ours, guild, "olivia")
        await olivia.submit(await olivia.slash("onboarding panel post"), {"Title": "Come in"})
        taken, written = dict[str, list[float]](), dict[str, int]()
        for number in range(-WARM_UP, ROUNDS):
            found, counts = await _round(bare, ours, guild, engine, f"member-{number + WARM_UP}")
            for name, value in found.items() if number >= 0 else ():
                taken.setdefault(name, []).append(value)
                written[name] = max(written.get(name, 0), counts.get(name, 0))
    median = {name: quantile(values, 0.5) for name, values in taken.items()}
    pong, transaction = median["pong"], median["transaction"]
    return [
        *(Figure(f"{what}, median", median[name], "ms", pong, most=MOST) for name, what in SHOWN.items()),
        *(
            Figure(f"{what}; against pong and a bare transaction", median[name], "ms", pong + transaction, most=MOST)
            for name, what in SHOWN.items()
        ),
        *(
            Figure(f"{what}: transactions that write, at most", written[name], "", most=1)
            for name, what in SHOWN.items()
        ),
        Figure("a bare transaction that changes one row, median", transaction, "ms"),
    ]


async def _round(
    bare: StandIn, ours: StandIn, guild: Guild, engine: AsyncEngine, name: str
) -> tuple[dict[str, float], dict[str, int]]:
    """Take one member through all of it, and measure each step, with the bare bot before them."""
    world = ours.world
    newcomer = world.add_member(guild, world.add_user(name)).user
    person = ours.person(newcomer, next(one for one in guild.channels.values() if one.name == "general"))
    panel = next(one for one in reversed(person.messages) if any(e.get("title") == "Come in" for e in one.embeds))
    found, counts = dict[str, float](), dict[str, int]()

    async def step(what: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        await asyncio.sleep(PAUSE)
        before = await _next_transaction(engine)
        taken, reply = await answered(ask)
        counts[what] = max(counts.get(what, 0), await _next_transaction(engine) - before)
        found[what] = taken
        return reply

    await asyncio.sleep(PAUSE)
    found["pong"] = (await latencies(at(bare, bare.world.guilds[guild.id], "olivia"), ping, 1))[0]
    page = await step("begin", lambda: person.click(panel, "Begin"))
    await step("accept", lambda: person.click(page, "I accept the rules"))
    labels = list(FORM)
    form = await step("form", lambda: person.click(page, "Answer"))
    await step("answer", lambda: person.submit(form, {one: FORM[one] for one in labels[:PER_FORM]}))
    last = await step("form", lambda: person.click(page, "Answer"))
    await step("last", lambda: person.submit(last, {one: FORM[one] for one in labels[PER_FORM:]}))
    await step("confirm", lambda: person.click(page, "Confirm"))
    assert page.text.startswith("You are done."), page.text
    found["transaction"] = await timed(lambda: _one_row(engine, guild.id, newcomer.id))
    return found, counts


async def _next_transaction(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(text(NEXT_TRANSACTION))).scalar_one()


async def _one_row(engine: AsyncEngine, guild_id: int, user_id: int) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(ONE_ROW), {"guild": guild_id, "user": user_id})
