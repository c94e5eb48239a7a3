"""Resources whose metrics are exported: the CDK app writes them to an SSM parameter, the exporter reads it.

A parameter and not a variable: the variables of a function have 4 kB together, and so has one parameter.
Standard library only: `infra` imports this.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from functions.integrations.dynatrace_exporter.metrics import Kind, LabMetric

Named = Mapping[str, str]
"""CloudWatch's name of each resource, by the lab's."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """Those of one pipeline, whose name becomes a dimension. The mappings' names are those of FAMILIES."""

    pipeline: str
    queues: Named = field(default_factory=dict)
    functions: Named = field(default_factory=dict)
    apis: Named = field(default_factory=dict)
    state_machines: Named = field(default_factory=dict)
    lab: Sequence[LabMetric] = ()

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Resources":
        values = json.loads(text)
        lab = [LabMetric(**each | {"kind": Kind(each["kind"])}) for each in values.pop("lab")]
        return cls(**values, lab=lab)
