#!/usr/bin/env python3
"""ClassPulse on one machine: the functions of template.yaml, a real PostgreSQL and a real Redis, one address."""

import signal
from pathlib import Path

if __name__ == "__main__":
    # While modules load there is nothing to stop in order: let Ctrl-C end the process without a traceback. `make run`
    # blocks it until here, because Python prints one while it starts.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # `./local_runner.py` starts on the system's Python, which lacks what `make run` has installed.
    from scripts.virtual_environment import need

    packages = ("httptools", "prometheus_client", "psutil", "uvicorn", "uvloop", "websockets", "yaml")
    need(Path(__file__).resolve().parent, packages)

import argparse
import json
import logging
import os
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import replace

from runner import cli
from runner.addresses import authority, is_loopback
from runner.commands import run
from runner.commands.arguments import at_least_one
from runner.embedded.data_dir import JOURNAL, DataDir, write_private
from runner.launch import Launch, Running, serve
from runner.stores import SERVERS, Stores
from runner.system import Buckets

ROOT = Path(__file__).resolve().parent
# After the link is used, a cookie keeps the browser signed in.
LINK_MINUTES = 24 * 60
LINK_SECONDS = 15
LINK_TRIES = 3
ENVIRONMENT = """\
environment (each replaces an embedded part by a real server):
  DATABASE_URL                     postgresql://user:password@host:5432/database
  REDIS_URL                        redis://:password@host:6379/0 (rediss:// for TLS), or
  REDIS_HOST, REDIS_PORT           with REDIS_PASSWORD where there is one
  INFLUXDB_URL, _TOKEN, _ORG, _BUCKET
                                   time series go there; without it PostgreSQL serves them

examples:
  local_runner.py --demo 40        watch a simulated class of 40 students
  local_runner.py --port 0 --ready-file ready.json
                                   for scripts: a free port, and all addresses in a file
"""
RATE_LIMITS = ("MaxEventsPerStudentPerMinute", "MaxEventsPerKeyPerMinute", "MaxEventsPerPathKeyPerMinute")
INFLUXDB = {
    "InfluxdbUrl": "INFLUXDB_URL",
    "InfluxdbToken": "INFLUXDB_TOKEN",
    "InfluxdbOrg": "INFLUXDB_ORG",
    "InfluxdbBucket": "INFLUXDB_BUCKET",
}


def parser() -> argparse.ArgumentParser:
    """Return the command line: the runner's, with ClassPulse's defaults and two more options."""
    parser = cli.parser(__doc__, ENVIRONMENT)
    run.add_options(
        parser,
        data_dir=Path(".classpulse"),
        template=ROOT / "template.yaml",
        host_text=f"{run.HOST_TEXT}; on any but a loopback address events need the ingest key",
        ready_text="write the addresses and keys there as JSON when everything takes traffic; removed at the end",
        parameter_text="set a parameter of template.yaml",
    )
    parser.add_argument(
        "--demo", type=at_least_one, metavar="N", help="run a simulated class of N students against the public address"
    )
    parser.add_argument("--seed", type=int, default=1, help="the demo class's seed: the same class again (default 1)")
    return parser


def parameters_of(options: argparse.Namespace, stores: Stores, data_dir: DataDir) -> dict[str, str]:
    """Return the template's parameters for this machine."""
    parameters = {
        # Before the embedded servers run, these are placeholders with which the template is checked.
        "DatabaseUrl": stores.database_url,
        "RedisUrl": stores.redis_url,
        "InstructorToken": data_dir.key("instructor_token"),
        "IngestKey": data_dir.key("ingest_key"),
        "SigningKey": data_dir.key("signing_key"),
        "PrivacyKey": data_dir.key("privacy_key"),
        "ErasureJournalUrl": (data_dir.path / JOURNAL).as_uri(),
        "OpenIngest": "true" if is_loopback(options.host) else "false",
    }
    if is_loopback(options.host):
        # On loopback a demo class or a load test is one sender, which rate limits would stop.
        parameters |= dict.fromkeys(RATE_LIMITS, "0")
    parameters |= {name: os.environ[variable] for name, variable in INFLUXDB.items() if os.environ.get(variable)}
    if is_loopback(options.host):
        # Scripts on this machine read it in keys.json; on a network each socket needs its own ticket.
        parameters["StandingTicket"] = data_dir.key("standing_ticket")
        return parameters | dict(options.parameter)
    return parameters | dict(options.parameter) | {"StandingTicket": ""}


def welcome_or_dashboard(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """Do what the CloudFront function WelcomeOrDashboard does: send browsers at / to the dashboard."""
    return ("dashboard", "/index.html") if "text/html" in headers.get("accept", "") else None


def addresses(options: argparse.Namespace, running: Running) -> dict[str, str | int]:
    """Return the content of the ready file: the addresses and keys that a script needs."""
    place = authority(options.host, running.port)
    token = running.parameters["InstructorToken"]
    link = one_time_link(f"http://{place}/api/v1/session/links", token)
    return {
        "dashboard_url": f"http://{place}/?token={link}" if link else f"http://{place}/",
        "ingest_url": f"http://{place}/api/v1/events",
        "api_url": f"http://{place}/api/v1",
        "websocket_url": f"ws://{place}/ws",
        "instructor_token": token,
        "ingest_key": running.parameters["IngestKey"],
        "data_dir": str(running.data_dir.path),
        "pid": os.getpid(),
    }


def one_time_link(url: str, token: str) -> str | None:
    """Return a one-time link that signs the operator in; log a warning and return None when that fails."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        url,
        json.dumps({"minutes": LINK_MINUTES}).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(LINK_TRIES):
        try:
            with opener.open(request, timeout=LINK_SECONDS) as answer:
                return str(json.load(answer)["link"])
        except (OSError, ValueError, KeyError) as error:
            logging.warning("no link that signs in: %s", error)
    logging.warning("ask for a link yourself: POST %s with the instructor token, see docs/reference/identity.md", url)
    return None


def announce(options: argparse.Namespace, running: Running) -> Sequence[Sequence[str]]:
    """Print the addresses and write the ready file; return the demo class's command, if --demo is given."""
    content = addresses(options, running)
    print(
        f"\nClassPulse is ready.\n"
        f"  dashboard   {content['dashboard_url']}\n"
        f"  events      {content['ingest_url']}   (POST)\n"
        f"  API         {content['api_url']}/docs\n"
        f"  socket      {content['websocket_url']}\n"
        f"  logs        {running.data_dir.logs}\n"
        f"Ctrl-C stops it.\n",
        flush=True,
    )
    if options.ready_file:
        write_private(options.ready_file, json.dumps(content, indent=2) + "\n")
    if not options.demo:
        return []
    command = [sys.executable, "-m", "demo", "--ingest-url", str(content["ingest_url"])]
    command += ["--students", str(options.demo), "--seed", str(options.seed)]
    # Not as an option: every user of the machine can read command lines.
    os.environ["INGEST_KEY"] = str(content["ingest_key"])
    return [command]


def launch_of(options: argparse.Namespace) -> Launch:
    """Return the launch that the options describe. Raises RunnerError."""
    return replace(
        run.launch_of(options),
        directory=ROOT,
        servers=SERVERS,
        database="classpulse",
        parameters=lambda stores, data_dir: parameters_of(options, stores, data_dir),
        ready=lambda running: announce(options, running),
        first=[
            ("MigrateFunction", b"{}"),
            # The data may have come back from a backup.
            ("AdministerFunction", b'{"command": "reapply-erasures"}'),
            ("AdministerFunction", b'{"command": "publish"}'),
        ],
        buckets=Buckets(
            {"DashboardBucket": ROOT / "dashboard" / "dist"},
            "The dashboard has not been built: run `make dashboard`.\n",
        ),
        viewer_requests={"WelcomeOrDashboard": welcome_or_dashboard},
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped, or run a command; return the exit status."""
    return cli.main(parser(), lambda options: serve(launch_of(options)), arguments, prefix="local_runner.py")


if __name__ == "__main__":
    sys.exit(main())
