#!/usr/bin/env python3
"""ClassPulse on one machine: the functions of template.yaml, a real PostgreSQL and a real Redis, one address."""

import signal

if __name__ == "__main__":
    # While modules load, nothing has to be stopped in order: Ctrl-C ends the process, without a traceback. `make run`
    # has blocked it until here, because Python's own start would print one.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

import argparse
import ipaddress
import json
import logging
import os
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from runner.control import backup, commands
from runner.edge.websocket_api import Limits
from runner.embedded.data_dir import DataDir, write_private
from runner.launch import Launch, RunnerError, Running, run
from runner.stores import Stores
from runner.system import Buckets, Options

ROOT = Path(__file__).resolve().parent
UNUSABLE = 2
INTERRUPTED = 130
# Long enough to be clicked after lunch; the browser stays signed in by a cookie then.
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
INFLUXDB = {
    "InfluxdbUrl": "INFLUXDB_URL",
    "InfluxdbToken": "INFLUXDB_TOKEN",
    "InfluxdbOrg": "INFLUXDB_ORG",
    "InfluxdbBucket": "INFLUXDB_BUCKET",
}


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    found = argparse.ArgumentParser(
        description=__doc__, epilog=ENVIRONMENT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    found.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (default %(default)s); on any but a loopback address events need the ingest key",
    )
    found.add_argument("--port", type=port, default=8000, help="port to listen on (default %(default)s; 0: a free one)")
    found.add_argument(
        "--data-dir",
        type=Path,
        default=Path(".classpulse"),
        help="where everything is kept: databases, keys, logs (default %(default)s)",
    )
    found.add_argument(
        "--ready-file",
        type=new_file,
        metavar="PATH",
        help="write the addresses and keys there as JSON when everything takes traffic; removed at the end",
    )
    found.add_argument(
        "--demo", type=at_least_one, metavar="N", help="run a simulated class of N students against the public address"
    )
    found.add_argument("--seed", type=int, default=1, help="the demo class's seed: the same class again (default 1)")
    found.add_argument(
        "--parameter",
        action="append",
        default=[],
        type=parameter,
        metavar="NAME=VALUE",
        help="set a parameter of template.yaml; may be given several times",
    )
    found.add_argument(
        "--max-workers",
        type=at_least_one,
        default=max(2, min(4, os.cpu_count() or 2)),
        metavar="N",
        help="processes that one function may have under load (default %(default)s)",
    )
    found.add_argument(
        "--template", type=Path, default=ROOT / "template.yaml", help="the SAM template (default: template.yaml)"
    )
    found.add_argument(
        "--in-process", action="store_true", help="run the functions in threads of the runner: lighter, less faithful"
    )
    found.add_argument(
        "--debug",
        metavar="FUNCTION",
        help="run this one in a thread and without a timeout, so that breakpoint() and a debugger work in it",
    )
    found.add_argument(
        "--queues", choices=["streams", "sqs"], default="streams", help="Redis streams (default), or an SQS endpoint"
    )
    found.add_argument("--aws-endpoint", metavar="URL", help="the SQS endpoint for --queues sqs")
    found.add_argument(
        "--socket-idle-seconds",
        type=float,
        default=Limits.idle,
        metavar="S",
        help="close a silent socket (default 600)",
    )
    found.add_argument(
        "--socket-seconds", type=float, default=Limits.duration, metavar="S", help="close any socket (default 7200)"
    )
    _add_commands(found)
    return found


def _add_commands(found: argparse.ArgumentParser) -> None:
    """Add the subcommands that talk to a runner at work; without one of them, the system is run."""
    group = found.add_subparsers(title="commands", metavar="")
    command = group.add_parser("invoke", help="invoke a function: invoke NAME --event FILE")
    command.add_argument("name")
    command.add_argument("--event", type=Path, required=True, metavar="FILE", help="JSON; - reads standard input")
    command.set_defaults(command=commands.invoke)
    command = group.add_parser("logs", help="a function's log: in colour on a terminal, JSON lines otherwise")
    command.add_argument("name")
    command.add_argument("--lines", type=int, default=50, help="how many of the last lines (default %(default)s)")
    command.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    command.set_defaults(command=commands.logs)
    command = group.add_parser("queues", help="how full the queues are")
    command.set_defaults(command=commands.queues)
    for name, act, what in (
        ("backup", backup.backup, "write the data directory, keys included, to a file"),
        ("restore", backup.restore, "unpack such a file into an empty data directory"),
    ):
        command = group.add_parser(name, help=f"{what}; no runner may be at work in it")
        command.add_argument("file", type=Path)
        command.set_defaults(command=act)
    letters = group.add_parser("dlq", help="dead letters: list, show, redrive, drop").add_subparsers(required=True)
    command = letters.add_parser("list", help="what was given up, and why")
    command.add_argument("queue", nargs="?")
    command.set_defaults(command=commands.dlq_list)
    for name, run_it, what in (
        ("show", commands.dlq_show, "one letter, whole"),
        ("redrive", commands.dlq_redrive, "send it to where it came from; LETTER may be all"),
        ("drop", commands.dlq_drop, "delete it for good; LETTER may be all"),
    ):
        command = letters.add_parser(name, help=what)
        command.add_argument("queue")
        command.add_argument("letter")
        if name == "redrive":
            command.add_argument(
                "--body", type=Path, metavar="FILE", help="send this in place of the body: the mended one"
            )
        command.set_defaults(command=run_it)


def port(text: str) -> int:
    """Parse a port."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")
    return int(text)


def at_least_one(text: str) -> int:
    """Parse a count."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no count: give a whole number from 1 on")
    return int(text)


def new_file(text: str) -> Path:
    """Parse the path of a file that can be written."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no file in a folder that is there")
    return path


def parameter(text: str) -> tuple[str, str]:
    """Parse NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parameters_of(options: argparse.Namespace, stores: Stores, data_dir: DataDir) -> dict[str, str]:
    """Return the template's parameters for this machine."""
    found = {
        # The embedded servers have no address before they run; anything stands in when the template is only checked.
        "DatabaseUrl": stores.database_url,
        "RedisUrl": stores.redis_url,
        "InstructorToken": data_dir.key("instructor_token"),
        "IngestKey": data_dir.key("ingest_key"),
        "SigningKey": data_dir.key("signing_key"),
        "PrivacyKey": data_dir.key("privacy_key"),
        "OpenIngest": "true" if is_loopback(options.host) else "false",
    }
    if is_loopback(options.host):
        # A demo class or a load test is one sender here, and no machine needs a guard against itself.
        found |= {"MaxEventsPerStudentPerMinute": "0", "MaxEventsPerKeyPerMinute": "0"}
    found |= {name: os.environ[variable] for name, variable in INFLUXDB.items() if os.environ.get(variable)}
    found |= dict(options.parameter)
    # Scripts on this machine know the ready file alone; on a network each socket wants a ticket of its own.
    return {"StandingTicket": found["InstructorToken"] if is_loopback(options.host) else ""} | found


def welcome_or_dashboard(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """Do what the CloudFront function WelcomeOrDashboard does: at / a browser gets the dashboard."""
    return ("dashboard", "/index.html") if "text/html" in headers.get("accept", "") else None


def addresses(options: argparse.Namespace, running: Running) -> dict[str, str | int]:
    """Return what a script needs to use the system: the ready file."""
    host = "127.0.0.1" if options.host in {"0.0.0.0", "::", "localhost"} else options.host  # noqa: S104
    place = f"{f'[{host}]' if ':' in host else host}:{running.port}"
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
    """Return what signs the operator in once, as the operator would ask for it; None, and a word, when none is had."""
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
    """Say where everything is; return the demo class's command if one was asked for."""
    found = addresses(options, running)
    print(
        f"\nClassPulse is ready.\n"
        f"  dashboard   {found['dashboard_url']}\n"
        f"  events      {found['ingest_url']}   (POST)\n"
        f"  API         {found['api_url']}/docs\n"
        f"  socket      {found['websocket_url']}\n"
        f"  logs        {running.data_dir.logs}\n"
        f"Ctrl-C stops it.\n",
        flush=True,
    )
    if options.ready_file:
        write_private(options.ready_file, json.dumps(found, indent=2) + "\n")
    if not options.demo:
        return []
    command = [sys.executable, "-m", "demo", "--ingest-url", str(found["ingest_url"]), "--students", str(options.demo)]
    return [[*command, "--seed", str(options.seed), "--ingest-key", str(found["ingest_key"])]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped; return the exit status."""
    options = parser().parse_args(arguments)
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    try:
        if "command" not in options:
            return run(launch_of(options))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return int(options.command(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    except RunnerError as error:
        print(f"local_runner.py: {error}", file=sys.stderr)
        return UNUSABLE


def launch_of(options: argparse.Namespace) -> Launch:
    """Return what the options ask for. Raises RunnerError."""
    if options.queues == "sqs" and not options.aws_endpoint:
        raise RunnerError("--queues sqs needs --aws-endpoint URL")
    return Launch(
        template=options.template,
        directory=ROOT,
        host=options.host,
        port=options.port,
        data_dir=options.data_dir,
        database="classpulse",
        parameters=lambda stores, data_dir: parameters_of(options, stores, data_dir),
        ready=lambda running: announce(options, running),
        done=lambda: options.ready_file.unlink(missing_ok=True) if options.ready_file else None,
        first=[("MigrateFunction", b"{}"), ("AdministerFunction", b'{"command": "publish"}')],
        options=Options(
            max_workers=options.max_workers,
            in_process=options.in_process,
            debugged=options.debug,
            socket_limits=Limits(options.socket_idle_seconds, options.socket_seconds),
        ),
        sqs_endpoint=options.aws_endpoint if options.queues == "sqs" else None,
        buckets=Buckets(
            {"DashboardBucket": ROOT / "dashboard" / "dist"},
            "The dashboard has not been built: run `make dashboard`.\n",
        ),
        viewer_requests={"WelcomeOrDashboard": welcome_or_dashboard},
    )


if __name__ == "__main__":
    sys.exit(main())
