"""Loads a CloudFormation template as data with line numbers.

Short forms become long ones (`!Ref X` -> {"Ref": "X"}, `!GetAtt A.B` -> {"Fn::GetAtt": ["A", "B"]}):
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from pathlib import Path
from typing import Any

import yaml

from runner.errors import TemplateError

PLAIN_NAMES = {"Ref", "Condition"}


class Mapping(dict[str, Any]):
    """A YAML mapping with its first line and the line of each key, counted from 1."""

    line: int = 0
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """Return the line of a key, or the mapping's own."""
        return self.lines.get(key, self.line)


class _Loader(yaml.SafeLoader):
    file = "template.yaml"


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Mapping:
    mapping = Mapping()
    mapping.line = node.start_mark.line + 1
    mapping.lines = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        line = key_node.start_mark.line + 1
        if key in mapping:
            raise TemplateError(loader.file, line, f"{key} is written twice: keep one of them")
        mapping[key] = loader.construct_object(value_node, deep=True)
        mapping.lines[key] = line
    return mapping


def _short_form(loader: _Loader, name: str, node: yaml.Node) -> Mapping:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if name == "GetAtt":
            value = str(value).split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = _mapping(loader, node)
    key = name if name in PLAIN_NAMES else f"Fn::{name}"
    mapping = Mapping({key: value})
    mapping.line = node.start_mark.line + 1
    mapping.lines = {key: mapping.line}
    return mapping


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
# A template's version, such as 2010-09-09, is text, not a date.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)
_Loader.add_multi_constructor("!", _short_form)


def load(path: Path) -> Mapping:
    """Return the template's data. Raises TemplateError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TemplateError(str(path), 1, f"cannot be read ({error.strerror}): name another with --template") from error
    except UnicodeDecodeError as error:
        raise TemplateError(path.name, 1, "is not UTF-8 text: save it as such") from error
    try:
        data = _data(text, path.name)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise TemplateError(path.name, line, f"is not YAML ({error.reason}): correct the line") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TemplateError(path.name, line, f"is not YAML ({error.problem}): correct the line") from error
    if not isinstance(data, Mapping) or not isinstance(data.get("Resources"), Mapping):
        raise TemplateError(path.name, 1, "has no Resources: is it a CloudFormation template?")
    return data


def _data(text: str, name: str) -> object:
    loader = _Loader(text)
    loader.file = name
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
