"""What is shipped for Prometheus, Grafana and Docker Compose is right by their own rules, as far as these are here."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.house.repository import ROOT

MONITORING = ROOT / "monitoring"
RULES, TESTS = MONITORING / "alerts.yml", MONITORING / "alerts_test.yml"
COMPOSE = ROOT / "docker-compose.yml"

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed: apt-get install prometheus"
)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@needs_promtool
@pytest.mark.parametrize(
    "arguments",
    [("check", "config", "monitoring/prometheus.yml"), ("test", "rules", "monitoring/alerts_test.yml")],
    ids=["config", "rules"],
)
def test_promtool_finds_nothing_wrong(arguments: tuple[str, ...]) -> None:
    found = subprocess.run(("promtool", *arguments), cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_each_alert_is_tried_out_both_ways_and_explained() -> None:
    alerts = re.findall(r"^ +- alert: (\w+)$", read(RULES), re.MULTILINE)
    assert len(alerts) == len(set(alerts)) > 15
    passes = re.findall(r"alertname: (\w+), exp_alerts: \[\]", read(TESTS))
    fires = re.findall(r"alertname: (\w+)\n +exp_alerts:\n", read(TESTS))
    assert set(fires) == set(alerts)
    assert set(passes) == set(alerts)
    rows = re.findall(r"^\| `(Concierge\w+)` \|", read(ROOT / "docs" / "monitoring.md"), re.MULTILINE)
    assert rows == alerts
    assert len(re.findall(r"^ +labels: \{ severity: (?:critical|warning)", read(RULES), re.MULTILINE)) == len(alerts)


def panels() -> list[dict[str, Any]]:
    dashboard = json.loads(read(MONITORING / "grafana" / "dashboards" / "concierge.json"))
    return dashboard["panels"]


def test_the_panels_have_numbers_of_their_own_and_do_not_cover_each_other() -> None:
    numbers = [panel["id"] for panel in panels()]
    assert len(numbers) == len(set(numbers)) > 20
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        covered = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not taken & covered, panel["title"]
        taken |= covered


def test_each_graph_is_about_the_chosen_processes_and_says_what_it_shows() -> None:
    for panel in panels():
        if panel["type"] == "row":
            continue
        assert panel["description"].endswith("."), panel["title"]
        assert panel["targets"]
        for target in panel["targets"]:
            if "ALERTS" not in target["expr"]:
                assert 'job="concierge",instance=~"$instance"' in target["expr"]


@needs_promtool
def test_prometheus_understands_what_the_dashboard_asks(tmp_path: Path) -> None:
    dashboard = json.loads(read(MONITORING / "grafana" / "dashboards" / "concierge.json"))
    asked = [target["expr"] for panel in panels() for target in panel.get("targets", [])]
    asked += [one["target"]["expr"] for one in dashboard["annotations"]["list"]]
    assert len(asked) > 40
    for variable, value in (("$__rate_interval", "1m"), ("$__range", "6h"), ("$instance", ".*")):
        asked = [expr.replace(variable, value) for expr in asked]
    assert not [expr for expr in asked if "$" in expr]
    # JSON is YAML too. As recorded rules, promtool reads them by the same grammar.
    rules = [{"record": f"asked:{number}", "expr": expr} for number, expr in enumerate(asked)]
    (tmp_path / "asked.yml").write_text(json.dumps({"groups": [{"name": "asked", "rules": rules}]}), encoding="utf-8")
    checking = ("promtool", "check", "rules", "--lint=none", str(tmp_path / "asked.yml"))
    found = subprocess.run(checking, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_what_is_started_beside_the_bot_is_pinned_and_open_to_this_machine_only() -> None:
    text = read(COMPOSE)
    images = re.findall(r"^    image: (\S+)$", text, re.MULTILINE)
    assert [image for image in images if image.startswith(("prom/", "grafana/"))]
    assert not [image for image in images if image.endswith(":latest")]
    for image in images:
        if image.startswith(("prom/", "grafana/")):
            assert re.search(r":v?\d+\.\d+\.\d+$", image)
    published = re.findall(r"ports: \[(.+)\]", text)
    assert published == ['"127.0.0.1:3000:3000"']
    for mounted in re.findall(r"- \./(monitoring/\S+?):\S+?:(\w+)$", text, re.MULTILINE):
        assert (ROOT / mounted[0]).exists()
        assert mounted[1] == "ro"
