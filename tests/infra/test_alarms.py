"""The alarms and the CloudWatch dashboard: every queue and function is monitored, with instructions for operators."""

import json

import pytest
from classpulse.core import metrics

from tests.infra.stacks import ALARMS, FUNCTIONS, NESTED, QUEUES, ROOT, TEMPLATES, of_type


def parameter_of(queue: str) -> str:
    parameters: dict[str, object] = NESTED["Alarms"]["Parameters"]
    [name] = [name for name, value in parameters.items() if value == {"Fn::GetAtt": [queue, "QueueName"]}]
    return name


def alarms_on(metric: str, dimension: str, parameter: str) -> list[str]:
    wanted = {"Name": dimension, "Value": {"Ref": parameter}}
    return [
        name
        for name, alarm in of_type("AWS::CloudWatch::Alarm", TEMPLATES["infra/alarms.yaml"]).items()
        if alarm.get("MetricName") == metric and wanted in alarm["Dimensions"]
    ]


def test_every_queue_has_dead_letters_with_an_alarm_and_an_alarm_when_it_is_not_drained() -> None:
    policies = [queue["RedrivePolicy"] for queue in QUEUES.values() if "RedrivePolicy" in queue]
    dead = {policy["deadLetterTargetArn"]["Fn::GetAtt"][0] for policy in policies}
    assert len(dead) == len(QUEUES) / 2
    for name, queue in QUEUES.items():
        assert queue["SqsManagedSseEnabled"] is True
        if name in dead:
            [alarm] = alarms_on("ApproximateNumberOfMessagesVisible", "QueueName", parameter_of(name))
            assert ALARMS[alarm]["Properties"]["Threshold"] == 0
        else:
            assert alarms_on("ApproximateAgeOfOldestMessage", "QueueName", parameter_of(name))


def summed(alarm: str, name: str, function: str) -> bool:
    """Whether the alarm sums this metric of the function, with a missing metric as zero."""
    metrics = ALARMS[alarm]["Properties"]["Metrics"]
    assert [metric["Expression"] for metric in metrics if "Expression" in metric] == ["SUM(FILL(METRICS(), 0))"]
    found = [metric["MetricStat"]["Metric"] for metric in metrics if "MetricStat" in metric]
    return {"Ref": function} in [
        dimension["Value"] for metric in found if metric["MetricName"] == name for dimension in metric["Dimensions"]
    ]


@pytest.mark.parametrize("function", sorted(set(FUNCTIONS) - {"MigrateFunction"}))
def test_a_failing_function_raises_an_alarm_and_rolls_its_release_back(function: str) -> None:
    assert NESTED["Alarms"]["Parameters"][function] == {"Ref": function}
    assert alarms_on("Errors", "FunctionName", function)
    if function == "AdministerFunction":
        return  # It has no traffic to shift.
    assert summed("ReleaseFails", "Errors", function)
    # A function with a URL catches its errors and answers 500.
    assert summed("ReleaseRefuses", "Url5xxCount", function) == ("FunctionUrlConfig" in FUNCTIONS[function])


def test_every_alarm_notifies_and_is_in_the_operators_manual() -> None:
    operations = (ROOT / "docs" / "how-to" / "operate.md").read_text()
    alarms = of_type("AWS::CloudWatch::Alarm", TEMPLATES["infra/alarms.yaml"])
    assert ALARMS["AlarmTopic"]["Properties"]["Subscription"] == [
        {"Protocol": "email", "Endpoint": {"Ref": "AlarmEmail"}}
    ]
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["AlarmDescription"]
        assert alarm["TreatMissingData"] in {"notBreaching", "breaching"}
        assert f"`{name}`" in operations, f"docs/how-to/operate.md has no instructions for {name}"


def test_the_numbers_that_alarms_and_the_dashboard_show_are_those_that_the_functions_record() -> None:
    recorded = {item.name for item in vars(metrics).values() if isinstance(item, metrics.Metric)}
    body = ALARMS["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    shown = {
        metric[1]
        for widget in json.loads(body)["widgets"]
        for metric in widget["properties"]["metrics"]
        if metric[0] == "ClassPulse"
    }
    alarmed = {
        alarm["Properties"]["MetricName"]
        for alarm in ALARMS.values()
        if alarm["Properties"].get("Namespace") == "ClassPulse"
    }
    assert shown | alarmed <= recorded
    assert shown >= {"EventsAccepted", "EventsStored", "StoreDelay"}
