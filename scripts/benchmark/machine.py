"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

_KIB_A_GIB = 1024 * 1024


def describe_machine() -> str:
    """Return processor, memory, system and Python in one line."""
    parts = [
        f"{os.cpu_count()} x {_field('/proc/cpuinfo', 'model name') or platform.machine()}",
        _memory(),
        f"{platform.system()} {platform.release().partition('-')[0]}",
        f"{platform.python_implementation()} {platform.python_version()}",
    ]
    return ", ".join(part for part in parts if part)


def _memory() -> str:
    size = _field("/proc/meminfo", "MemTotal").partition(" ")[0]
    return f"{int(size) / _KIB_A_GIB:.0f} GiB" if size else ""


def _field(path: str, name: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:  # no Linux
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
