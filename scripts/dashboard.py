"""Make the dashboard for Grafana, `monitoring/grafana/dashboards/concierge.json`; `make docs` writes it.

Everything that is drawn is listed in `scripts/dashboard_panels.py`. Here is how Grafana wants to be told:
https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

COLUMNS = 24
SOURCE = {"type": "prometheus", "uid": "${source}"}
SCHEMA_VERSION = 41
Json = dict[str, Any]

GREEN, YELLOW, RED = "green", "yellow", "red"


@dataclass(frozen=True)
class Panel:
    """One thing that is drawn: a graph over time, unless it says otherwise."""

    title: str
    description: str
    queries: Sequence[tuple[str, str]]
    """PromQL, and how its series are named."""
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 8
    height: int = 8
    steps: Sequence[tuple[float | None, str]] = ((None, GREEN),)
    """From which value on which colour means what."""
    is_stacked: bool = False
    is_now: bool = False
    """Whether only the newest value counts."""
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Words for values, as `{"0": "down"}`."""
    colours: dict[str, str] = field(default_factory=dict[str, str])
    """Colours of series, by their names; the others get whatever is left."""
    least: float | None = 0
    most: float | None = None
    extra: Json = field(default_factory=dict[str, Any])
    """Options of this kind alone."""


@dataclass(frozen=True)
class Row:
    """A headline, and what stands below it."""

    title: str
    panels: Sequence[Panel]


def dashboard(rows: Sequence[Row], annotations: Sequence[Json]) -> Json:
    """Return the whole dashboard."""
    return {
        "uid": "concierge",
        "title": "Concierge",
        "description": "Commands, connections and health of the bot.",
        "tags": ["concierge"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": list(annotations)},
        "templating": {"list": [_source(), _instance()]},
        "panels": list(_placed(rows)),
    }


def annotation(name: str, expr: str, colour: str, text: str, **more: Any) -> Json:
    """Return what is marked in every graph."""
    return {
        "name": name,
        "datasource": SOURCE,
        "enable": True,
        "iconColor": colour,
        "target": {"refId": "Anno", "expr": expr, "interval": "60s"},
        "titleFormat": name,
        "textFormat": text,
        **more,
    }


def text(rows: Sequence[Row], annotations: Sequence[Json]) -> str:
    """Return the file."""
    return json.dumps(dashboard(rows, annotations), indent=2, ensure_ascii=False) + "\n"


def _placed(rows: Sequence[Row]) -> Iterator[Json]:
    number, top = 0, 0
    for row in rows:
        number += 1
        place = {"x": 0, "y": top, "w": COLUMNS, "h": 1}
        yield {"id": number, "type": "row", "title": row.title, "collapsed": False, "panels": [], "gridPos": place}
        top, left, tallest = top + 1, 0, 0
        for panel in row.panels:
            if left + panel.width > COLUMNS:
                top, left, tallest = top + tallest, 0, 0
            number += 1
            place = {"x": left, "y": top, "w": panel.width, "h": panel.height}
            yield {"id": number, **_panel(panel), "gridPos": place}
            left, tallest = left + panel.width, max(tallest, panel.height)
        top += tallest


def _panel(panel: Panel) -> Json:
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "targets": [_target(panel, letter, *query) for letter, query in zip("ABCDEFGH", panel.queries, strict=False)],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": _overrides(panel)},
        "options": _options(panel),
        **({"transformations": panel.extra["transformations"]} if "transformations" in panel.extra else {}),
    }


def _target(panel: Panel, letter: str, expr: str, legend: str) -> Json:
    is_table = panel.kind == "table"
    return {
        "refId": letter,
        "datasource": SOURCE,
        "expr": expr,
        "legendFormat": legend,
        "instant": panel.is_now or is_table,
        "range": not (panel.is_now or is_table),
        "format": "table" if is_table else "time_series",
    }


def _defaults(panel: Panel) -> Json:
    mappings = [
        {"type": "value", "options": {value: {"text": word, "index": index}}}
        for index, (value, word) in enumerate(panel.names.items())
    ]
    defaults: Json = {
        "unit": panel.unit,
        "mappings": mappings,
        "color": {"mode": "palette-classic" if panel.kind == "timeseries" else "thresholds"},
        "thresholds": {
            "mode": "absolute",
            "steps": [{"value": value, "color": colour} for value, colour in panel.steps],
        },
        **({"min": panel.least} if panel.least is not None else {}),
        **({"max": panel.most} if panel.most is not None else {}),
    }
    if panel.kind == "timeseries":
        defaults["custom"] = {
            "drawStyle": "line",
            "lineWidth": 1,
            "fillOpacity": 60 if panel.is_stacked else 8,
            "showPoints": "never",
            "spanNulls": False,
            "stacking": {"mode": "normal" if panel.is_stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "dashed" if len(panel.steps) > 1 else "off"},
        }
    return defaults


def _overrides(panel: Panel) -> list[Json]:
    fixed = [
        {
            "matcher": {"id": "byName", "options": name},
            "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}],
        }
        for name, colour in panel.colours.items()
    ]
    return fixed + panel.extra.get("overrides", [])


def _options(panel: Panel) -> Json:
    if panel.kind == "timeseries":
        return {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
    if panel.kind == "stat":
        return {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "orientation": "auto",
            "colorMode": "value",
            "graphMode": "none" if panel.is_now else "area",
            "justifyMode": "auto",
            "textMode": panel.extra.get("textMode", "auto"),
            "wideLayout": True,
            "showPercentChange": False,
            "percentChangeColorMode": "standard",
        }
    return {"frameIndex": 0, "showHeader": True, "cellHeight": "sm", "sortBy": panel.extra.get("sortBy", [])}


def _source() -> Json:
    return {"name": "source", "type": "datasource", "label": "Prometheus", "query": "prometheus", "refresh": 1}


def _instance() -> Json:
    query = 'label_values(up{job="concierge"}, instance)'
    return {
        "name": "instance",
        "type": "query",
        "label": "Process",
        "datasource": SOURCE,
        "query": {"query": query, "refId": "instances"},
        "refresh": 2,
        "sort": 3,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }
