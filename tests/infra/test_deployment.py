"""A deployment: what its parameters refuse, what a failed one leaves, and how long a migration may take."""

import importlib.util
from typing import Any

import pytest

from tests.infra.stacks import FUNCTIONS, MAIN, NESTED, RESOURCES, ROOT, TEMPLATES, of_type
from tests.infra.test_release import transformed

DEFAULTS = {name: str(parameter.get("Default", "given")) for name, parameter in MAIN["Parameters"].items()}
DATA = TEMPLATES["infra/data.yaml"]
SERVERS = {"DatabaseUrl": "postgresql://…", "RedisUrl": "rediss://…"}
NETWORK = {"VpcSubnets": "subnet-1,subnet-2", "VpcSecurityGroups": "sg-1"}
DOMAIN = {"DomainName": "pulse.example.edu", "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/1"}
OIDC = {"OidcIssuer": "https://login.example.edu", "OidcClientId": "id", "OidcClientSecret": "secret"}
PUBLIC_URL = {"PublicUrl": "https://pulse.example.edu"}


def value_of(expression: Any, parameters: dict[str, str]) -> Any:
    """Evaluate the functions that CloudFormation allows in Rules and Conditions, as far as the template uses them."""
    if not isinstance(expression, dict):
        return expression
    [(function, argument)] = expression.items()
    if function == "Ref":
        return parameters[argument]
    values = [value_of(item, parameters) for item in argument]
    if function == "Fn::Equals":
        return values[0] == values[1]
    if function == "Fn::Not":
        return not values[0]
    return {"Fn::And": all, "Fn::Or": any}[function](values)


def refusals(parameters: dict[str, str]) -> list[str]:
    """Return the descriptions of the assertions that these parameters break."""
    given = DEFAULTS | parameters
    return [
        assertion["AssertDescription"]
        for rule in MAIN["Rules"].values()
        if value_of(rule.get("RuleCondition", True), given)
        for assertion in rule["Assertions"]
        if not value_of(assertion["Assert"], given)
    ]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        SERVERS,
        SERVERS | NETWORK | {"CaCertificate": "PEM"},
        SERVERS | {"InfluxdbUrl": "https://…"},
        {"InfluxdbInstanceType": "db.influx.medium", "ProtectData": "true"},
        DOMAIN,
        OIDC | PUBLIC_URL,
        OIDC | DOMAIN,
    ],
)
def test_complete_parameters_are_accepted(parameters: dict[str, str]) -> None:
    assert refusals(parameters) == []


@pytest.mark.parametrize(
    ("parameters", "remedy"),
    [
        ({"DatabaseUrl": "postgresql://…"}, "set RedisUrl too"),
        ({"RedisUrl": "rediss://…"}, "set both, or none"),
        (SERVERS | {"InfluxdbInstanceType": "db.influx.medium"}, "use InfluxdbUrl instead"),
        (SERVERS | {"ProtectData": "true"}, "leave ProtectData false"),
        (NETWORK, "set DatabaseUrl and RedisUrl too"),
        ({"CaCertificate": "PEM"}, "set DatabaseUrl and RedisUrl too"),
        (SERVERS | {"VpcSubnets": "subnet-1"}, "VpcSubnets needs VpcSecurityGroups"),
        (SERVERS | {"VpcSecurityGroups": "sg-1"}, "VpcSecurityGroups needs VpcSubnets"),
        ({"InfluxdbInstanceType": "db.influx.medium", "InfluxdbUrl": "https://…"}, "set one of them"),
        ({"DomainName": "pulse.example.edu"}, "DomainName needs CertificateArn"),
        ({"CertificateArn": DOMAIN["CertificateArn"]}, "CertificateArn needs DomainName"),
        (DOMAIN | PUBLIC_URL, "leave PublicUrl empty"),
        (OIDC, "set PublicUrl, or DomainName"),
        ({"OidcIssuer": "https://login.example.edu"} | PUBLIC_URL, "OidcIssuer needs OidcClientId"),
    ],
)
def test_incomplete_parameters_are_refused_with_the_remedy(parameters: dict[str, str], remedy: str) -> None:
    [refusal] = refusals(parameters)
    assert remedy in refusal


def test_a_failed_first_deployment_leaves_nothing_and_a_protected_database_stays() -> None:
    """Resources of AWS::Lambda::Version are deleted with their function."""
    for kept in (transformed(Release="1700000000"), *(TEMPLATES[nested["TemplateURL"]] for nested in NESTED.values())):
        resources = kept.get("Resources", kept)
        policies = {
            name: resource["DeletionPolicy"]
            for name, resource in resources.items()
            if resource.get("DeletionPolicy", "Delete") != "Delete" and resource["Type"] != "AWS::Lambda::Version"
        }
        # A bucket with this policy is deleted with the stack that failed to create it, and kept otherwise.
        policies = {name: policy for name, policy in policies.items() if policy != "RetainExceptOnCreate"}
        assert policies in ({}, {"Database": {"Ref": "DatabaseDeletionPolicy"}})
        protected = {n: r for n, r in resources.items() if "DeletionProtection" in r.get("Properties", {})}
        assert set(protected) <= {"Database"}
    assert NESTED["Data"]["Parameters"]["DatabaseDeletionPolicy"] == {"Fn::If": ["Protected", "Snapshot", "Delete"]}
    assert DATA["Transform"] == "AWS::LanguageExtensions"  # A DeletionPolicy may then be a parameter.
    assert DATA["Resources"]["Database"]["Properties"]["DeletionProtection"] == {"Fn::If": ["Protected", True, False]}
    assert DATA["Resources"]["Database"]["UpdateReplacePolicy"] == "Snapshot"
    assert MAIN["Parameters"]["ProtectData"]["Default"] == "false"
    assert RESOURCES["ErasureJournal"]["DeletionPolicy"] == "RetainExceptOnCreate"
    for template in (MAIN, DATA):
        assert not value_of(template["Conditions"]["Protected"], {"ProtectData": "false"})
        assert value_of(template["Conditions"]["Protected"], {"ProtectData": "true"})


def test_the_parameter_group_follows_the_version_of_postgresql() -> None:
    """17 is the newest major version that AWS documents together with RDS Proxy.

    https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_rds/PostgresEngineVersion.html
    """
    assert MAIN["Parameters"]["PostgresVersion"]["Default"] == "17"
    assert NESTED["Data"]["Parameters"]["PostgresVersion"] == {"Ref": "PostgresVersion"}
    assert DATA["Resources"]["Database"]["Properties"]["EngineVersion"] == {"Ref": "PostgresVersion"}
    assert DATA["Resources"]["DatabaseParameters"]["Properties"]["Family"] == {"Fn::Sub": "postgres${PostgresVersion}"}


def test_a_migration_ends_before_its_function_and_the_function_before_cloudformation_gives_up() -> None:
    spec = importlib.util.spec_from_file_location("migrations_handler", ROOT / "infra" / "migrations" / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    handler = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(handler)
    timeout = FUNCTIONS["MigrateFunction"]["Timeout"]
    migration = RESOURCES["Migration"]
    assert (handler.PATIENCE_SECONDS, timeout, migration["Properties"]["ServiceTimeout"]) == (240, 600, 900)
    invocations = RESOURCES[migration["DependsOn"]]["Properties"]
    assert invocations["MaximumRetryAttempts"] == 0
    assert invocations["MaximumEventAgeInSeconds"] + timeout <= 900
    # CloudFormation invokes the ARN without a version: the settings of an alias would not apply.
    assert migration["Properties"]["ServiceToken"] == {"Fn::GetAtt": ["MigrateFunction", "Arn"]}
    assert (invocations["FunctionName"], invocations["Qualifier"]) == ({"Ref": "MigrateFunction"}, "$LATEST")


def test_cloudfront_speaks_only_tls_1_2_to_its_origins() -> None:
    [distribution] = of_type("AWS::CloudFront::Distribution").values()
    origins = [origin for origin in distribution["DistributionConfig"]["Origins"] if "CustomOriginConfig" in origin]
    assert len(origins) == 4
    for origin in origins:
        assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
        assert origin["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]


def test_a_domain_name_brings_its_certificate_and_becomes_the_public_address() -> None:
    [distribution] = of_type("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    assert config["Aliases"]["Fn::If"][:2] == ["HasDomain", [{"Ref": "DomainName"}]]
    assert config["ViewerCertificate"]["Fn::If"][:2] == [
        "HasDomain",
        {
            "AcmCertificateArn": {"Ref": "CertificateArn"},
            "SslSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
    ]
    public = FUNCTIONS["ManageFunction"]["Environment"]["Variables"]["PUBLIC_URL"]
    assert public == {"Fn::If": ["HasDomain", {"Fn::Sub": "https://${DomainName}"}, {"Ref": "PublicUrl"}]}
    for output in ("DashboardUrl", "IngestUrl", "WebSocketUrl"):
        [condition, own, given] = MAIN["Outputs"][output]["Value"]["Fn::If"]
        assert condition == "HasDomain"
        assert own["Fn::Sub"] == given["Fn::Sub"].replace("${Distribution.DomainName}", "${DomainName}")


def test_functions_reach_given_servers_from_given_subnets() -> None:
    [condition, _, otherwise] = MAIN["Globals"]["Function"]["VpcConfig"]["Fn::If"]
    assert condition == "OwnServers"
    assert otherwise["Fn::If"] == [
        "GivenNetwork",
        {
            "SubnetIds": {"Fn::Split": [",", {"Ref": "VpcSubnets"}]},
            "SecurityGroupIds": {"Fn::Split": [",", {"Ref": "VpcSecurityGroups"}]},
        },
        {"Ref": "AWS::NoValue"},
    ]
    # In any network, Lambda needs the permission to create interfaces.
    statements = RESOURCES["RunPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert [item["Fn::If"][0] for item in statements if "Fn::If" in item] == ["InNetwork"]
    assert MAIN["Globals"]["Function"]["Environment"]["Variables"]["CA_CERTIFICATE"] == {"Ref": "CaCertificate"}


def test_the_functions_reach_the_journal_of_erasures_from_their_network() -> None:
    """The endpoint's policy has to allow what the role allows, or every erasure fails."""
    assert NESTED["Network"]["Parameters"]["ErasureJournalArn"]["Fn::If"][1] == {
        "Fn::GetAtt": ["ErasureJournal", "Arn"]
    }
    statements = TEMPLATES["infra/network.yaml"]["Resources"]["StorageEndpoint"]["Properties"]["PolicyDocument"][
        "Statement"
    ]
    journal = statements[1]["Fn::If"]
    assert journal[0] == "OwnJournal"
    assert set(journal[1]["Action"]) == {"s3:PutObject", "s3:ListBucket"}
