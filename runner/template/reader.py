"""template.yaml -> Stack. Each kind of resource is read by a module of its own.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html
"""

from collections.abc import Callable
from collections.abc import Mapping as AbstractMapping
from pathlib import Path

from runner.template.attributes import Attributes
from runner.template.distribution import read_behaviors, read_origins
from runner.template.events import EventKind, read_sources
from runner.template.functions import read_functions
from runner.template.intrinsics import Resolver
from runner.template.loader import load
from runner.template.model import Stack
from runner.template.queues import read_queues
from runner.template.resources import Resources
from runner.template.support import not_emulated
from runner.template.websocket_api import read_websocket_api


def read(
    path: Path,
    parameters: AbstractMapping[str, str],
    queue_url: Callable[[str], str],
    websocket_endpoint: str,
    kinds: AbstractMapping[str, EventKind],
) -> Stack:
    """Return what the template describes. kinds: by the Type of a function's event. Raises TemplateError."""
    template = load(path)
    attributes = Attributes(template["Resources"], queue_url, websocket_endpoint)
    resources = Resources(path.name, template, Resolver(path.name, template, parameters, attributes))
    queues = read_queues(resources)
    functions = read_functions(resources, path.resolve().parent)
    origins = read_origins(resources)
    return Stack(
        functions=functions,
        queues=queues,
        sources=tuple(read_sources(resources, kinds)),
        websocket_api=read_websocket_api(resources),
        behaviors=tuple(read_behaviors(resources, origins)),
        origins=origins,
        not_emulated=tuple(not_emulated(template, resources.exists, kinds)),
    )
