"""The real servers of the tests: those that the runner embeds, started once a session."""

import asyncio
import contextlib
import itertools
import os
import shutil
import socket
import threading
import uuid
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import pg8000.dbapi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from runner.embedded.postgres import USER, EmbeddedPostgres
from runner.embedded.redis import EmbeddedRedis
from runner.embedded.server import EmbeddedServer
from tests.missing import skip_without

ROOT = Path(__file__).parents[1]
PASSWORD = "for-tests-on-loopback"
SETTINGS = {"fsync": "off", "max_connections": "120"}
T = TypeVar("T")


# Between the ports of embedded servers and the ephemeral ports, so that nobody takes one before it is listened on.
FIXED_PORTS = range(30_000, 32_700)
_PORTS_OF_A_WORKER = 300
_used = itertools.count()


def fixed_port() -> int:
    """Return a free port that no other test gets, for what has to know its port before it listens."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = FIXED_PORTS.start + worker * _PORTS_OF_A_WORKER % len(FIXED_PORTS)
    for _ in range(_PORTS_OF_A_WORKER):
        port = first + next(_used) % _PORTS_OF_A_WORKER
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError(f"no port from {first} on is free")


class LoopThread:
    """An event loop in a thread, so that synchronous tests can run coroutines."""

    def __enter__(self) -> Self:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


def with_logs(directory: Path) -> Path:
    (directory / "logs").mkdir(parents=True, exist_ok=True)
    return directory


def embedded_postgres(directory: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(with_logs(directory), PASSWORD, "classpulse", SETTINGS)


def embedded_redis(directory: Path) -> EmbeddedRedis:
    return EmbeddedRedis(with_logs(directory), PASSWORD)


class DebianPostgres(EmbeddedPostgres):
    """The distribution's PostgreSQL, with TLS as well."""

    def __init__(self, directory: Path, authority: "Authority") -> None:
        # Relative to the server's directory.
        files = {"ssl_cert_file": authority.certificate.name, "ssl_key_file": authority.key.name}
        super().__init__(with_logs(directory), PASSWORD, "classpulse", SETTINGS | {"ssl": "on"} | files)
        self._authority = authority

    def program(self, name: str) -> Path:
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
        if not found:
            skip_without("PostgreSQL of the distribution")
        return found[-1]

    async def prepare(self) -> None:
        await super().prepare()
        self._authority.give(self)


class DebianRedis(EmbeddedRedis):
    """The distribution's Redis, with TLS on a separate port."""

    def __init__(self, directory: Path, authority: "Authority") -> None:
        super().__init__(with_logs(directory), PASSWORD)
        self._authority = authority
        self.tls_port = fixed_port()

    @property
    def tls_url(self) -> str:
        return f"rediss://:{self.password}@localhost:{self.tls_port}/0?ssl_ca_certs={self._authority.root}"

    def binary(self) -> Path:
        found = Path("/usr/bin/redis-server")
        if not found.exists():
            skip_without("Redis of the distribution")
        return found

    def arguments(self) -> list[str]:
        tls = ["--tls-port", str(self.tls_port), "--tls-auth-clients", "no"]
        root, certificate, key = (str(self.seen(self.directory) / path.name) for path in self._authority.files)
        tls += ["--tls-cert-file", certificate, "--tls-key-file", key]
        return [*super().arguments(), *tls, "--tls-ca-cert-file", root]

    async def prepare(self) -> None:
        await super().prepare()
        self._authority.give(self)


class Authority:
    """A certificate authority for one server at localhost."""

    def __init__(self, directory: Path) -> None:
        self.files = tuple(directory / name for name in ("root.pem", "server.pem", "server.key"))
        self.root, self.certificate, self.key = self.files
        root_key = ec.generate_private_key(ec.SECP256R1())
        root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tests")])
        root = self._signed(root_name, root_name, root_key.public_key(), root_key, x509.BasicConstraints(True, None))
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        alternative = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        certificate = self._signed(name, root_name, key.public_key(), root_key, alternative)
        self.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self.key.touch(mode=0o600)
        self.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def give(self, server: EmbeddedServer) -> None:
        """Put the files into the server's directory: its account may not enter the directory of the tests."""
        for path in self.files:
            copy = server.directory / path.name
            shutil.copy2(path, copy)
            server.own(copy)

    @staticmethod
    def _signed(
        subject: x509.Name, issuer: x509.Name, key: Any, signer: ec.EllipticCurvePrivateKey, extension: Any
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
        builder = builder.serial_number(x509.random_serial_number()).add_extension(extension, critical=False)
        builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
        return builder.sign(signer, hashes.SHA256())


class Databases:
    """Creates and drops databases of one server."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server
        self._migrated: str | None = None

    def migrated(self) -> str:
        """A migrated database that others are copied from; one for each server, shared by its fixtures."""
        from classpulse.core.migrate import upgrade

        if self._migrated is None:
            self._migrated = self.create()
            upgrade(self.url_of(self._migrated), ROOT / "infra" / "migrations")
        return self._migrated

    def execute(self, statement: str) -> None:
        connection = pg8000.dbapi.connect(
            USER, host="127.0.0.1", port=self._server.port, database="postgres", password=PASSWORD
        )
        connection.autocommit = True
        try:
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def create(self, template: str = "template0") -> str:
        name = f"test_{uuid.uuid4().hex}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url_of(self, name: str) -> str:
        return self._server.url_of(name)
