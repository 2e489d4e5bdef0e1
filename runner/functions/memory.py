"""A worker's memory: what it used at most, and the bound that MemorySize sets."""

import contextlib
import sys
from pathlib import Path

import psutil


def peak_memory(pid: int) -> int | None:
    """Return the most resident memory that the process had, in bytes; where only the present one is known, that."""
    if sys.platform == "linux":
        try:
            for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        except (OSError, ValueError):
            return None
    return resident_memory(pid)


def resident_memory(pid: int) -> int | None:
    """Return the resident memory of the process now, in bytes; None when it is gone."""
    with contextlib.suppress(psutil.Error):
        resident: int = psutil.Process(pid).memory_info().rss
        return resident
    return None
