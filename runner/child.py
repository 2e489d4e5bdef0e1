"""Run a program that ends when its parent ends, optionally as another user: `python child.py OPTIONS -- program …`.

It is a separate program because code after a fork of the runner could wait for a lock that another thread holds.
Options are one JSON object: parent (pid), signal (sent to the program when the parent dies), uid, gid (or null),
reach (true: keep the capability to enter directories that the user may not), memory (bytes that it may map, or null),
umask (or null), hidden and shown (directories that appear empty but for what is shown: directories and files).
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWNS = 0x20000
MS_NOSUID, MS_NODEV = 2, 4
MS_BIND, MS_REC, MS_SLAVE = 0x1000, 0x4000, 0x80000
CAP_DAC_OVERRIDE = 1
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _prctl(*arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(*(ctypes.c_ulong(argument) for argument in arguments)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({arguments[0]}): {os.strerror(number)}")


def _keep_reach() -> None:
    """Keep CAP_DAC_OVERRIDE, and no other capability, across the exec (capabilities(7), ambient set)."""
    libc = ctypes.CDLL(None, use_errno=True)
    bit = 1 << CAP_DAC_OVERRIDE
    header = _CapHeader(CAPABILITY_VERSION_3, 0)
    data = (_CapData * 2)(_CapData(bit, bit, bit), _CapData(0, 0, 0))
    if libc.capset(ctypes.byref(header), data) != 0:
        raise OSError(ctypes.get_errno(), f"capset: {os.strerror(ctypes.get_errno())}")
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = (source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode())
    if libc.mount(*words) != 0:
        raise OSError(ctypes.get_errno(), f"{os.strerror(ctypes.get_errno())}, mounting {target}")


def _show(hidden: list[str], shown: list[str]) -> None:
    """Cover the hidden directories, for this process and its children, and put what is shown in its place again.

    So a user who may not enter a directory can use a part of it (mount_namespaces(7)).
    """
    here = os.getcwd()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), f"{os.strerror(ctypes.get_errno())}, hiding {', '.join(hidden)}")
    _mount("none", "/", "", MS_REC | MS_SLAVE)
    # Before they are covered, but after unshare(2), which copies the mounts.
    opened = {path: os.open(path, os.O_PATH) for path in shown}
    for path in hidden:
        _mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
    former = os.umask(0o022)
    for path, number in opened.items():
        source = f"/proc/self/fd/{number}"
        if os.path.isdir(source):
            os.makedirs(path)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o644))
        _mount(source, path, "", MS_BIND | MS_REC)
        os.close(number)
    os.umask(former)
    # A working directory that was covered, and not shown again, stays what it was.
    if any(here == path or here.startswith(f"{path}/") for path in shown):
        os.chdir(here)


def _drop(uid: int, gid: int, reach: bool) -> None:
    if reach:
        # Capabilities then survive the change of user, and access(2), with which initdb looks for postgres, honours
        # them (capabilities(7), securebits).
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if reach:
        _keep_reach()
    elif sys.platform == "linux":
        # No program that belongs to root gives the process root's rights again.
        _prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _watch(program: list[str], parent: int, number: int) -> int:
    """Run the program and check twice a second for the parent: macOS and BSD send no signal at a parent's death."""
    early: list[int] = []
    forward = early.append
    # Before the child exists: a signal just after its start would end this process and leave the child behind.
    for forwarded in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(forwarded, lambda received, _: forward(received))
    child = subprocess.Popen(program)  # noqa: S603
    forward = child.send_signal
    for received in early:
        forward(received)
    while child.poll() is None:
        if os.getppid() != parent:
            child.send_signal(number)
            return child.wait()
        time.sleep(0.5)
    return child.returncode


def main() -> int:
    """Replace this process by the program; return the exit status when that fails."""
    options, program = json.loads(sys.argv[1]), sys.argv[3:]
    if options.get("memory"):
        resource.setrlimit(resource.RLIMIT_DATA, (options["memory"], options["memory"]))
    if options.get("umask") is not None:
        os.umask(options["umask"])
    if options["uid"] is not None:
        try:
            if options.get("hidden"):
                _show(options["hidden"], options["shown"])
            _drop(options["uid"], options["gid"], options["reach"])
        except OSError as error:
            print(
                f"root cannot run it as user {options['uid']} ({error.strerror}): run as an ordinary user, "
                "move the project to a directory that every user may enter, or set DATABASE_URL and REDIS_URL",
                file=sys.stderr,
            )
            return 1
    # The runner handles the interrupt of the terminal, and stops its children in order.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "linux":
        return _watch(program, options["parent"], options["signal"])
    _prctl(PR_SET_PDEATHSIG, options["signal"])
    if os.getppid() != options["parent"]:
        return 1
    return os.execv(program[0], program)  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
