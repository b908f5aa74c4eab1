"""What this machine has for laying out paper: LibreOffice and a face that takes the room of Times New Roman."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

PAPER_FACE = "Times New Roman"
_PROGRAMS = ("soffice", "libreoffice")
_START_S, _ASK_S = 20, 5


def office_program() -> str | None:
    """Path of LibreOffice; None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def office_version(program: str, seconds: float = _START_S) -> str:
    """What LibreOffice calls itself (`LibreOffice 24.2.7`); "" when it does not start within `seconds`."""
    with tempfile.TemporaryDirectory(prefix="tonghop-office-") as folder:
        profile = f"-env:UserInstallation={Path(folder).as_uri()}"
        said = _said([program, profile, "--headless", "--version"], seconds)
    return " ".join(said.split()[:2])


def face_for(name: str, seconds: float = _ASK_S) -> str:
    """The face used where a document asks for `name`; "" when nothing here can tell."""
    program = shutil.which("fc-match")
    return _said([program, "--format=%{family[0]}", name], seconds).strip() if program else ""


def _said(command: list[str], seconds: float) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a program found on PATH
            command, check=True, capture_output=True, text=True, timeout=seconds
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
