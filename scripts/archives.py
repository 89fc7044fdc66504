"""Zips whose bytes follow from what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def packed(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files, by path below a *folder* that it unpacks to."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{folder}/{name}")  # dated 1980: the same every day
            info.create_system = 3  # the same on every system
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return data.getvalue()
