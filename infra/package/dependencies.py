"""The layer of third-party packages: wheels for Lambda's platform out of the lock file, whatever this machine is."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from infra.package.archive import files_in
from infra.package.errors import PackageError

# Lambda's name of an architecture -> that of wheels.
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
# What python3.12 and later run on is Amazon Linux 2023, with glibc 2.34.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
PLATFORMS = ("manylinux2014", "manylinux_2_17", "manylinux_2_28", "manylinux_2_34")
# What installing writes of itself: names of this machine's folders, and the time.
WRITTEN = ("/RECORD", "/INSTALLER", "/REQUESTED", "/direct_url.json")


@dataclass(frozen=True)
class Target:
    """What Lambda runs: python is such as 3.13, architecture x86_64 or arm64; its patch release is a recent one."""

    python: str
    architecture: str
    patch: int = 99

    @property
    def environment(self) -> dict[str, str]:
        """What the lock file's markers are asked against, instead of this machine."""
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.{self.patch}",
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.{self.patch}",
            "platform_python_implementation": "CPython",
            "os_name": "posix",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": MACHINES[self.architecture],
            "platform_release": "",
            "platform_version": "",
        }


def pins(lock: str, target: Target) -> str:
    """Return the lock file's requirements that the target needs, without their markers.

    pip answers markers for the Python that it runs on, even when it installs for another.
    """
    requirements = lock.replace("\\\n", " ").splitlines()
    return "".join(f"{pin}\n" for line in requirements if (pin := _pin(line, target)))


def _pin(line: str, target: Target) -> str | None:
    requirement, _, hashes = line.partition(" --hash=")
    name, _, marker = requirement.partition(";")
    if line.startswith("#") or not name.strip():
        return None
    if marker.strip() and not Marker(marker.strip()).evaluate(target.environment):
        return None
    return f"{name.strip()} --hash={hashes}" if hashes else name.strip()


def layer_of(lock: Path, target: Target) -> dict[str, bytes]:
    """Return the layer's files. Raises PackageError: there is no wheel for the target, or its hash is another."""
    with tempfile.TemporaryDirectory() as work:
        requirements, folder = Path(work, "requirements.txt"), Path(work, "layer")
        requirements.write_text(pins(lock.read_text(), target))
        found = subprocess.run(  # noqa: S603
            [*_pip(target), "--target", str(folder), "--requirement", str(requirements)],
            capture_output=True,
            text=True,
            check=False,
        )
        if found.returncode:
            raise PackageError(f"{lock} is not to be had for {target}:\n{found.stderr.strip()}")
        return shipped(files_in(folder, "python/"))


def shipped(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without commands, and without what is about this installation."""
    return {
        name: content
        for name, content in files.items()
        if not name.startswith("python/bin/") and not (".dist-info/" in name and name.endswith(WRITTEN))
    }


def _pip(target: Target) -> list[str]:
    platforms = [f"{name}_{MACHINES[target.architecture]}" for name in PLATFORMS]
    return [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install"),
        *("--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile", "--implementation", "cp"),
        *("--python-version", target.python),
        *(part for name in platforms for part in ("--platform", name)),
    ]
