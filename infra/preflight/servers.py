"""Checks of the servers: versions and classes that AWS offers, or the addresses of your own."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from infra.preflight.findings import Deployment, Finding

# No API names the versions that RDS Proxy supports.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.RDS_Fea_Regions_DB-eng.Feature.RDSProxy.html
PROXY_DOCUMENT = "Concepts.RDS_Fea_Regions_DB-eng.Feature.RDSProxy"
PROXY_VERSIONS = range(13, 18)
REDIS_VERSION = "7.1"
# Lambda's variables hold 4 KB together; the others need about half of it.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_CA_BYTES = 2048


def postgres(deployment: Deployment) -> Iterator[Finding]:
    """RDS offers the version on the instance class, in two zones."""
    if not deployment.own_servers:
        return
    version, instance = deployment.parameters["PostgresVersion"], deployment.parameters["DatabaseClass"]
    pages = deployment.clients("rds").get_paginator("describe_orderable_db_instance_options")
    options = [
        option
        for page in pages.paginate(Engine="postgres", DBInstanceClass=instance, Vpc=True)
        for option in page["OrderableDBInstanceOptions"]
    ]
    fits = [
        option["EngineVersion"]
        for option in options
        if option["EngineVersion"].partition(".")[0] == version
        and option["MultiAZCapable"]
        and option["StorageType"] == "gp3"
    ]
    if fits:
        yield Finding("PostgreSQL", True, f"RDS offers {fits[-1]} on {instance}")
    else:
        offered = sorted({option["EngineVersion"].partition(".")[0] for option in options})
        remedy = f"choose another PostgresVersion ({', '.join(offered)})" if offered else "choose another DatabaseClass"
        yield Finding(
            "PostgreSQL", False, f"{deployment.region} has no PostgreSQL {version} on {instance} in two zones: {remedy}"
        )


def proxy(deployment: Deployment) -> Iterator[Finding]:
    """RDS Proxy supports a new major version later than RDS."""
    if not deployment.own_servers:
        return
    version = deployment.parameters["PostgresVersion"]
    if int(version) in PROXY_VERSIONS:
        yield Finding("RDS Proxy", True, f"it supports PostgreSQL {version}")
    else:
        remedy = (
            f"use PostgresVersion={PROXY_VERSIONS[-1]}; if AWS's page {PROXY_DOCUMENT} names {version}, add it here"
        )
        yield Finding("RDS Proxy", False, f"it is not known to support PostgreSQL {version}: {remedy}")


def redis(deployment: Deployment) -> Iterator[Finding]:
    """ElastiCache offers the template's version of Redis."""
    if not deployment.own_servers:
        return
    found = deployment.clients("elasticache").describe_cache_engine_versions(
        Engine="redis", EngineVersion=REDIS_VERSION
    )["CacheEngineVersions"]
    if found:
        yield Finding("Redis", True, f"ElastiCache offers {REDIS_VERSION}")
    else:
        remedy = "change Redis's EngineVersion in infra/data.yaml (aws elasticache describe-cache-engine-versions)"
        yield Finding("Redis", False, f"{deployment.region} has no Redis {REDIS_VERSION}: {remedy}")


def given(deployment: Deployment) -> Iterator[Finding]:
    """Your own servers are reached with TLS, and their certificates are checked."""
    if deployment.own_servers:
        return
    mode = parse_qs(urlsplit(deployment.parameters["DatabaseUrl"]).query).get("sslmode", ["prefer"])[-1]
    if mode == "verify-full":
        yield Finding("DatabaseUrl", True, "PostgreSQL's certificate is checked")
    else:
        yield Finding(
            "DatabaseUrl", False, f"sslmode={mode} does not check PostgreSQL's certificate: add ?sslmode=verify-full"
        )
    if urlsplit(deployment.parameters["RedisUrl"]).scheme == "rediss":
        yield Finding("RedisUrl", True, "Redis is reached with TLS")
    else:
        yield Finding("RedisUrl", False, "Redis is reached without TLS: set RedisUrl, and start it with rediss://")
    if len(deployment.parameters["CaCertificate"].encode()) > MOST_CA_BYTES:
        remedy = "give one certificate only, or use an authority with an elliptic-curve key"
        yield Finding("CaCertificate", False, f"it exceeds {MOST_CA_BYTES} bytes: {remedy}")
