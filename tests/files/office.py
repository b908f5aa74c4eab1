"""LibreOffice for tests: recalculates workbooks and turns sheets into pictures."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def soffice() -> str:
    """Path of LibreOffice; a missing one is a failure in CI and a skip elsewhere."""
    found = shutil.which("soffice")
    if found is None:
        message = "LibreOffice (soffice) is not installed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def convert(files: list[Path], kind: str, out: Path) -> list[Path]:
    """Convert `files` to `kind` (xlsx: every formula recalculated) into `out`; one start of the program for all."""
    program = soffice()
    profile = out / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    subprocess.run(
        [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind, "--outdir", str(out)]
        + [str(file) for file in files],
        check=True,
        capture_output=True,
        timeout=240,
    )
    made = [out / f"{file.stem}.{kind}" for file in files]
    assert all(file.is_file() for file in made), "LibreOffice wrote nothing"
    return made
