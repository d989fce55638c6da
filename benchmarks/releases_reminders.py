"""Reminders of this release and of the one before, in turns: how many are sent, how soon, and how they are found.

Of each of three runs, what is shown is the middle one; the others stand beside it.
"""

import asyncio
import gc
import statistics
import sys
from pathlib import Path

from benchmarks.figures import Figure, quantile
from benchmarks.old_reminders import MANY, upgraded
from benchmarks.processes import ROOT, release
from benchmarks.releases import BEFORE, RUNS, middle
from benchmarks.reminders import BURST, PER_CLAIM, PER_SECOND, bare, burst, lateness

WAITING, MEASURED = 1_000_000, 2000
"""Reminders that wait, and claims that are measured: of fewer, the worst hundredth is chance."""
BURSTS = 3
"""In each run, of which the middle one counts."""
CLAIMS = f"""
import asyncio, gc
from benchmarks import reminders as suite
from benchmarks.figures import quantile

async def main():
    suite.CLAIMS = {MEASURED}
    _, channels = suite.town()
    with suite.database() as address:
        engine = suite.create_engine(suite.normalize(address))
        _, wholes = await suite.claims(engine, channels, {WAITING})
        await engine.dispose()
    print(quantile(wholes, 0.99))

gc.freeze()
asyncio.run(main())
"""
"""Run in the folder of a release, as it is its own code that claims."""


async def measure() -> list[Figure]:
    """Who is first takes turns as well."""
    # As in `releases`.
    gc.disable()
    with release(BEFORE) as place:
        runs = [await _run([ROOT, place] if number % 2 else [place, ROOT]) for number in range(RUNS)]
    return [middle([run[place] for run in runs]) for place in range(len(runs[0]))]


async def _run(roots: list[Path]) -> list[Figure]:
    sent: dict[Path | None, list[float]] = {root: [] for root in (None, *roots)}
    for _ in range(BURSTS):
        sent[None].append(await bare(200))
        for root in roots:
            sent[root].append((await burst(root))[0])
    rates = {root: statistics.median(values) for root, values in sent.items()}
    together = rates[None]
    claims = {root: await _claims(root) for root in roots}
    late = {root: quantile(await lateness(root), 0.99) for root in roots}
    plans = {root: await upgraded(root) for root in roots}
    (before,) = (root for root in roots if root != ROOT)
    planned, latest = ({root: of(plan) for root, plan in plans.items()} for of in (lambda x: x[0], lambda x: max(x[1])))
    rate = f"{BURST:,} due at once, two processes, against a bare bot that sends 200 at a time"
    claim = f"claim of {PER_CLAIM} until they are objects, {WAITING:,} waiting, p99"
    return [
        Figure(rate, rates[ROOT], "a second", together, least=0.85, before=rates[before] / together),
        Figure(claim, claims[ROOT], "ms", most=4, before=claims[before]),
        Figure(f"lateness at {PER_SECOND} a second, p99", late[ROOT], "s", most=0.1, before=late[before]),
        Figure(f"after an upgrade, {MANY:,} old ones", planned[ROOT], "s", most=10, before=planned[before]),
        Figure("the same: the latest that is due meanwhile", latest[ROOT], "s", most=1, before=latest[before]),
    ]


async def _claims(root: Path) -> float:
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CLAIMS, cwd=root, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await running.communicate()
    assert running.returncode == 0
    return float(said)
