"""Check with uv that every lock file installs from wheels on each platform and Python that the README names.

Not with pip: its `--platform` evaluates markers for the running Python, uv for the given Python and platform.
"""

import itertools
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLATFORMS = {
    "Linux x86-64": "x86_64-manylinux_2_28",
    "Linux arm64": "aarch64-manylinux_2_28",
    "macOS Intel": "x86_64-apple-darwin",
    "macOS Apple silicon": "aarch64-apple-darwin",
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Pure Python, published without a wheel.
SOURCES = {"dev.lock": ("localstack-client",)}
AT_ONCE = 4


@dataclass(frozen=True)
class Try:
    """A lock file, to be checked for a platform and a Python."""

    lock: Path
    platform: str
    python: str

    def failure(self, folder: str) -> str | None:
        """Return why it cannot be installed, or None. A dry run: nothing is written to `folder`."""
        sources = [option for package in SOURCES.get(self.lock.name, ()) for option in ("--no-binary", package)]
        done = subprocess.run(  # noqa: S603
            [
                *(sys.executable, "-m", "uv", "pip", "sync", "--quiet", "--dry-run", "--require-hashes"),
                *("--only-binary", ":all:", *sources),
                *("--python-platform", PLATFORMS[self.platform], "--python-version", self.python),
                *("--target", folder, str(self.lock)),
            ],
            # uv does not read PIP_CERT, the certificate authority that pip trusts.
            env={"SSL_CERT_FILE": os.environ["PIP_CERT"], **os.environ} if "PIP_CERT" in os.environ else None,
            capture_output=True,
            text=True,
            check=False,
        )
        return None if done.returncode == 0 else done.stderr.strip()


def main() -> int:
    """Print a line for each lock file and each failure; return 1 if anything failed."""
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    tries = [Try(*values) for values in itertools.product(locks, PLATFORMS, PYTHONS)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as threads:
        failures = list(threads.map(lambda one: one.failure(folder), tries))
    good = Counter(one.lock for one, failure in zip(tries, failures, strict=True) if failure is None)
    for lock in locks:
        print(f"{lock.name:14} {good[lock]} of {len(PLATFORMS) * len(PYTHONS)}")
    for one, failure in zip(tries, failures, strict=True):
        if failure is not None:
            print(f"\n{one.lock.name} on {one.platform}, Python {one.python}:\n{failure}", file=sys.stderr)
    return int(any(failures))


if __name__ == "__main__":
    sys.exit(main())
