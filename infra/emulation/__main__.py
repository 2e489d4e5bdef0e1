"""`make emulate`: template.yaml on an emulated AWS, with the embedded PostgreSQL and Redis behind it.

Without --endpoint, it starts MiniStack. DATABASE_URL and REDIS_URL may name other servers.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.emulation.deploy import Deployed, deploy
from infra.emulation.errors import EmulationError
from infra.emulation.ministack import PYTHON, answers, install, ministack
from infra.package.build import build, runtime_of
from infra.package.dependencies import MACHINES, Target
from infra.package.errors import PackageError
from runner.embedded.data_dir import DataDir, write_private
from runner.errors import RunnerError
from runner.stores import SERVERS, Stores
from runner.template.loader import load

ROOT = Path(__file__).resolve().parents[2]


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    command_line = argparse.ArgumentParser(prog="python -m infra.emulation", description=__doc__)
    command_line.add_argument(
        "--endpoint", metavar="URL", help="a MiniStack that is already running, such as its container"
    )
    command_line.add_argument("--port", type=int, default=0, help="MiniStack's port (default: a free one)")
    command_line.add_argument(
        "--data-dir", type=Path, default=ROOT / "build" / "emulation", help="folder of databases and logs"
    )
    command_line.add_argument(
        "--ready-file", type=Path, metavar="PATH", help="write the addresses and keys to this file as JSON"
    )
    command_line.add_argument("--template", type=Path, default=ROOT / "template.yaml", help="default: template.yaml")
    command_line.add_argument("--install", action="store_true", help="install MiniStack and exit")
    return command_line


def target_of(options: argparse.Namespace) -> Target:
    """Return the target of the package: MiniStack runs functions on its own Python."""
    if options.endpoint:
        return runtime_of(load(options.template))
    architectures = {machine: name for name, machine in MACHINES.items()}
    if sys.platform != "linux" or platform.machine() not in architectures:
        raise EmulationError("functions packaged for Lambda run only on Linux: name an emulator with --endpoint")
    return Target(PYTHON, architectures[platform.machine()], sys.version_info.micro)


def parameters_of(stores: Stores, data_dir: DataDir) -> dict[str, str]:
    """Return the template's parameters: servers on this machine, no CodeDeploy, no alarms."""
    return {
        "DatabaseUrl": stores.database_url,
        "RedisUrl": stores.redis_url,
        "InstructorToken": data_dir.key("instructor_token"),
        "IngestKey": data_dir.key("ingest_key"),
        "SigningKey": data_dir.key("signing_key"),
        "PrivacyKey": data_dir.key("privacy_key"),
        "StandingTicket": data_dir.key("standing_ticket"),
        "MaxEventsPerStudentPerMinute": "0",
        "GradualDeployments": "false",
        # Each concurrent function is a local process, which takes seconds to start.
        "StoreConcurrency": "2",
        "PushConcurrency": "2",
        "Release": str(int(time.time())),
    }


async def emulate(options: argparse.Namespace) -> None:
    """Run until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as cleanup:
        if options.endpoint and not await asyncio.to_thread(answers, options.endpoint):
            raise EmulationError(
                f"{options.endpoint} is not MiniStack: see docs/how-to/emulate-aws.md for what other emulators lack"
            )
        data_dir = DataDir(options.data_dir)
        cleanup.callback(data_dir.close)
        _say("Packaging")
        package = await asyncio.to_thread(build, options.template, target_of(options))
        stores = Stores(data_dir, "classpulse", os.environ, SERVERS)
        _say(f"Starting {stores.described}")
        cleanup.push_async_callback(stores.stop)
        await stores.start()
        endpoint = options.endpoint
        if not endpoint:
            _say("Starting MiniStack")
            endpoint = await cleanup.enter_async_context(ministack(data_dir.path / "ministack", options.port))
        _say(f"Deploying {options.template.name} to {endpoint}")
        parameters = parameters_of(stores, data_dir)
        deployed = await asyncio.to_thread(deploy, package, endpoint, parameters)
        announce(options, endpoint, deployed, parameters)
        await stop.wait()
        _say("Stopping")
    if options.ready_file:
        options.ready_file.unlink(missing_ok=True)


def announce(options: argparse.Namespace, endpoint: str, deployed: Deployed, parameters: Mapping[str, str]) -> None:
    """Print the addresses and keys."""
    addresses = {
        "ingest_url": deployed.ingest_url,
        "api_url": f"{deployed.query_url}/api/v1",
        "session_url": f"{deployed.manage_url}/api/v1/session",
        "websocket_url": deployed.websocket_url,
        "instructor_token": parameters["InstructorToken"],
        "ingest_key": parameters["IngestKey"],
        "endpoint": endpoint,
        "data_dir": str(options.data_dir),
        "pid": os.getpid(),
    }
    print("\n".join(f"  {name:18}{value}" for name, value in addresses.items()), "\nPress Ctrl-C to stop.", flush=True)
    if options.ready_file:
        write_private(options.ready_file, json.dumps(addresses, indent=2) + "\n")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped; return the exit status."""
    options = parser().parse_args(arguments)
    try:
        if options.install:
            install()
        else:
            asyncio.run(emulate(options))
    except (EmulationError, PackageError, RunnerError) as error:
        print(f"make emulate: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
