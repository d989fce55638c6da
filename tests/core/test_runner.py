"""Background jobs: when they run, what wakes them, and how they stop."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from app.core.runner import ANSWERS_FIRST_SECONDS, MIN_SLEEP_SECONDS, JobRunner


class CountingJob:
    """Counts its runs; what it does then is up to the test."""

    def __init__(self, do: Callable[[int], datetime | None], name: str = "job", channel: str | None = "news") -> None:
        self.name, self.channel = name, channel
        self.do = do
        self.runs = self.heard = 0
        self.at_once = self.most_at_once = 0
        self.is_stopped = False
        self.ran = asyncio.Event()

    def announced(self) -> None:
        self.heard += 1

    async def run_once(self) -> datetime | None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        self.runs += 1
        self.ran.set()
        return self.do(self.runs)

    async def stop(self) -> None:
        self.is_stopped = True

    async def until_run(self, times: int) -> None:
        async with asyncio.timeout(60):
            while self.runs < times:
                self.ran.clear()
                await self.ran.wait()


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def running(*jobs: CountingJob) -> AsyncGenerator[JobRunner]:
    runner = JobRunner(jobs, now)
    runner.start()
    try:
        yield runner
    finally:
        await runner.stop()


async def test_it_sleeps_until_something_is_due_or_it_is_woken() -> None:
    job = CountingJob(lambda _: now() + timedelta(hours=1))
    async with running(job) as runner:
        await job.until_run(1)
        await asyncio.sleep(0.1)
        assert job.runs == 1
        runner.wake("job")
        await job.until_run(2)
        runner.wake("no such job")
    assert job.is_stopped
    runs = job.runs
    runner.wake("job")
    await asyncio.sleep(0.05)
    assert job.runs == runs


async def test_it_runs_again_when_it_said() -> None:
    job = CountingJob(lambda runs: now() + timedelta(seconds=0.1) if runs == 1 else None)
    async with running(job):
        began = now()
        await job.until_run(2)
        assert now() - began >= timedelta(seconds=0.08)


async def test_news_of_something_later_wakes_nobody() -> None:
    job = CountingJob(lambda _: now() + timedelta(minutes=10))
    async with running(job) as runner:
        await job.until_run(1)
        (announce,) = runner.channels().values()
        announce(str((now() + timedelta(minutes=20)).timestamp()))
        await asyncio.sleep(2 * ANSWERS_FIRST_SECONDS)
        assert job.runs == 1
        announce(str((now() + timedelta(minutes=5)).timestamp()))
        # It is heard at once; the work follows when whoever caused it has their answer.
        assert job.heard == 2
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert job.runs == 1
        await job.until_run(2)
        announce("")
        await job.until_run(3)


async def test_while_nothing_is_heard_it_looks_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.runner.MAX_DISCONNECTED_SLEEP_SECONDS", 0.05)
    job = CountingJob(lambda _: None)
    async with running(job) as runner:
        await job.until_run(1)
        runner.trust(connected=False)
        await job.until_run(5)
        runner.trust(connected=True)
        # Looking that often it would not be quiet for this long.
        async with asyncio.timeout(60):
            runs = 0
            while runs != job.runs:
                runs = job.runs
                await asyncio.sleep(0.2)


async def test_what_is_always_due_does_not_spin() -> None:
    job = CountingJob(lambda _: now() - timedelta(hours=1))
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with running(job):
        await job.until_run(5)
    assert job.runs <= 2 + (loop.time() - began) / MIN_SLEEP_SECONDS
    assert loop.time() - began > 3 * MIN_SLEEP_SECONDS


async def test_one_that_fails_is_tried_again_and_the_others_do_not_notice(caplog: pytest.LogCaptureFixture) -> None:
    def fail(runs: int) -> None:
        if runs == 1:
            raise ZeroDivisionError

    broken, whole = CountingJob(fail, "broken"), CountingJob(lambda _: now() + timedelta(seconds=0.2), "whole", None)
    with caplog.at_level(logging.ERROR):
        async with running(broken, whole):
            await whole.until_run(3)
            await broken.until_run(2)
    assert [record.getMessage() for record in caplog.records] == ["job failed"]


async def test_running_one_now_waits_for_its_turn() -> None:
    job = CountingJob(lambda _: now() + timedelta(hours=1))
    async with running(job) as runner:
        for _ in range(5):
            runner.wake("job")
            assert await runner.run_now("job") is job
        with pytest.raises(KeyError):
            await runner.run_now("other")
    assert job.most_at_once == 1
