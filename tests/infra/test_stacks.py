"""template.yaml and its nested stacks: parameters, logs, concurrency, and the network."""

import pytest

from tests.infra.stacks import FUNCTIONS, MAIN, NESTED, RESOURCES, TEMPLATES, of_type, references

NETWORK = TEMPLATES["infra/network.yaml"]


def way_out_of(subnet: str) -> str:
    """Return the type of the gateway of a subnet's default route."""
    [table] = [
        item["RouteTableId"]
        for item in of_type("AWS::EC2::SubnetRouteTableAssociation", NETWORK).values()
        if item["SubnetId"] == {"Ref": subnet}
    ]
    [route] = [route for route in of_type("AWS::EC2::Route", NETWORK).values() if route["RouteTableId"] == table]
    assert route["DestinationCidrBlock"] == "0.0.0.0/0"
    [target] = [value["Ref"] for key, value in route.items() if key.endswith("GatewayId")]
    kind: str = NETWORK["Resources"][target]["Type"]
    return kind


@pytest.mark.parametrize("name", sorted(NESTED))
def test_a_nested_stack_has_the_parameters_and_outputs_that_are_used(name: str) -> None:
    nested = TEMPLATES[NESTED[name]["TemplateURL"]]
    assert set(NESTED[name].get("Parameters", {})) == set(nested.get("Parameters", {}))
    assert {found for found in references(nested) if "." not in found} >= set(nested.get("Parameters", {}))
    asked = {found.removeprefix(f"{name}.Outputs.") for found in references(MAIN) if found.startswith(f"{name}.")}
    assert asked == set(nested["Outputs"])


def test_optional_resources_are_conditional_and_off_by_default() -> None:
    """Emulators and self-hosted servers need no nested stacks, CodeDeploy or custom resources."""
    for name in NESTED:
        assert RESOURCES[name]["Condition"] in {"OwnServers", "Watched"}
    assert RESOURCES["Migration"]["Condition"] == "Released"
    assert {MAIN["Parameters"][name]["Default"] for name in ("AlarmEmail", "DatabaseUrl")} == {""}
    assert MAIN["Parameters"]["Release"]["Default"] == "none"


def test_every_function_has_a_log_group_with_a_retention_period() -> None:
    for template in TEMPLATES.values():
        assert all("RetentionInDays" in group for group in of_type("AWS::Logs::LogGroup", template).values())
    settings = MAIN["Globals"]["Function"]
    assert settings["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": "Logs"}}
    assert settings["Tracing"] == "Active"
    own = {name: properties["Tracing"] for name, properties in FUNCTIONS.items() if "Tracing" in properties}
    # The paths of its requests can hold a key.
    assert own == {"IngestFunction": "PassThrough"}
    assert not [name for name, properties in FUNCTIONS.items() if "LoggingConfig" in properties]


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_concurrency_is_reserved_and_an_event_source_uses_no_more(function: str) -> None:
    reserved = FUNCTIONS[function]["ReservedConcurrentExecutions"]
    for event in FUNCTIONS[function].get("Events", {}).values():
        if event["Type"] == "SQS":
            assert event["Properties"]["ScalingConfig"]["MaximumConcurrency"] == reserved


def test_only_functions_reach_the_servers() -> None:
    for name in ("infra/network.yaml", "infra/data.yaml"):
        for group in of_type("AWS::EC2::SecurityGroup", TEMPLATES[name]).values():
            assert all("CidrIp" not in rule for rule in group.get("SecurityGroupIngress", []))
    data = TEMPLATES["infra/data.yaml"]["Resources"]
    assert data["Proxy"]["Properties"]["RequireTLS"] is True
    assert data["Redis"]["Properties"]["TransitEncryptionMode"] == "required"
    for variable, scheme in (("DATABASE_URL", "sslmode=verify-full"), ("REDIS_URL", "rediss://")):
        for properties in FUNCTIONS.values():
            if url := properties["Environment"]["Variables"].get(variable):
                assert scheme in url["Fn::If"][1]["Fn::Sub"]


def test_private_subnets_are_in_two_zones_and_leave_by_the_nat_gateway() -> None:
    private = [subnet["Ref"] for subnet in NETWORK["Outputs"]["PrivateSubnets"]["Value"]["Fn::Join"][1]]
    subnets = of_type("AWS::EC2::Subnet", NETWORK)
    zones = [subnets[name]["AvailabilityZone"]["Fn::Select"][0] for name in private]
    assert len(set(zones)) == len(private) == 2
    assert not [name for name in private if "MapPublicIpOnLaunch" in subnets[name]]
    assert {way_out_of(name) for name in private} == {"AWS::EC2::NatGateway"}
    [gateway] = of_type("AWS::EC2::NatGateway", NETWORK).values()
    assert gateway["SubnetId"]["Ref"] not in private
    assert way_out_of(gateway["SubnetId"]["Ref"]) == "AWS::EC2::InternetGateway"


def test_only_pushes_to_connections_leave_the_network() -> None:
    endpoints = of_type("AWS::EC2::VPCEndpoint", NETWORK).values()
    assert {item["ServiceName"]["Fn::Sub"].rpartition(".")[2]: item["VpcEndpointType"] for item in endpoints} == {
        "sqs": "Interface",
        "s3": "Gateway",  # an execute-api endpoint would make @connections unreachable: docs/decisions/0009
    }
