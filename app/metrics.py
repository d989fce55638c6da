"""What a process counts and measures, for Prometheus."""

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
Figures = Mapping[str, float | None]
"""A figure for each value of a label; None is not known."""


class Metrics:
    """The metrics of one process: each name once, described in docs/monitoring.md.

    Labels tell apart what there is a known number of, as commands, outcomes or shards; never an id.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._figures: list[_Figures] = []

    def gauge(self, name: str, help_text: str, read: Callable[[], float | None]) -> None:
        """Add a value that is read on each request; None is not known."""
        self._add(_Figures(GaugeMetricFamily, name, help_text, None, lambda: {"": read()}))

    def gauges(self, name: str, help_text: str, label: str, read: Callable[[], Figures]) -> None:
        """Add values that are read on each request, one for each value of the label."""
        self._add(_Figures(GaugeMetricFamily, name, help_text, label, read))

    def count(self, name: str, help_text: str, read: Callable[[], float | None]) -> None:
        """Add a counter that somebody else keeps and that is read on each request; `_total` is appended to the name."""
        self._add(_Figures(CounterMetricFamily, name, help_text, None, lambda: {"": read()}))

    def counts(self, name: str, help_text: str, label: str, read: Callable[[], Figures]) -> None:
        """Add such counters, one for each value of the label; `_total` is appended to the name."""
        self._add(_Figures(CounterMetricFamily, name, help_text, label, read))

    def facts(self, name: str, help_text: str, **labels: str) -> None:
        """Add what does not change while the process runs, as labels; `_info` is appended to the name."""
        Info(name, help_text, registry=self.registry).info(labels)

    def counter(self, name: str, help_text: str, label: str, values: Sequence[str]) -> Counter:
        """Add a counter with a series per value of the label, each starting at 0; `_total` is appended to the name."""
        counter = Counter(name, help_text, [label], registry=self.registry)
        for value in values:
            counter.labels(value)
        return counter

    def counters(self, name: str, help_text: str, labels: Sequence[str]) -> Counter:
        """Add a counter with a series for whatever its labels are set to; `_total` is appended to the name."""
        return Counter(name, help_text, labels, registry=self.registry)

    def histogram(self, name: str, help_text: str, buckets: Sequence[float], labels: Sequence[str] = ()) -> Histogram:
        """Add a histogram with these bounds, one for whatever its labels are set to."""
        return Histogram(name, help_text, labels, buckets=buckets, registry=self.registry)

    async def text(self) -> bytes:
        """Return all of them in Prometheus' format."""
        # Read here, where nothing changes meanwhile; written in a thread, because thousands of lines take a while.
        for figures in self._figures:
            figures.read()
        return await asyncio.to_thread(generate_latest, _Shown(self.registry))

    def _add(self, figures: "_Figures") -> None:
        self.registry.register(figures)
        self._figures.append(figures)


class _Figures(Collector):
    """Figures that others keep, as they were when they were last read."""

    def __init__(
        self,
        family: type[GaugeMetricFamily] | type[CounterMetricFamily],
        name: str,
        help_text: str,
        label: str | None,
        read: Callable[[], Figures],
    ) -> None:
        self._family = family
        self._name, self._help_text = name, help_text
        self._labels = () if label is None else (label,)
        self._read = read
        self._found: Figures = {}

    def read(self) -> None:
        """Read them."""
        try:
            self._found = dict(self._read())
        except (ArithmeticError, ValueError, LookupError, AttributeError):
            self._found = {} if self._labels else {"": None}

    def describe(self) -> Iterator[Metric]:
        """Yield the name, by which the registry refuses a second one."""
        yield self._family(self._name, self._help_text, labels=self._labels)

    def collect(self) -> Iterator[Metric]:
        """Yield what was read."""
        family = self._family(self._name, self._help_text, labels=self._labels)
        for value, figure in self._found.items():
            family.add_metric((value,) if self._labels else (), math.nan if figure is None else float(figure))
        yield family


class _Shown(Collector):
    """A registry without the times at which each series began, which double it and nobody asks for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric
