"""`make package`: the archives for Lambda are reproducible, within its limits and the budget for cold starts."""

import io
import json
import os
import platform
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.package import bytecode, limits
from infra.package.archive import Archive, files_in, zipped
from infra.package.build import Package, build, file_of, run_on, runtime_of, write
from infra.package.cold_start import ColdStart, budget, cold_starts, over_budget, too_slow
from infra.package.dependencies import MACHINES, Target, layer_of, pins
from infra.package.errors import PackageError
from infra.package.upload import key_of, upload
from runner.template.loader import load

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
LOCK = ROOT / "layers" / "dependencies" / "requirements.txt"
HERE = Target(
    f"{sys.version_info.major}.{sys.version_info.minor}",
    "arm64" if platform.machine() == MACHINES["arm64"] else "x86_64",
    sys.version_info.micro,
)
# One package with machine code, one without.
SMALL = ("markupsafe", "idna")


@pytest.fixture(scope="module")
def package() -> Package:
    return build(TEMPLATE, HERE)


def small_lock(folder: Path) -> Path:
    pieces = re.split(r"^(?=[a-z])", LOCK.read_text(), flags=re.MULTILINE)
    path = folder / "requirements.txt"
    path.write_text("".join(piece for piece in pieces if piece.startswith(SMALL)))
    return path


def names_in(archive: Archive) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(archive.content)) as opened:
        return set(opened.namelist())


# --- archives -----------------------------------------------------------------------------------------


def test_an_archive_depends_only_on_names_and_contents(tmp_path: Path) -> None:
    for folder, order in (("one", ("b.py", "a/c.py")), ("two", ("a/c.py", "b.py"))):
        for name in order:
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# {name}")
    (tmp_path / "two" / "b.py").chmod(0o600)
    os.utime(tmp_path / "two" / "b.py", (1, 1))
    (tmp_path / "two" / "__pycache__").mkdir()
    (tmp_path / "two" / "__pycache__" / "b.cpython-311.pyc").touch()
    one, two = (zipped(files_in(tmp_path / folder)) for folder in ("one", "two"))
    assert one.content == two.content
    with zipfile.ZipFile(io.BytesIO(one.content)) as archive:
        assert [entry.filename for entry in archive.infolist()] == ["a/c.py", "b.py"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize(("architecture", "machine"), [("x86_64", "x86_64"), ("arm64", "aarch64")])
def test_the_layer_has_the_wheels_of_lambdas_platform_on_any_machine(
    tmp_path: Path, python: str, architecture: str, machine: str
) -> None:
    files = layer_of(small_lock(tmp_path), Target(python, architecture))
    [binary] = [name for name in files if name.endswith(".so")]
    assert binary.endswith(f"cpython-{python.replace('.', '')}-{machine}-linux-gnu.so")
    # ELF's machine: 62 is x86-64, 183 is AArch64.
    assert int.from_bytes(files[binary][18:20], "little") == {"x86_64": 62, "aarch64": 183}[machine]
    assert all(name.startswith("python/") for name in files)
    assert not [name for name in files if name.endswith(("/RECORD", "/INSTALLER")) or name.startswith("python/bin/")]


def test_the_same_lock_file_makes_the_same_layer_byte_for_byte(tmp_path: Path) -> None:
    lock = small_lock(tmp_path)
    made = [zipped(bytecode.compiled(layer_of(lock, HERE), Path(sys.executable))) for _ in range(2)]
    assert made[0].content == made[1].content
    [compiled] = [name for name in names_in(made[0]) if "/idna/__pycache__/core." in name]
    with zipfile.ZipFile(io.BytesIO(made[0].content)) as archive:
        # https://peps.python.org/pep-0552/: hash-based, and not checked against the source.
        assert archive.read(compiled)[4:8] == b"\x01\x00\x00\x00"
        assert b"/opt/python/idna/core.py" in archive.read(compiled)


def test_a_wheel_with_another_hash_is_refused(tmp_path: Path) -> None:
    lock = small_lock(tmp_path)
    lock.write_text(re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", lock.read_text()))
    with pytest.raises(PackageError, match="HASHES"):
        layer_of(lock, HERE)


def test_markers_are_evaluated_for_the_target() -> None:
    lock = (
        "old==1 ; python_full_version < '3.11.3' \\\n    --hash=sha256:aa\n"
        "arm==1 ; platform_machine == 'aarch64' \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
        "windows==1 ; sys_platform == 'win32' \\\n    --hash=sha256:dd\nany==1 \\\n    --hash=sha256:ee\n"
    )
    found = pins(lock, Target("3.13", "arm64"))
    assert [line.split()[0] for line in found.splitlines()] == ["arm==1", "any==1"]
    assert "--hash=sha256:bb" in found
    assert "--hash=sha256:cc" in found
    assert pins(lock, Target("3.13", "x86_64")).startswith("any==1 ")
    # Debian 12 has Python 3.11.2.
    assert pins(lock, Target("3.11", "x86_64", 2)).startswith("old==1 ")


# --- packages of the template -------------------------------------------------------------------------


def test_every_function_and_layer_of_the_template_is_packaged(package: Package) -> None:
    functions = {path.parent.name for path in ROOT.glob("functions/*/handler.py")}
    assert {Path(place).name for place in package.functions} == functions | {"migrations"}
    assert all("handler.py" in names_in(archive) for archive in package.functions.values())
    assert set(package.layers) == {"layers/common", "layers/dependencies"}
    assert "python/classpulse/bootstrap.py" in names_in(package.layers["layers/common"])
    assert {"versions/0007_initial.py", "env.py", "sql/store_facts.sql"} <= names_in(
        package.functions["infra/migrations"]
    )
    assert set(package.nested) == {"infra/network.yaml", "infra/data.yaml", "infra/alarms.yaml"}


def test_the_default_target_is_that_of_the_template() -> None:
    template = load(TEMPLATE)
    assert runtime_of(template) == Target("3.13", "x86_64")
    layer = template["Resources"]["DependenciesLayer"]
    assert layer["Metadata"]["BuildMethod"] == template["Globals"]["Function"]["Runtime"]


def test_the_packaged_template_has_the_target_of_the_build(tmp_path: Path) -> None:
    text = TEMPLATE.read_text()
    assert run_on(text, runtime_of(load(TEMPLATE))) == text
    path = tmp_path / "template.yaml"
    path.write_text(run_on(text, Target("3.12", "arm64")))
    template = load(path)
    assert runtime_of(template) == Target("3.12", "arm64")
    layers = template["Resources"]
    assert layers["DependenciesLayer"]["Metadata"]["BuildMethod"] == "python3.12"
    assert layers["DependenciesLayer"]["Properties"]["CompatibleRuntimes"] == ["python3.12"]
    assert len(layers["CommonLayer"]["Properties"]["CompatibleRuntimes"]) == 3


def test_the_package_has_archives_their_template_and_a_description(package: Package, tmp_path: Path) -> None:
    write(package, tmp_path / "out")
    template = load(tmp_path / "out" / "template.yaml")
    for resource in template["Resources"].values():
        for key in ("CodeUri", "ContentUri", "TemplateURL"):
            if place := resource.get("Properties", {}).get(key):
                assert (tmp_path / "out" / place).is_file()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    for name, found in manifest["archives"].items():
        assert found["zipped"] == (tmp_path / "out" / name).stat().st_size
    # Except for the locations of the archives, it equals the template.
    changed = {file_of(place): place for place in [*package.archives, *package.nested]}
    written = (tmp_path / "out" / "template.yaml").read_text()
    text = re.sub(r"(?<=CodeUri: )\S+|(?<=ContentUri: )\S+", lambda found: changed[found[0]], written)
    assert text == run_on(TEMPLATE.read_text(), HERE)


# --- S3 -----------------------------------------------------------------------------------------------


@mock_aws
def test_an_upload_is_named_by_its_content_and_happens_once(package: Package) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="artefacts")
    template = upload(package, s3, "artefacts")
    first = {item["Key"]: item["LastModified"] for item in s3.list_objects_v2(Bucket="artefacts")["Contents"]}
    assert len(first) == len({a.digest for a in package.archives.values()} | set(package.nested.values()))
    assert upload(package, s3, "artefacts") == template
    assert {i["Key"]: i["LastModified"] for i in s3.list_objects_v2(Bucket="artefacts")["Contents"]} == first
    uris = re.findall(r"(?:CodeUri|ContentUri): s3://artefacts/(\S+)", template)
    assert len(uris) == len(package.archives)
    assert set(uris) <= set(first)
    nested = re.findall(
        r"TemplateURL: !Sub https://artefacts\.s3\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}/(\S+)", template
    )
    assert set(nested) <= set(first)
    assert len(nested) == len(package.nested)
    assert key_of("functions/ingest", b"1") != key_of("functions/ingest", b"2")


@mock_aws
def test_a_missing_bucket_is_a_clear_error(package: Package) -> None:
    with pytest.raises(PackageError, match="the bucket nowhere"):
        upload(package, boto3.client("s3", region_name="us-east-1"), "nowhere")


def test_the_command_reports_a_fault_in_one_line(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "infra.package", "--python", "2.7", "--output", str(tmp_path / "out")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers/common/python'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("make package: ")
    assert "Traceback" not in ran.stderr


# --- limits -------------------------------------------------------------------------------------------


def test_the_package_is_within_lambdas_limits(package: Package) -> None:
    layers = list(package.layers)
    limits.check(package.functions, package.layers, dict.fromkeys(package.functions, layers))
    assert sum(layer.unzipped for layer in package.layers.values()) < limits.UNZIPPED / 2


@pytest.mark.parametrize(
    ("function", "layer", "message"),
    [
        (Archive(b"x", 1), Archive(b"x" * (50 * 1024 * 1024 + 1), 1), "large has 50.0 MB zipped; Lambda accepts 50 MB"),
        (Archive(b"x", 200 * 1024 * 1024), Archive(b"x", 51 * 1024 * 1024), r"f has 251.0 MB unzipped \(f 200.0 MB, "),
    ],
)
def test_a_package_that_lambda_would_refuse_is_refused(function: Archive, layer: Archive, message: str) -> None:
    with pytest.raises(PackageError, match=message):
        limits.check({"f": function}, {"large": layer}, {"f": ["large"]})


def test_six_layers_are_one_too_many() -> None:
    layers = {str(number): Archive(b"", 0) for number in range(6)}
    with pytest.raises(PackageError, match="f has 6 layers; Lambda accepts 5"):
        limits.check({"f": Archive(b"", 0)}, layers, {"f": list(layers)})


# --- cold starts --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def starts(package: Package) -> dict[str, ColdStart]:
    assert package.python is not None
    return cold_starts(package, TEMPLATE, package.python, times=1)


def test_a_cold_start_keeps_its_import_budget_and_needs_only_the_archives(
    package: Package, starts: dict[str, ColdStart]
) -> None:
    found = {name: start for name, start in starts.items() if name != "boto3"}
    assert not over_budget(found)
    # A budget that is not used up is outdated.
    assert {name: start.packages for name, start in found.items()} == {
        name: allowed.packages for name, allowed in budget().items()
    }
    print({name: round(start.seconds / starts["boto3"].seconds, 1) for name, start in found.items()})


@pytest.mark.parametrize("function", ["connect", "disconnect", "message"])
def test_the_socket_functions_never_import_fastapi_or_sqlalchemy(function: str) -> None:
    assert not budget()[function].packages & {"fastapi", "sqlalchemy", "mangum", "influxdb_client", "alembic"}


def test_an_unneeded_package_is_named() -> None:
    [line] = over_budget({"connect": ColdStart(1.0, budget()["connect"].packages | {"fastapi"})})
    assert line.startswith("connect imports fastapi: ")
    assert over_budget({"unknown": ColdStart(1.0, frozenset({"redis"}))})


def test_an_import_that_is_slow_relative_to_boto3_is_named() -> None:
    baseline, allowed = ColdStart(0.1, frozenset()), budget()["connect"].times
    assert too_slow({"connect": ColdStart(0.099 * allowed, frozenset())}, baseline) == []
    [line] = too_slow({"connect": ColdStart(0.2 * allowed, frozenset())}, baseline)
    assert line.startswith(
        f"connect takes {2 * allowed:.1f} times as long to import as boto3; its budget is {allowed:g}:"
    )
    assert too_slow({"unknown": ColdStart(0.1, frozenset())}, baseline)


def test_a_function_that_does_not_import_is_reported_with_its_error(package: Package) -> None:
    broken: dict[str, Any] = {"functions/ingest": zipped({"handler.py": b"import nowhere"})}
    made = Package(package.template, package.target, package.python, broken, package.layers)
    assert package.python is not None
    with pytest.raises(PackageError, match="No module named 'nowhere'"):
        cold_starts(made, TEMPLATE, package.python, times=1)
