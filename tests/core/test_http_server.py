"""What is served over HTTP, to whom, and what not."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import pytest

from app.http_server import serving
from app.metrics import CONTENT_TYPE, Metrics


async def well() -> str | None:
    return None


@asynccontextmanager
async def client(host: str, metrics: Metrics | None = None) -> AsyncGenerator[aiohttp.ClientSession]:
    async with (
        serving(host, 0, ready=well, metrics=metrics or Metrics()) as address,
        aiohttp.ClientSession(f"http://127.0.0.1:{urlsplit(address).port}") as session,
    ):
        yield session


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_on_loopback_only_names_of_this_machine_are_answered(path: str) -> None:
    async with client("127.0.0.1") as http:
        for host in ("localhost", "LOCALHOST:8081", "127.0.0.1", "127.0.0.1:8081", "127.1.2.3", "[::1]:8081"):
            assert (await http.get(path, headers={"Host": host})).status == 200, host
        for host in (
            *("evil.example", "evil.example:8081", "127.0.0.1.evil.example", "localhost.evil.example", "", "192.0.2.1"),
            *("[::2]", "127.0.0.1@evil.example", "evil.example@127.0.0.1", "localhost evil", "0.0.0.0"),
        ):
            answer = await http.get(path, headers={"Host": host})
            assert answer.status == 403, host
            assert "concierge" not in await answer.text()


async def test_a_second_name_or_none_at_all() -> None:
    async with client("127.0.0.1") as http:
        assert http._base_url is not None
        for lines, status in (
            (b"Host: localhost\r\nHost: evil.example\r\n", b"400|403"),
            (b"Host: evil.example\r\nHost: localhost\r\n", b"400|403"),
            # As simple programs ask; no browser does.
            (b"", b"200"),
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", http._base_url.port)
            writer.write(b"GET /livez HTTP/1.0\r\n" + lines + b"\r\n")
            assert re.match(rb"HTTP/1\.\d (" + status + rb") ", await reader.read())
            writer.close()
            await writer.wait_closed()


async def test_whoever_opens_it_to_others_is_asked_by_any_name() -> None:
    async with client("0.0.0.0") as http:
        assert (await http.get("/livez", headers={"Host": "bot:8081"})).status == 200


async def test_only_reading_and_only_three_pages() -> None:
    async with client("127.0.0.1") as http:
        for path in ("/livez", "/readyz", "/metrics"):
            head = await http.head(path)
            assert (head.status, await head.read()) == (200, b"")
            assert head.headers["Cache-Control"] == "no-store"
            assert head.headers["Server"] == "concierge"
            for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
                assert (await http.request(method, path)).status == 405
        for path in ("/", "/metrics/", "/favicon.ico", "/debug", "/../etc/passwd", "/metrics/../livez/x"):
            assert (await http.get(path)).status == 404, path


async def test_metrics_of_each_kind_are_read_when_they_are_asked_for() -> None:
    metrics = Metrics()
    figures: dict[str, float | None] = {"0": 0.5, "1": None}
    metrics.gauge("concierge_one", "One.", lambda: 1)
    metrics.gauge("concierge_unknown", "Unknown.", lambda: {}["nothing"])
    metrics.gauges("concierge_many", "Many.", "shard", lambda: figures)
    metrics.count("concierge_done", "Done.", lambda: 7)
    metrics.counts("concierge_each", "Each.", "shard", lambda: figures)
    metrics.facts("concierge_facts", "Facts.", version='"1"')
    metrics.counter("concierge_kept", "Kept.", "outcome", ["good", "bad"]).labels("good").inc()
    metrics.histogram("concierge_took_seconds", "Took.", [0.1, 1], ["command"]).labels("faq add").observe(0.5)
    with pytest.raises(ValueError, match="Duplicated"):
        metrics.gauge("concierge_one", "Another.", lambda: 2)
    async with client("127.0.0.1", metrics) as http:
        answer = await http.get("/metrics")
        assert answer.headers["Content-Type"] == CONTENT_TYPE
        lines = (await answer.text()).splitlines()
        figures["0"] = 0.75
        again = (await (await http.get("/metrics")).text()).splitlines()
    assert [line for line in lines if line.startswith("concierge_many")] == [
        'concierge_many{shard="0"} 0.5',
        'concierge_many{shard="1"} NaN',
    ]
    assert 'concierge_many{shard="0"} 0.75' in again
    assert {
        "concierge_one 1.0",
        "concierge_unknown NaN",
        "concierge_done_total 7.0",
        'concierge_each_total{shard="0"} 0.5',
        'concierge_facts_info{version="\\"1\\""} 1.0',
        'concierge_kept_total{outcome="good"} 1.0',
        'concierge_kept_total{outcome="bad"} 0.0',
        'concierge_took_seconds_bucket{command="faq add",le="1.0"} 1.0',
    } <= set(lines)
    assert not [line for line in lines if "_created" in line]
