"""Picture of a pipeline at one moment, and the sentence that says the same to a screen reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ops.lab.console.picture.edge import PictureEdge
from ops.lab.console.picture.node import NodeCondition, PictureNode


@dataclass(frozen=True)
class PipelinePicture:
    """Nodes and edges by their ids. `elsewhere` are the alarms in ALARM of no node in it."""

    nodes: Mapping[str, PictureNode]
    edges: Mapping[str, PictureEdge]
    elsewhere: Sequence[str] = field(default=())

    @property
    def summary(self) -> str:
        """What needs a person, node by node; it changes with conditions alone, never with figures."""
        troubled = [node for node in self.nodes.values() if node.condition > NodeCondition.GOOD]
        troubled.sort(key=lambda node: -node.condition)
        told = [
            f"{node.declared.title}: {', '.join(remark.text for remark in node.remarks)}" for node in troubled
        ]
        told += [f"elsewhere: alarm {name}" for name in self.elsewhere]
        return f"{'; '.join(told)}." if told else "Every node is in order: no alarm, nothing that waits long."

    @property
    def condition(self) -> NodeCondition:
        """The worst of the nodes'."""
        if self.elsewhere:
            return NodeCondition.BAD
        return max((node.condition for node in self.nodes.values()), default=NodeCondition.GOOD)
