"""Whether a connection comes from a worker: from its user, and from its process or one that it has started.

/proc/net/tcp names the user and the inode of each socket, /proc/<pid>/fd the sockets of a process.
https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
"""

import contextlib
import ctypes
import ipaddress
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

Address = tuple[str, int]

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
# The kernel may leave out a socket while others come and go, so a socket that is not found is looked up again.
LOOKUPS = 3
USER, INODE = 7, 9


@dataclass(frozen=True)
class Owner:
    """The user of a socket, and the inode that names it in /proc/<pid>/fd."""

    uid: int
    inode: int


def owner_in(table: str, client: Address, server: Address) -> Owner | None:
    """Return the owner of the client's socket, from a table with the columns of /proc/net/tcp."""
    pairs = tuple(f"{_as_in_table(client, mapped)} {_as_in_table(server, mapped)}" for mapped in (False, True))
    for line in table.splitlines():
        if not any(pair in line for pair in pairs):
            continue
        columns = line.split()
        # A socket that its process has closed has the inode 0, and root as its user.
        if (inode := int(columns[INODE])) != 0:
            return Owner(int(columns[USER]), inode)
    return None


def _as_in_table(address: Address, mapped: bool) -> str:
    """Return an address as the kernel prints it: 32-bit words in the machine's byte order, hexadecimal.

    mapped: as ::ffff:a.b.c.d, which a socket of IPv6 has that is connected to an IPv4 address.
    """
    packed = ipaddress.ip_address(address[0]).packed
    if mapped and len(packed) == 4:
        packed = bytes(10) + b"\xff\xff" + packed
    words = struct.unpack(f"={len(packed) // 4}I", packed)
    return f"{''.join(f'{word:08X}' for word in words)}:{address[1]:04X}"


class WorkerProcess:
    """A process that was started. uid, gid: the user that it runs as."""

    def __init__(self, pid: int, uid: int, gid: int) -> None:
        self._pid, self._uid, self._gid = pid, uid, gid
        self._process: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            # It notices when another process gets the pid.
            self._process = psutil.Process(pid)

    def opened(self, client: Address, server: Address) -> bool:
        """Return whether it, or a process that it has started, holds the client's end of the connection."""
        if self._process is None or not self._process.is_running():
            return False
        try:
            return self._opened_on_linux(client, server) if sys.platform == "linux" else self._connected(client, server)
        except (OSError, psutil.Error):
            return False

    def _opened_on_linux(self, client: Address, server: Address) -> bool:
        for _ in range(LOOKUPS):
            for table in TABLES:
                if table.exists() and (owner := owner_in(table.read_text(encoding="ascii"), client, server)):
                    return owner.uid == self._uid and any(
                        self._holds(process, owner.inode) for process in self._family()
                    )
        return False

    def _connected(self, client: Address, server: Address) -> bool:
        """Do the same by psutil, which asks libproc on macOS."""
        return any(
            (tuple(connection.laddr), tuple(connection.raddr)) == (client, server)
            for process in self._family()
            for connection in process.net_connections("tcp")
        )

    def _family(self) -> Iterator[psutil.Process]:
        assert self._process is not None
        yield self._process
        # Only for a connection that is not the worker's own: psutil reads the table of processes.
        yield from self._process.children(recursive=True)

    def _holds(self, process: psutil.Process, inode: int) -> bool:
        name = f"socket:[{inode}]"
        with (
            _acting_as(self._uid, self._gid),
            contextlib.suppress(FileNotFoundError, PermissionError),
            os.scandir(f"/proc/{process.pid}/fd") as files,
        ):
            return any(_link(file) == name for file in files)
        return False


def _link(file: os.DirEntry[str]) -> str:
    with contextlib.suppress(OSError):
        return os.readlink(file.path)
    return ""


@contextlib.contextmanager
def _acting_as(uid: int, gid: int) -> Iterator[None]:
    """Read files as that user: in a container, root may lack CAP_SYS_PTRACE, which others' /proc/<pid>/fd needs.

    It changes this thread only (setfsuid(2)).
    """
    if uid == os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None)
    libc.setfsgid(gid)
    libc.setfsuid(uid)
    try:
        yield
    finally:
        libc.setfsuid(os.geteuid())
        libc.setfsgid(os.getegid())
