"""`make package`: build the archives for AWS Lambda, report their sizes and what a cold start imports."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.emulation.session import client_of
from infra.package.build import Package, build, manifest, runtime_of, write
from infra.package.bytecode import runs_here
from infra.package.cold_start import Budget, budget, cold_starts, over_budget, too_slow
from infra.package.dependencies import MACHINES, Target
from infra.package.errors import PackageError
from infra.package.limits import MEBIBYTE
from infra.package.upload import upload
from runner.errors import TemplateError
from runner.template.loader import load

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    command_line = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    command_line.add_argument(
        "--python", metavar="3.x", help="Python version on Lambda (default: the template's Runtime)"
    )
    command_line.add_argument("--architecture", choices=sorted(MACHINES), help="default: the template parameter's")
    command_line.add_argument("--output", type=Path, default=ROOT / "build" / "package", help="default: build/package")
    command_line.add_argument(
        "--bucket", help="upload to this S3 bucket, and write packaged.yaml with the S3 locations"
    )
    command_line.add_argument(
        "--endpoint", metavar="URL", help="endpoint of an emulated AWS, such as http://localhost:4566"
    )
    return command_line


def table(package: Package) -> str:
    """Return a table of the sizes of the archives."""
    lines = [f"{'':28}{'zipped':>9}{'unzipped':>10}"]
    for name, archive in manifest(package)["archives"].items():
        lines.append(f"{name:28}{_format_size(archive['zipped']):>9}{_format_size(archive['unzipped']):>10}")
    return "\n".join(lines)


def _format_size(size: int) -> str:
    return f"{size / MEBIBYTE:.1f} MB" if size > MEBIBYTE else f"{size / 1024:.1f} kB"


def measure(package: Package) -> None:
    """Print what a cold start imports and how long it takes. Raises PackageError if it exceeds the budget."""
    if package.python is None:
        print(
            f"\npython{package.target.python} is not installed: no bytecode is added, and cold starts are not measured"
        )
        return
    if not runs_here(package.target):
        print(f"\nThis machine is not {package.target.architecture}: cold starts are not measured")
        return
    starts = cold_starts(package, TEMPLATE, package.python)
    boto3 = starts.pop("boto3")
    print(f"\nImports of a cold start, Python {package.target.python} (boto3: {boto3.seconds * 1000:.0f} ms)")
    for name, start in sorted(starts.items()):
        times = start.seconds / boto3.seconds
        print(
            f"{name:16}{start.seconds * 1000:6.0f} ms{times:6.1f} x of {budget().get(name, Budget()).times:2g}"
            f"  {' '.join(sorted(start.packages))}"
        )
    if problems := [*over_budget(starts), *too_slow(starts, boto3)]:
        raise PackageError("\n".join(problems))


def main(arguments: Sequence[str] | None = None) -> int:
    """Build; return the exit status."""
    options = parser().parse_args(arguments)
    try:
        default = runtime_of(load(TEMPLATE))
        target = Target(options.python or default.python, options.architecture or default.architecture)
        package = build(TEMPLATE, target)
        write(package, options.output)
        print(f"{options.output} is for Python {target.python} on {target.architecture}\n\n{table(package)}")
        measure(package)
        if options.bucket:
            packaged = options.output / "packaged.yaml"
            packaged.write_text(upload(package, client_of("s3", options.endpoint), options.bucket), encoding="utf-8")
            print(f"\n{packaged} refers to the archives in the bucket {options.bucket}")
    except (PackageError, TemplateError) as error:
        print(f"make package: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
