"""`make test-packages` installs every program whose absence skips a test."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The name given to skip_without() -> the Debian package that contains it.
PACKAGES = {
    "Chromium": "chromium-headless-shell",
    "Docker Compose": "docker-compose",
    "PostgreSQL of the distribution": "postgresql",
    "Redis of the distribution": "redis-server",
    "curl": "curl",
    "setpriv": "util-linux",
}
# Programs that tests/influxdb_servers.py starts: Server("name", ...) -> its package.
SERVERS = {"influxd": "influxdb", "victoria-metrics": "victoria-metrics"}


def installed() -> set[str]:
    return set((ROOT / "requirements" / "debian.txt").read_text().split())


def test_every_program_that_a_test_may_miss_is_installed() -> None:
    sources = [path.read_text() for path in (ROOT / "tests").rglob("*.py")]
    assert {name for text in sources for name in re.findall(r"skip_without\(\"([^\"]+)\"\)", text)} == set(PACKAGES)
    servers = (ROOT / "tests" / "influxdb_servers.py").read_text()
    assert set(re.findall(r"super\(\).__init__\(\"([^\"]+)\"", servers)) == set(SERVERS)
    assert {*PACKAGES.values(), *SERVERS.values()} <= installed()


def test_the_fonts_of_the_pictures_are_installed() -> None:
    assert {"fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"} <= installed()
