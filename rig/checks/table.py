"""The metrics that a plan may ask for: names, dimensions, parameters. Data only; nothing heavy is imported.

``rig/plan`` links checks against this table; ``rig/checks/judge.py`` finds the module that computes each one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ParamDefault = str | float | bool | None

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "temperature": "degC",
        "temperature_difference": "K",
        "temperature_rate": "K/s",
        "time": "s",
        "ratio": "1",
        "count": "count",
    }
)
"""The unit in which a value of each dimension is recorded: base units, so nothing is ever rescaled."""


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """A parameter of a metric.

    kind: 'signal' (the name of a lane signal), 'text', or the dimension of a quantity, e.g. 'time'.
    required: the plan must give it. default: taken when it is not given, in base units. choices: the only texts
    that it may have, empty for any.
    """

    kind: str
    required: bool = False
    default: ParamDefault = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """What a plan must know about a metric.

    dimension: of its value, a key of UNITS. sense: of its limit, 'at_most' or 'at_least'; None if the metric
    is only ever reported or has no number. needs_limit: a check of it is meaningless without a limit.
    limit_param: the parameter whose value is the limit (``stays_off: {for: 5 min}``), None if there is none.
    algorithm: version of the computation, recorded with each result. module: where it is computed.
    """

    name: str
    dimension: str
    sense: str | None
    needs_limit: bool
    algorithm: int
    module: str
    params: Mapping[str, ParamSpec] = field(default_factory=dict)
    limit_param: str | None = None

    @property
    def unit(self) -> str:
        """The unit of the value in the record."""
        return UNITS[self.dimension]


def _metric(
    name: str,
    dimension: str,
    sense: str | None,
    *,
    needs_limit: bool = True,
    params: Mapping[str, ParamSpec] | None = None,
    limit_param: str | None = None,
    algorithm: int = 1,
) -> MetricSpec:
    return MetricSpec(
        name=name,
        dimension=dimension,
        sense=sense,
        needs_limit=needs_limit,
        algorithm=algorithm,
        module=f"rig.checks.metrics.{name}",
        params=MappingProxyType(dict(params or {})),
        limit_param=limit_param,
    )


STEADY_DETECTORS = ("slope", "k-per-30min", "iec60601-1", "iec60601-2-21", "ul-3-readings")
"""Names of the rules that say when a temperature is steady; ``rig/checks/detectors.py`` has them."""

_OF = ParamSpec("signal")
"""Of a signal, by default of each unit that has probes."""

_DETECTOR = ParamSpec("text", default="slope", choices=STEADY_DETECTORS)
_STEADY = {"of": _OF, "detector": _DETECTOR}

METRICS: Mapping[str, MetricSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            _metric(
                "peak_temperature",
                "temperature",
                "at_most",
                params={"of": ParamSpec("signal", default="skin.hottest")},
                algorithm=2,
            ),
            _metric("response_delay", "time", "at_most", algorithm=2),
            _metric(
                "stays_off",
                "time",
                "at_least",
                params={"for": ParamSpec("time", required=True)},
                limit_param="for",
                algorithm=2,
            ),
            _metric("latch", "ratio", None, needs_limit=False, algorithm=2),
            _metric("sensor_agreement", "temperature_difference", "at_most", algorithm=2),
            _metric("trip_temperature", "temperature", None, needs_limit=False, algorithm=2),
            _metric("thermal_overshoot", "temperature_difference", None, needs_limit=False, algorithm=2),
            _metric("crossing_delay", "time", None, needs_limit=False, algorithm=2),
            _metric(
                "time_to",
                "time",
                "at_most",
                params={"of": _OF, "temperature": ParamSpec("temperature", required=True)},
            ),
            _metric("rise_time", "time", "at_most", params=_STEADY),
            _metric(
                "ramp",
                "temperature_rate",
                "at_most",
                params={"of": _OF, "over": ParamSpec("time", default=60.0)},
            ),
            _metric(
                "overshoot_above",
                "temperature_difference",
                "at_most",
                params={
                    "of": ParamSpec("signal", default="skin.hottest"),
                    "level": ParamSpec("temperature", required=True),
                },
            ),
            _metric("steady_mean", "temperature", "at_most", params=_STEADY),
            _metric("drift", "temperature_rate", "at_most", params=_STEADY),
            _metric("cyclic_variation", "temperature_difference", "at_most", params=_STEADY),
            _metric("spread", "temperature_difference", "at_most", params={"detector": _DETECTOR}),
            _metric(
                "unit_difference",
                "temperature_difference",
                "at_most",
                params={
                    "during": ParamSpec("text", default="ramp", choices=("ramp", "steady")),
                    "detector": _DETECTOR,
                },
            ),
            _metric("unit_power", "ratio", "at_most"),
            _metric("session_length", "ratio", "at_most"),
            _metric("watchdog_delay", "time", "at_most"),
            _metric(
                "probe_placement",
                "count",
                "at_most",
                params={"rise": ParamSpec("temperature_difference", default=0.3)},
            ),
        )
    }
)
"""Every metric that ships, by name."""
