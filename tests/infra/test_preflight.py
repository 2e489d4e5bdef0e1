"""`make preflight`: each check of the account and of its servers passes, or names the remedy."""

import boto3
import pytest

from infra.preflight import account, servers
from infra.preflight.findings import Stack
from tests.infra.preflight_account import Answer, Clients, deployment, offered, only, resources, settings

pytestmark = pytest.mark.usefixtures("aws")


def test_the_executions_of_all_functions_are_counted() -> None:
    assert account.reserved(deployment()) == 163  # as docs/how-to/deploy-on-aws.md says
    assert account.reserved(deployment(given={"IngestConcurrency": "60"})) == 173


def test_a_new_account_has_to_request_concurrency() -> None:
    finding = only(account.concurrency, deployment(Clients(**{"lambda": settings(10, 10)})))
    assert not finding.ok
    assert "L-B99A9384 --desired-value 263" in finding.text
    assert only(account.concurrency, deployment(Clients(**{"lambda": settings(263, 263)}))).ok
    assert not only(account.concurrency, deployment(Clients(**{"lambda": settings(263, 262)}))).ok


def test_an_update_counts_what_its_stack_has_reserved() -> None:
    existing = Stack("classpulse", "UPDATE_COMPLETE")
    reserves: list[Answer] = [
        ("get_function_concurrency", {"FunctionName": "all"}, {"ReservedConcurrentExecutions": 163})
    ]
    clients = Clients(
        **{"lambda": settings(263, 100) + reserves}, cloudformation=[resources("AWS::Lambda::Function", "all")]
    )
    assert only(account.concurrency, deployment(clients, existing)).ok


def test_the_network_needs_a_free_vpc_and_a_free_address() -> None:
    def quotas(vpcs: float, addresses: float) -> Clients:
        return Clients(
            service_quotas=[
                ("get_service_quota", {"ServiceCode": service, "QuotaCode": code}, {"Quota": {"Value": value}})
                for service, code, value in (("vpc", "L-F678F1CE", vpcs), ("ec2", "L-0263D0A3", addresses))
            ]
        )

    assert all(finding.ok for finding in account.network(deployment(quotas(5, 5))))
    boto3.client("ec2").allocate_address(Domain="vpc")
    vpcs, addresses = account.network(deployment(quotas(1, 1)))  # moto has a default VPC
    assert "VPCs" in vpcs.check
    assert "quota L-F678F1CE of vpc" in vpcs.text
    assert "quota L-0263D0A3 of ec2" in addresses.text
    assert list(account.network(deployment(given={"DatabaseUrl": "postgresql://host/db"}))) == []


def test_the_region_needs_two_zones() -> None:
    assert only(account.zones, deployment()).ok
    name_filter = [
        {"Name": "state", "Values": ["available"]},
        {"Name": "zone-type", "Values": ["availability-zone"]},
    ]
    one: list[Answer] = [
        ("describe_availability_zones", {"Filters": name_filter}, {"AvailabilityZones": [{"ZoneName": "a"}]})
    ]
    assert "choose another region" in only(account.zones, deployment(Clients(ec2=one))).text


def test_rds_has_to_offer_the_version_on_the_class_in_two_zones() -> None:
    assert only(servers.postgres, deployment(offered("16.9", "17.5"))).ok
    assert "choose another PostgresVersion (15, 16)" in only(servers.postgres, deployment(offered("15.1", "16.9"))).text
    assert not only(servers.postgres, deployment(offered("17.5", multi_az=False))).ok
    assert "choose another DatabaseClass" in only(servers.postgres, deployment(offered())).text


def test_a_version_that_rds_proxy_is_not_known_to_support_is_refused() -> None:
    assert only(servers.proxy, deployment()).ok
    finding = only(servers.proxy, deployment(given={"PostgresVersion": "18"}))
    assert not finding.ok
    assert "use PostgresVersion=17" in finding.text


def test_elasticache_has_to_offer_the_version_of_redis() -> None:
    def answering(*found: dict[str, str]) -> Clients:
        asked = {"Engine": "redis", "EngineVersion": "7.1"}
        return Clients(elasticache=[("describe_cache_engine_versions", asked, {"CacheEngineVersions": list(found)})])

    assert only(servers.redis, deployment(answering({"EngineVersion": "7.1.0"}))).ok
    assert "infra/data.yaml" in only(servers.redis, deployment(answering())).text


def test_own_servers_have_to_be_verified() -> None:
    bad = {"DatabaseUrl": "postgresql://host/db?sslmode=require", "RedisUrl": "redis://host/0"}
    texts = [finding.text for finding in servers.given(deployment(given=bad)) if not finding.ok]
    assert ["add ?sslmode=verify-full" in texts[0], "start it with rediss://" in texts[1]] == [True, True]
    good = {"DatabaseUrl": "postgresql://host/db?sslmode=verify-full", "RedisUrl": "rediss://host/0"}
    assert all(finding.ok for finding in servers.given(deployment(given=good)))
    [too_large] = [f for f in servers.given(deployment(given=good | {"CaCertificate": "x" * 2049})) if not f.ok]
    assert "elliptic-curve key" in too_large.text
    assert list(servers.postgres(deployment(given=good))) == list(servers.proxy(deployment(given=good))) == []


def test_an_account_without_a_distribution_has_to_ask_whether_it_is_verified() -> None:
    finding = only(account.cloudfront, deployment())
    assert not finding.ok
    assert "--cloudfront-verified" in finding.text
    assert only(account.cloudfront, deployment(verified=True)).ok
    origin = {"Id": "origin", "DomainName": "bucket.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    boto3.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "origin", "ViewerProtocolPolicy": "https-only"},
        }
    )
    assert only(account.cloudfront, deployment()).ok


def test_the_certificate_has_to_be_issued_for_the_domain_name_in_us_east_1() -> None:
    assert list(account.certificate(deployment())) == []
    acm = boto3.client("acm", region_name="us-east-1")
    arn = acm.request_certificate(DomainName="*.example.edu", ValidationMethod="DNS")["CertificateArn"]
    given = {"CertificateArn": arn, "DomainName": "pulse.example.edu"}
    assert "DNS record" in only(account.certificate, deployment(given=given)).text
    issued = {"Status": "ISSUED", "DomainName": "*.example.edu", "SubjectAlternativeNames": ["*.example.edu"]}
    answer: list[Answer] = [("describe_certificate", {"CertificateArn": arn}, {"Certificate": issued})]
    assert only(account.certificate, deployment(Clients(acm=answer), given=given)).ok
    other = given | {"DomainName": "pulse.other.edu"}
    assert "not for pulse.other.edu" in only(account.certificate, deployment(Clients(acm=answer), given=other)).text
    missing = given | {"CertificateArn": arn[:-12] + "000000000000"}
    assert "request it there" in only(account.certificate, deployment(given=missing)).text


def test_a_region_holds_one_classpulse() -> None:
    assert only(account.names, deployment()).ok
    boto3.client("sqs").create_queue(QueueName="classpulse-events")
    assert "choose another region" in only(account.names, deployment()).text
    assert list(account.names(deployment(existing=Stack("classpulse", "CREATE_COMPLETE")))) == []
