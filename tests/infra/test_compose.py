"""docker-compose.yml and .env.example: pinned, no secrets, loopback only, the variables that `make run` reads."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from classpulse.core.config import InfluxdbSettings, PostgresSettings, RedisSettings

from tests.missing import skip_without

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
TEXT = FILE.read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text()
DEFINED = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
SECRETS = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "INFLUXDB_PASSWORD", "INFLUXDB_TOKEN"}
FOR_CLASSPULSE = {"DATABASE_URL", "REDIS_URL", "INFLUXDB_URL", "INFLUXDB_TOKEN", "INFLUXDB_ORG", "INFLUXDB_BUCKET"}
STORES = {"postgres", "redis", "influxdb"}


def filled_in() -> str:
    return re.sub(
        r"^([A-Z_]+)=$", lambda found: f"{found[1]}=a-secret-of-{found[1].lower()}", EXAMPLE, flags=re.MULTILINE
    )


def compose_command() -> list[str]:
    """Return the plugin of Docker's client, or Debian's program of the same format."""
    if (docker := shutil.which("docker")) and not subprocess.run(
        [docker, "compose", "version"], capture_output=True, check=False
    ).returncode:
        return [docker, "compose"]
    return [shutil.which("docker-compose") or skip_without("Docker Compose")]


def config(environment: str, tmp_path: Path, *profiles: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "env").write_text(environment)
    chosen = [argument for profile in profiles for argument in ("--profile", profile)]
    return subprocess.run(
        [*compose_command(), "--env-file", str(tmp_path / "env"), "-f", str(FILE), *chosen, "config"],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name not in DEFINED},
    )


def test_compose_accepts_the_file(tmp_path: Path) -> None:
    stores = config(filled_in(), tmp_path, "stores")
    assert stores.returncode == 0, stores.stderr
    assert "a-secret-of-redis_password" in stores.stdout
    assert config(filled_in(), tmp_path, "emulation").returncode == 0


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_compose_refuses_to_start_without_every_secret(missing: str, tmp_path: Path) -> None:
    without = config(re.sub(rf"^{missing}=.*$", f"{missing}=", filled_in(), flags=re.MULTILINE), tmp_path)
    assert without.returncode != 0
    assert "see .env.example" in without.stderr


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_pinned_checked_restarted_and_kept(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[a-z/]+:\d+\.\d+(\.\d+)?", service["image"])
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])
    mounted = {volume.split(":")[0] for volume in service["volumes"]}
    assert mounted <= set(COMPOSE["volumes"])
    for port in service["ports"]:
        assert re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z]+_PORT:\?[^}]+\}:\d+", port)


def test_every_volume_is_used() -> None:
    mounted = [volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]]
    assert sorted(mounted) == sorted(COMPOSE["volumes"])


def test_each_profile_has_its_services() -> None:
    def services_of(profile: str) -> set[str]:
        return {name for name, service in SERVICES.items() if profile in service["profiles"]}

    assert services_of("stores") == STORES
    assert services_of("emulation") == STORES | {"localstack"}


def test_redis_loses_nothing_that_it_has_accepted() -> None:
    command = SERVICES["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--appendonly"] == "yes"
    assert options["--appendfsync"] == "always"
    assert options["--maxmemory-policy"] == "noeviction"
    assert options["--requirepass"].startswith("${REDIS_PASSWORD:?")


def test_secrets_come_from_outside_and_have_no_default() -> None:
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            if re.search(r"PASSWORD|TOKEN|AUTH$", name):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value), name
    assert {name for name, value in DEFINED.items() if not value} == SECRETS


def test_the_example_lists_exactly_the_variables_that_are_read() -> None:
    code = re.sub(r"^\s*#.*$", "", TEXT, flags=re.MULTILINE)
    required = set(re.findall(r"\$\{([A-Z_]+):\?", code))
    assert set(re.findall(r"\$\{?([A-Z_]+)", code)) == required
    assert required | FOR_CLASSPULSE == set(DEFINED)
    documented = (ROOT / "docs/reference/settings.md").read_text()
    assert all(f"`{name}`" in documented for name in FOR_CLASSPULSE)


def test_the_documented_command_gives_classpulse_the_same_servers() -> None:
    assert "set -a; . ./.env; set +a; make run" in TEXT
    sourced = subprocess.run(
        ["/bin/sh", "-c", f"set -a\n{filled_in()}\nset +a\nenv -0"], capture_output=True, text=True, check=True, env={}
    )
    env = dict(line.split("=", 1) for line in sourced.stdout.split("\0") if line)
    assert PostgresSettings.read(env).url == (
        "postgresql://classpulse:a-secret-of-postgres_password@127.0.0.1:5432/classpulse"
    )
    assert RedisSettings.read(env).url == "redis://:a-secret-of-redis_password@127.0.0.1:6379/0"
    influxdb = InfluxdbSettings.read(env)
    assert influxdb == InfluxdbSettings(
        "http://127.0.0.1:8086", "a-secret-of-influxdb_token", "classpulse", "classpulse"
    )
