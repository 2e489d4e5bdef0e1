"""Every contract suite runs on both installations, or is listed as needing one."""

import subprocess
import sys
from pathlib import Path

CONTRACT = Path(__file__).parent
# These need one particular installation, or no server of the distribution.
ON_ONE = {
    "benchmarks/test_benchmarks.py",
    "core/test_tls.py",
    "live/test_sockets.py",
    "records/test_journal.py",
    "records/test_records.py",
    "series/test_influxdb.py",
    "series/test_points.py",
    "test_handlers.py",
    "test_installations.py",
    "views/test_isolation.py",
    "views/test_isolation_of_teams.py",
}


def test_every_module_runs_on_both_installations_or_is_known_to_need_one() -> None:
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", CONTRACT],
        cwd=CONTRACT.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert collected.returncode == 0, collected.stdout
    modules: dict[str, set[str]] = {}
    for line in collected.stdout.splitlines():
        path, found, name = line.partition("::")
        if found:
            servers = {kind for kind in ("embedded", "debian") if kind in name.partition("[")[2].rstrip("]").split("-")}
            modules.setdefault(str(Path(path).relative_to("tests/contract")), set()).update(servers)
    assert modules.keys() == {str(path.relative_to(CONTRACT)) for path in CONTRACT.rglob("test_*.py")}
    assert {name for name, servers in modules.items() if servers == {"embedded", "debian"}} == modules.keys() - ON_ONE
    assert {name for name, servers in modules.items() if not servers} == ON_ONE
