"""The metrics that a plan may ask for: names, dimensions, parameters. Data only; nothing heavy is imported.

``rig/plan`` links checks against this table; ``rig/checks/judge.py`` finds the module that computes each one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from types import MappingProxyType

ParamDefault = str | float | bool | None

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "temperature": "degC",
        "temperature_difference": "K",
        "temperature_rate": "K/s",
        "time": "s",
        "energy": "J",
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
    that it may have, empty for any. of: for a signal, what it must measure: 'probe' (a thermocouple, or the hottest
    of the skin), 'temperature' (that, or the belt's own sensor), 'unit' (one of these that sits on a heater).
    """

    kind: str
    required: bool = False
    default: ParamDefault = None
    choices: tuple[str, ...] = ()
    of: str = ""


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """What a plan must know about a metric.

    dimension: of its value, a key of UNITS. sense: of its limit, 'at_most' or 'at_least'; None if the metric
    is only ever reported or has no number. needs_limit: a check of it is meaningless without a limit.
    limit_param: the parameter whose value is the limit (``stays_off: {for: 5 min}``), None if there is none.
    algorithm: version of the computation, recorded with each result. module: where it is computed.

    What is known before a run: exercised_by: 'heat' or 'cut-off', without which there is no value; '' for neither.
    timed_by: the sources whose periods bracket the instants that make the value, and so its uncertainty; not those at
    which the rig itself switches, when a bus that is busy with demands reads out of step.
    never_negative: it has no value below 0. largest_share: the greatest share of the limit that U may have for a PASS;
    None if the decision rule alone says so. over_passes: of a step that comes several times, one value for all passes
    together, and not one for each.
    """

    name: str
    dimension: str
    sense: str | None
    needs_limit: bool
    algorithm: int
    module: str
    params: Mapping[str, ParamSpec] = field(default_factory=dict)
    limit_param: str | None = None
    exercised_by: str = ""
    timed_by: tuple[str, ...] = ()
    never_negative: bool = False
    largest_share: float | None = None
    over_passes: bool = False

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
    exercised_by: str = "",
    timed_by: tuple[str, ...] = (),
    never_negative: bool = False,
    largest_share: float | None = None,
    over_passes: bool = False,
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
        exercised_by=exercised_by,
        timed_by=timed_by,
        never_negative=never_negative,
        largest_share=largest_share,
        over_passes=over_passes,
    )


def _reported(name: str, dimension: str) -> MetricSpec:
    """A metric of the cut-off that no limit ever judges."""
    return _metric(name, dimension, None, needs_limit=False, algorithm=3, exercised_by="cut-off")


def _heated(
    name: str,
    dimension: str,
    *,
    params: Mapping[str, ParamSpec] | None = None,
    timed_by: tuple[str, ...] = (),
    algorithm: int = 1,
) -> MetricSpec:
    """A metric of a belt that heats, whose value is a size."""
    return _metric(
        name,
        dimension,
        "at_most",
        params=params,
        algorithm=algorithm,
        exercised_by="heat",
        timed_by=timed_by,
        never_negative=True,
    )


def _added_up(name: str, dimension: str, **params: ParamSpec) -> MetricSpec:
    """A metric that adds up over the whole of a temperature signal."""
    return _metric(name, dimension, "at_most", params={"of": _HOTTEST, **params}, never_negative=True)


_HOTTEST = ParamSpec("signal", default="skin.hottest", of="temperature")

STEADY_WINDOWS_S: Mapping[str, float] = MappingProxyType(
    {
        "slope": 600.0,
        "k-per-30min": 1800.0,
        "iec60601-1": 3600.0,
        "iec60601-2-21": 3600.0,
        "ul-3-readings": 600.0,
        "ul-3-readings-15min": 1800.0,
    }
)
"""The rules that say when a temperature is steady, and how long each looks at least; ``rig/checks/detectors.py``."""

DOSE_CUTS_DEGC: Mapping[str, float] = MappingProxyType(
    {"none": -inf, "37 degC": 37.0, "39 degC": 39.0, "44 degC": 44.0}
)
"""Below which temperature no dose counts, by the words of a plan; ``rig/checks/dose.py``."""

DAMAGE_SETS = ("henriques-1947", "henriques-J", "weaver-stoll", "welch-polhamus", "diller-klutke")
"""Sets of parameters of the damage integral; ``rig/checks/dose.py``."""

LEAST_PASSES = 3
"""Of a repeated step, for a deviation and a drift from pass to pass."""

_DETECTOR = ParamSpec("text", default="slope", choices=tuple(STEADY_WINDOWS_S))
_OF = ParamSpec("signal", of="temperature")
"""Of a signal, by default of each unit that has probes."""

_DETECTED = {
    "detector": _DETECTOR,
    "steady_over": ParamSpec("time"),
    "steady_slope": ParamSpec("temperature_rate"),
}
"""When it is steady: a named rule, and its window and slope where they are not those of the rule."""

_STEADY = {"of": ParamSpec("signal", of="unit"), **_DETECTED}

METRICS: Mapping[str, MetricSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            _metric(
                "peak_temperature",
                "temperature",
                "at_most",
                params={"of": ParamSpec("signal", default="skin.hottest", of="probe")},
                algorithm=2,
            ),
            _metric(
                "response_delay",
                "time",
                "at_most",
                algorithm=3,
                exercised_by="cut-off",
                timed_by=("belt", "supply"),
                never_negative=True,
                largest_share=1.0 / 3.0,
            ),
            _metric(
                "stays_off",
                "time",
                "at_least",
                params={"for": ParamSpec("time", required=True)},
                limit_param="for",
                algorithm=3,
                exercised_by="cut-off",
            ),
            _metric("latch", "ratio", None, needs_limit=False, algorithm=2, exercised_by="cut-off"),
            _metric(
                "sensor_agreement",
                "temperature_difference",
                "at_most",
                algorithm=2,
                never_negative=True,
                largest_share=2.0 / 3.0,
            ),
            _reported("trip_temperature", "temperature"),
            _reported("thermal_overshoot", "temperature_difference"),
            _reported("crossing_delay", "time"),
            _heated(
                "time_to",
                "time",
                params={"of": _OF, "temperature": ParamSpec("temperature", required=True)},
                algorithm=2,
            ),
            _heated(
                "rise_time",
                "time",
                params=_STEADY
                | {"levels": ParamSpec("text", default="steady", choices=("steady", "histogram"))},
                algorithm=2,
            ),
            _heated("fall_time", "time", params={"of": _OF}, algorithm=2),
            _heated(
                "settling_time",
                "time",
                params=_STEADY | {"band": ParamSpec("temperature_difference", default=0.5)},
                algorithm=3,
            ),
            _heated("overshoot", "ratio", params=_STEADY),
            _heated("undershoot", "ratio", params=_STEADY),
            _heated("time_constant", "time", params={"of": _OF}, algorithm=2),
            _heated("dead_time", "time", params={"of": _OF}, algorithm=3),
            _metric(
                "ramp",
                "temperature_rate",
                "at_most",
                params={"of": _OF, "over": ParamSpec("time", default=60.0)},
                algorithm=2,
                exercised_by="heat",
            ),
            _metric(
                "overshoot_above",
                "temperature_difference",
                "at_most",
                params={"of": _HOTTEST, "level": ParamSpec("temperature", required=True)},
                never_negative=True,
            ),
            _added_up(
                "thermal_dose",
                "time",
                lower_cut=ParamSpec("text", default="39 degC", choices=("none", "37 degC", "39 degC")),
            ),
            _added_up(
                "damage_integral",
                "ratio",
                set=ParamSpec("text", default=DAMAGE_SETS[0], choices=DAMAGE_SETS),
                lower_cut=ParamSpec("text", default="none", choices=("none", "44 degC")),
            ),
            _added_up("time_above", "time", level=ParamSpec("temperature", required=True)),
            _heated("energy", "energy", algorithm=2),
            _heated(
                "fault_response",
                "time",
                params={"for": ParamSpec("time", default=60.0)},
                timed_by=("supply",),
                algorithm=2,
            ),
            _metric(
                "trip_repeatability",
                "temperature_difference",
                "at_most",
                exercised_by="cut-off",
                never_negative=True,
                over_passes=True,
            ),
            _metric("steady_mean", "temperature", "at_most", params=_STEADY, exercised_by="heat"),
            _heated("drift", "temperature_rate", params=_STEADY),
            _heated("cyclic_variation", "temperature_difference", params=_STEADY),
            _heated("spread", "temperature_difference", params=_DETECTED),
            _heated(
                "unit_difference",
                "temperature_difference",
                params={
                    "during": ParamSpec("text", default="ramp", choices=("ramp", "steady")),
                    **_DETECTED,
                },
            ),
            _heated("unit_power", "ratio"),
            _heated("session_length", "ratio", timed_by=("belt",), algorithm=2),
            _heated("watchdog_delay", "time", timed_by=("supply",), algorithm=2),
            _metric(
                "probe_placement",
                "count",
                "at_most",
                params={"rise": ParamSpec("temperature_difference", default=0.3)},
                exercised_by="heat",
            ),
        )
    }
)
"""Every metric that ships, by name."""
