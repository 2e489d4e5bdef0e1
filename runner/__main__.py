"""`python -m runner`: serve the functions of a SAM template on this machine, or control a running one."""

import signal

if __name__ == "__main__":
    # While modules load there is nothing to stop in order: let Ctrl-C end the process without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

import sys
from collections.abc import Sequence

from runner import cli
from runner.commands import run

EPILOG = """\
environment (each replaces an embedded server by a real one):
  DATABASE_URL                     postgresql://user:password@host:5432/database
  REDIS_URL                        redis://:password@host:6379/0 (rediss:// for TLS), or
  REDIS_HOST, REDIS_PORT           with REDIS_PASSWORD where there is one

A Redis is started when the template has queues; other servers when a --parameter names them, as in
--parameter DatabaseUrl=@postgres.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped, or run a command; return the exit status."""
    parser = cli.parser(__doc__, EPILOG, prog="python -m runner")
    run.add_options(parser)
    return cli.main(parser, run.run, arguments, prefix="runner")


if __name__ == "__main__":
    sys.exit(main())
