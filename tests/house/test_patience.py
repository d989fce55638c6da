"""No test measures the machine: whoever waits has room, and no assertion says how long something may take."""

import ast

import pytest

from tests.house.repository import modules, walked

MIN_SECONDS = 20
"""Far more than anything takes; a test that has to fail may be slow."""

CLOCKS = {"monotonic", "perf_counter", "time"}
"""Not `process_time`: what other programs do does not count there, only how quick the machine is."""

WAITS = {"timeout", "wait_for", "until", "ready", "has_command", "ended", "still_running"}
DEADLINES = {"timeout", "within"}


def _seconds(node: ast.expr) -> float | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int | float) else None


def _reads_a_clock(node: ast.expr) -> bool:
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS
        for call in ast.walk(node)
    )


def _expects_a_timeout(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and "raises(TimeoutError" in ast.unparse(node.items[0])


def impatient(source: str) -> list[int]:
    """The lines that give something less time than a busy machine may need."""
    lines = []
    nodes = walked(source)
    # Where nothing is expected to happen, nobody has to wait for long.
    in_vain = {id(each) for node in nodes if _expects_a_timeout(node) for each in ast.walk(node)}
    for node in nodes:
        if id(node) in in_vain:
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WAITS:
            given = [*node.args, *(each.value for each in node.keywords if each.arg in DEADLINES)]
            lines += [node.lineno for each in given if (_seconds(each) or MIN_SECONDS) < MIN_SECONDS]
        elif isinstance(node, ast.Compare) and any(map(_reads_a_clock, [node.left, *node.comparators])):
            for sign, right in zip(node.ops, node.comparators, strict=True):
                if isinstance(sign, ast.Lt | ast.LtE) and (_seconds(right) or MIN_SECONDS) < MIN_SECONDS:
                    lines.append(node.lineno)
    return lines


def test_every_wait_has_room():
    assert not {name: lines for name, source in modules("tests") if (lines := impatient(source))}


@pytest.mark.parametrize(
    "hurry",
    [
        "async with asyncio.timeout(5): pass",
        "await asyncio.wait_for(noticed, 1)",
        "await stand_in.until(lambda: seen, timeout=2)",
        "await bot.ended(within=3)",
        "assert time.monotonic() - began < 2",
        "assert 0.3 < time.perf_counter() - began <= 2.5",
    ],
)
def test_hurry_is_found(hurry: str):
    assert impatient(f"async def test():\n    {hurry}") == [2]
    patient = hurry.translate({ord(digit): "60" for digit in "1235"}).replace("0.60", "0.3").replace("60.60", "60")
    assert impatient(f"async def test():\n    {patient}") == []
