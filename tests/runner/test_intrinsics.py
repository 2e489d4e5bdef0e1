"""CloudFormation's intrinsic functions and parameters."""

import json
from pathlib import Path
from typing import Any

import pytest

from runner.errors import TemplateError
from runner.template.attributes import Attributes
from runner.template.intrinsics import Resolver
from runner.template.loader import load

HEAD = """\
Parameters:
  Name: {Type: String, Default: x}
  Count: {Type: Number, Default: 3}
  Origins: {Type: CommaDelimitedList, Default: "a, b"}
Mappings:
  Sizes: {small: {Memory: 128}, "3": {Memory: 3}}
Conditions:
  IsX: !Equals [!Ref Name, x]
  NotX: !Not [!Condition IsX]
  Both: !And [!Condition IsX, !Condition NotX]
  Either: !Or [!Condition IsX, !Condition NotX]
Resources:
  Fn: {Type: AWS::Serverless::Function, Properties: {FunctionUrlConfig: {AuthType: NONE}}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}
  Api: {Type: AWS::ApiGatewayV2::Api}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {StageName: live}}
  Site: {Type: AWS::S3::Bucket}
Outputs:
  Value: """


def resolve(directory: Path, expression: str, **parameters: str) -> Any:
    path = directory / "t.yaml"
    path.write_text(f"{HEAD}{expression}\n")
    template = load(path)
    attributes = Attributes(template["Resources"], lambda name: f"https://queues/{name}", "ws://sockets")
    return Resolver(path.name, template, parameters, attributes).value(template["Outputs"]["Value"])


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("!Ref Name", "x"),
        ("{Ref: Count}", "3"),
        ("!Ref Origins", ["a", "b"]),
        ("!Join ['+', !Ref Origins]", "a+b"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::NoValue", None),
        ("[a, !Ref AWS::NoValue]", ["a"]),
        ("{a: 1, b: !Ref AWS::NoValue}", {"a": 1}),
        ("!Ref Queue", "https://queues/q"),
        ("!Ref Stage", "live"),
        ("!Ref Fn", "Fn"),
        ("!GetAtt Queue.Arn", "arn:aws:sqs:us-east-1:000000000000:q"),
        ("!GetAtt [Queue, QueueName]", "q"),
        ("{Fn::GetAtt: [Queue, QueueUrl]}", "https://queues/q"),
        ("!GetAtt Fn.Arn", "arn:aws:lambda:us-east-1:000000000000:function:Fn"),
        ("!GetAtt FnUrl.FunctionUrl", "https://fn.lambda-url.us-east-1.on.aws/"),
        ("!GetAtt Api.ApiEndpoint", "ws://sockets"),
        ("!GetAtt Site.RegionalDomainName", "site.s3.us-east-1.amazonaws.com"),
        ("!GetAtt Site.Other.Thing", "Site.Other.Thing"),
        ("!Sub 'a ${Name} ${Queue.QueueName} ${AWS::Partition}'", "a x q aws"),
        ("!Sub 'the ${!Literal} stays'", "the ${Literal} stays"),
        ("!Sub ['${Own} ${Name}', {Own: !Ref Count}]", "3 x"),
        ("!Join ['-', [a, !Ref Name, 1]]", "a-x-1"),
        ("!Join ['-', !Split [',', 'a,b']]", "a-b"),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Split ['/', 'a/b']]", "a"),
        ("!Split [',', 'a,b,']", ["a", "b", ""]),
        ("!If [IsX, a, b]", "a"),
        ("!If [NotX, a, !Ref Name]", "x"),
        ("!If [Both, a, b]", "b"),
        ("!If [Either, a, b]", "a"),
        # The branch that is not chosen is not evaluated.
        ("!If [IsX, a, !Ref Nowhere]", "a"),
        ("!Equals [3, '3']", True),
        ("!FindInMap [Sizes, small, Memory]", 128),
        ("!FindInMap [Sizes, !Ref Count, Memory]", 3),
        ("{Fn::Join: ['', [a]], Ref: kept as it is}", {"Fn::Join": ["", ["a"]], "Ref": "kept as it is"}),
    ],
)
def test_an_intrinsic_function_has_its_value(tmp_path: Path, expression: str, value: object) -> None:
    assert resolve(tmp_path, expression) == value


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("!Ref Nowhere", "there is no parameter or resource Nowhere: check its name"),
        ("!GetAtt Nowhere.Arn", "there is no parameter or resource Nowhere"),
        ("!GetAtt QueueUrl.FunctionUrl", "there is no parameter or resource QueueUrl"),
        ("!GetAtt Queue", "takes a resource and one of its attributes"),
        ("!Sub '${Nowhere}'", "there is no parameter or resource Nowhere"),
        ("!If [Nowhere, a, b]", "there is no condition Nowhere: add it under Conditions"),
        ("!If [IsX, a]", "Fn::If takes [condition, value if true, value if false]"),
        ("!Select [2, [a, b]]", "there is no item 2 of 2"),
        ("!Select [first, [a, b]]", "Fn::Select"),
        ("!Join [a]", "Fn::Join"),
        ("!FindInMap [Sizes, large, Memory]", "Mappings contain no large: check the three keys"),
        ("!ImportValue other", "Fn::ImportValue is not emulated"),
    ],
)
def test_an_intrinsic_function_that_cannot_be_resolved_is_reported_with_its_line(
    tmp_path: Path, expression: str, says: str
) -> None:
    with pytest.raises(TemplateError) as failure:
        resolve(tmp_path, expression)
    assert str(failure.value).startswith(f"t.yaml:{HEAD.count(chr(10)) + 1}: ")
    assert says in str(failure.value)


def test_circular_conditions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\nResources:\n  Q: {Type: X}\n")
    template = load(path)
    resolver = Resolver(path.name, template, {}, Attributes(template["Resources"], str, ""))
    with pytest.raises(TemplateError):
        resolver.condition("A", 1)


@pytest.mark.parametrize(
    ("rules", "value", "says"),
    [
        ({"AllowedValues": ["a", "b"]}, "c", "must be one of a, b"),
        ({"MinLength": 3}, "ab", "must have 3 characters or more"),
        ({"MaxLength": 3}, "abcd", "must have 3 characters or fewer"),
        ({"AllowedPattern": "[a-z]+"}, "a1", r"must match \[a-z\]\+"),
        ({"Type": "Number"}, "many", "must be a number"),
        ({"Type": "Number", "MinValue": 2}, "1", "is out of its range"),
        ({"Type": "Number", "MaxValue": 2}, "3", "is out of its range"),
    ],
)
def test_the_constraints_of_a_parameter_are_checked(
    tmp_path: Path, rules: dict[str, object], value: str, says: str
) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(f"Parameters:\n  P: {json.dumps({'Type': 'String'} | rules)}\nResources:\n  Q: {{Type: X}}\n")
    with pytest.raises(TemplateError, match=f"t.yaml:2: parameter P {says}: give another with --parameter P=…"):
        Resolver(path.name, load(path), {"P": value}, lambda *_: None)


def test_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"t\.yaml:1: there is no parameter Nmae; there are Name, Count"):
        resolve(tmp_path, "1", Nmae="y")


def test_a_given_parameter_overrides_its_default(tmp_path: Path) -> None:
    assert resolve(tmp_path, "!Ref Name", Name="y") == "y"
