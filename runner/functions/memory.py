"""A worker's memory: its peak and its current resident size."""

import contextlib
import sys
from pathlib import Path

import psutil


def peak_memory(pid: int) -> int | None:
    """Return the peak resident memory of the process in bytes; outside Linux, the current one."""
    if sys.platform == "linux":
        try:
            for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        except (OSError, ValueError):
            return None
    return resident_memory(pid)


def resident_memory(pid: int) -> int | None:
    """Return the current resident memory of the process in bytes; None when it has ended."""
    with contextlib.suppress(psutil.Error):
        resident: int = psutil.Process(pid).memory_info().rss
        return resident
    return None
