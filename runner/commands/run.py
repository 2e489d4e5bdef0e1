"""`run`, the default command: serve a template until Ctrl-C."""

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from runner.addresses import authority
from runner.commands.arguments import at_least_one, new_file, parameter, port
from runner.edge.direct_paths import paths_of
from runner.edge.websocket_api import Limits
from runner.embedded.data_dir import write_private
from runner.errors import RunnerError
from runner.launch import Launch, Running, serve
from runner.stores import SERVERS, Stores
from runner.system import Options

HOST_TEXT = "address to listen on (default %(default)s)"
READY_TEXT = "write the addresses there as JSON when the runner serves requests; removed at the end"
PARAMETER_TEXT = "set a parameter of the template; @postgres and @redis stand for the URL of an embedded server"


def add_options(
    parser: ArgumentParser,
    *,
    data_dir: Path = Path(".runner"),
    template: Path = Path("template.yaml"),
    host_text: str = HOST_TEXT,
    ready_text: str = READY_TEXT,
    parameter_text: str = PARAMETER_TEXT,
) -> None:
    """Add the options of serving. A project passes its own defaults and help texts."""
    parser.add_argument("--host", default="127.0.0.1", help=host_text)
    parser.add_argument(
        "--port", type=port, default=8000, help="port to listen on (default %(default)s; 0: a free one)"
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=data_dir,
        help="directory of the databases, keys and logs (default %(default)s)",
    )
    parser.add_argument("--ready-file", type=new_file, metavar="PATH", help=ready_text)
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        type=parameter,
        metavar="NAME=VALUE",
        help=f"{parameter_text}; may be repeated",
    )
    parser.add_argument("--template", type=Path, default=template, help="the SAM template (default: template.yaml)")
    _add_function_options(parser)
    parser.add_argument(
        "--queues", choices=["streams", "sqs"], default="streams", help="Redis streams (default), or an SQS endpoint"
    )
    parser.add_argument("--aws-endpoint", metavar="URL", help="the SQS endpoint for --queues sqs")
    parser.add_argument(
        "--socket-idle-seconds",
        type=float,
        default=Limits.idle,
        metavar="S",
        help="close a silent socket (default 600)",
    )
    parser.add_argument(
        "--socket-seconds", type=float, default=Limits.duration, metavar="S", help="close any socket (default 7200)"
    )


def _add_function_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--max-workers",
        type=at_least_one,
        default=max(2, min(4, os.cpu_count() or 2)),
        metavar="N",
        help="processes that one function may have under load (default %(default)s)",
    )
    parser.add_argument(
        "--in-process",
        action="store_true",
        help="run the functions in threads of the runner: lighter, but less like Lambda",
    )
    parser.add_argument(
        "--debug",
        metavar="FUNCTION",
        help="run this function in a thread and without a timeout, so that breakpoint() and debuggers work",
    )


def run(options: Namespace) -> int:
    """Serve until stopped; return the exit status. Raises RunnerError."""
    return serve(launch_of(options))


def launch_of(options: Namespace) -> Launch:
    """Return the launch that the options describe; a project replaces some of its fields. Raises RunnerError."""
    if options.queues == "sqs" and not options.aws_endpoint:
        raise RunnerError("--queues sqs needs --aws-endpoint URL")
    return Launch(
        template=options.template,
        data_dir=options.data_dir,
        host=options.host,
        port=options.port,
        servers=frozenset(server for _, value in options.parameter if (server := _server_of(value))),
        parameters=lambda stores, _: _parameters(options.parameter, stores),
        ready=lambda running: _announce(options, running),
        done=lambda: options.ready_file.unlink(missing_ok=True) if options.ready_file else None,
        options=Options(
            max_workers=options.max_workers,
            in_process=options.in_process,
            debugged=options.debug,
            socket_limits=Limits(options.socket_idle_seconds, options.socket_seconds),
        ),
        sqs_endpoint=options.aws_endpoint if options.queues == "sqs" else None,
    )


def _server_of(value: str) -> str | None:
    """Return the server that a parameter's value refers to."""
    return value[1:] if value.startswith("@") and value[1:] in SERVERS else None


def _parameters(given: Sequence[tuple[str, str]], stores: Stores) -> Mapping[str, str]:
    return {name: stores.url_of(server) if (server := _server_of(value)) else value for name, value in given}


def _announce(options: Namespace, running: Running) -> Sequence[Sequence[str]]:
    """Print the addresses, and write them to the ready file."""
    content = addresses(options.host, running)
    paths = {name: url for name, url in content["functions"].items() if url}
    lines = [f"  {name:12}{url}" for name, url in (paths or {"address": content["url"]}).items()]
    print("\nThe runner is ready.", *lines, f"  {'logs':12}{running.data_dir.logs}", sep="\n")
    print("Ctrl-C stops it.\n", flush=True)
    if options.ready_file:
        write_private(options.ready_file, json.dumps(content, indent=2) + "\n")
    return []


def addresses(host: str, running: Running) -> dict[str, Any]:
    """Return the ready file. functions: logical id -> its address; None without one, or behind a distribution."""
    url = f"http://{authority(host, running.port)}"
    paths = paths_of(running.stack)
    return {
        "url": f"{url}/",
        "functions": {name: f"{url}{paths[name]}" if name in paths else None for name in running.stack.functions},
        "data_dir": str(running.data_dir.path),
        "pid": os.getpid(),
    }
