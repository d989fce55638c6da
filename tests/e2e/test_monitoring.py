"""What Prometheus and Grafana are told to look at is there, explained, and bounded."""

import asyncio
import re
import shutil
import sys

import aiohttp
import pytest

from app.bot import Bot
from standin import Person
from tests.house.repository import ROOT

MONITORING = ROOT / "monitoring"
DASHBOARD = MONITORING / "grafana" / "dashboards" / "concierge.json"
RULES = MONITORING / "alerts.yml"
PAGE = ROOT / "docs" / "monitoring.md"

NAME = re.compile(r"\b(?:concierge|process)_[a-z_]+\b")
TYPE = re.compile(r"^# TYPE (?P<name>\w+) ", re.MULTILINE)
LABEL = re.compile(r'(?P<name>\w+)="(?P<value>(?:[^"\\]|\\.)*)"')
LABELS = {"command", "kind", "le", "outcome", "python", "queue", "reason", "release", "revision", "shard", "source"}
LABELS |= {"state", "version"}


async def metrics(bot: Bot) -> str:
    """What is served once a sample was taken."""
    async with aiohttp.ClientSession(bot.health_address) as client, asyncio.timeout(60):
        while True:
            text = await (await client.get("/metrics")).text()
            if 'concierge_health_state{state="ok"}' in text:
                return text
            await asyncio.sleep(0.1)


def lines(served: str, name: str) -> list[str]:
    """What is served of a metric."""
    return [line for line in served.splitlines() if re.match(rf"{name}(_bucket|_sum|_count)?\{{", line)]


def named(text: str) -> set[str]:
    return set(NAME.findall(text))


@pytest.fixture
async def served(bot: Bot, manager: Person) -> str:
    shown = await manager.slash("settings view")
    await manager.click(shown, "Reminders")
    await manager.autocomplete("settings set", "value", "tokyo", key="general.timezone")
    await bot.interactions.drain()
    return await metrics(bot)


async def test_everything_that_is_looked_at_is_served_and_everything_served_is_explained(served: str, bot: Bot) -> None:
    samples = {line.split("{")[0].split(" ")[0] for line in served.splitlines() if not line.startswith("#")}
    families = set(TYPE.findall(served))
    known = samples | families
    page = PAGE.read_text(encoding="utf-8")
    if sys.platform != "linux":
        known |= {name for name in named(page) if name.startswith("process_")}
    assert len(families) > 40
    for path in (RULES, MONITORING / "alerts_test.yml", DASHBOARD):
        text = path.read_text(encoding="utf-8")
        assert named(text), path
        assert named(text) <= known, path
    rows = "\n".join(line for line in page.splitlines() if line.startswith("| `"))
    assert families - named(rows) == set()
    assert named(page) <= known

    labels = {(match["name"], match["value"]) for match in LABEL.finditer(served)}
    assert {name for name, _ in labels} <= LABELS
    # Ids of Discord are longer than any of these, and so is what people write.
    assert not [value for _, value in labels if re.search(r"\d{8}", value) or len(value) > 60]
    assert ("command", "settings view") in labels
    for name, said in re.findall(r"\b(concierge_\w+)\{([^}`]+)\}", page):
        (found,) = {
            tuple(sorted(label for label, _ in LABEL.findall(line) if label != "le")) for line in lines(served, name)
        }
        assert sorted(said.split(",")) == list(found), name
    if shutil.which("promtool"):
        # Where it is missing, tests/house/test_monitoring.py says so.
        pipe = asyncio.subprocess.PIPE
        checking = await asyncio.create_subprocess_exec(
            "promtool", "check", "metrics", stdin=pipe, stdout=pipe, stderr=pipe
        )
        assert await checking.communicate(served.encode()) == (b"", b"")
        assert checking.returncode == 0
