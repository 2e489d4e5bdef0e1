"""The layer of third-party packages: the lock file's wheels for Lambda's platform, built on any machine."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from infra.package.archive import files_in
from infra.package.errors import PackageError

# Lambda's name of an architecture -> the name in wheels.
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
# python3.12 and later run on Amazon Linux 2023, with glibc 2.34.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
PLATFORMS = ("manylinux2014", "manylinux_2_17", "manylinux_2_28", "manylinux_2_34")
# Files that pip writes about the installation; they vary with the machine and the time.
PIP_RECORDS = ("/RECORD", "/INSTALLER", "/REQUESTED", "/direct_url.json")


@dataclass(frozen=True)
class Target:
    """The platform on Lambda. python: such as 3.13; architecture: x86_64 or arm64; patch: any recent release."""

    python: str
    architecture: str
    patch: int = 99

    @property
    def environment(self) -> dict[str, str]:
        """The environment for the lock file's markers, in place of this machine's."""
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

    pip evaluates markers for the Python that it runs on, even when it installs for another.
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
    """Return the layer's files. Raises PackageError if a wheel for the target is missing, or a hash differs."""
    with tempfile.TemporaryDirectory() as work:
        requirements, folder = Path(work, "requirements.txt"), Path(work, "layer")
        requirements.write_text(pins(lock.read_text(), target))
        pip = subprocess.run(  # noqa: S603
            [*_pip(target), "--target", str(folder), "--requirement", str(requirements)],
            capture_output=True,
            text=True,
            check=False,
        )
        if pip.returncode:
            raise PackageError(f"{lock} cannot be installed for {target}:\n{pip.stderr.strip()}")
        return shipped(files_in(folder, "python/"))


def shipped(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without commands and without pip's records."""
    return {
        name: content
        for name, content in files.items()
        if not name.startswith("python/bin/") and not (".dist-info/" in name and name.endswith(PIP_RECORDS))
    }


def _pip(target: Target) -> list[str]:
    platforms = [f"{name}_{MACHINES[target.architecture]}" for name in PLATFORMS]
    return [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install"),
        *("--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile", "--implementation", "cp"),
        *("--python-version", target.python),
        *(part for name in platforms for part in ("--platform", name)),
    ]
