"""`make preflight`: check the account, the region and the stack, before anything is created or changed.

It reads only. Give it the parameters of the deployment, as in DatabaseClass=db.r6g.xlarge.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.preflight import account, servers, stack
from infra.preflight.findings import Check, Clients, Deployment, Finding, run
from runner.template.loader import load

ROOT = Path(__file__).resolve().parents[2]
CHECKS: dict[str, Check] = {
    "stack": stack.status,
    "names": account.names,
    "region": account.zones,
    "Lambda concurrency": account.concurrency,
    "network": account.network,
    "PostgreSQL": servers.postgres,
    "RDS Proxy": servers.proxy,
    "Redis": servers.redis,
    "own servers": servers.given,
    "CloudFront": account.cloudfront,
    "certificate": account.certificate,
    "aliases": stack.aliases,
    "protection": stack.protection,
}


def parser(declared: Sequence[str]) -> argparse.ArgumentParser:
    """Return the command line; `declared` are the template's parameters."""

    def parameter(text: str) -> tuple[str, str]:
        name, equals, value = text.partition("=")
        if not equals or name not in declared:
            raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE with a parameter of template.yaml")
        return name, value

    command_line = argparse.ArgumentParser(
        prog="python -m infra.preflight", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command_line.add_argument("parameters", nargs="*", type=parameter, metavar="NAME=VALUE")
    command_line.add_argument("--stack-name", default="classpulse", help="default: %(default)s")
    command_line.add_argument(
        "--cloudfront-verified", action="store_true", help="AWS Support has said that the account is verified"
    )
    return command_line


def findings(deployment: Deployment) -> Iterator[Finding]:
    """Yield the findings of every check."""
    for name, check in CHECKS.items():
        yield from run(name, check, deployment)


def clients_of(session: Any) -> Clients:
    """Return what makes clients of a boto3 session."""
    return lambda service, region=None: session.client(service, region_name=region)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every finding; return 1 if one is a failure."""
    template = load(ROOT / "template.yaml")
    options = parser(list(template["Parameters"])).parse_args(arguments)
    session = boto3.session.Session()
    clients = clients_of(session)
    try:
        if not session.region_name:
            raise SystemExit("make preflight: no region is set: export AWS_DEFAULT_REGION=eu-central-1, or another")
        identity = clients("sts").get_caller_identity()
        existing = stack.read(clients, options.stack_name)
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(f"make preflight: {error}: sign in (aws sso login), and export AWS_PROFILE") from error
    given = dict(options.parameters)
    deployment = Deployment(
        template,
        stack.effective(template, existing, given),
        existing,
        clients,
        session.region_name,
        options.cloudfront_verified,
    )
    print(f"{options.stack_name} in {session.region_name}, account {identity['Account']}")
    failed = 0
    for finding in findings(deployment):
        failed += not finding.ok
        print(f"  {'ok    ' if finding.ok else 'FAILED'}  {finding.check}: {finding.text}", flush=True)
    if failed:
        print(f"Checks that failed: {failed}. Nothing was created or changed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
