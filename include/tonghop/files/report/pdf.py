"""The report as PDF through LibreOffice, where it is installed; without it the rest is published."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from tonghop.files.report.machine import office_program

_SECONDS = 180


def convert_to_pdf(document: Path) -> Path | None:
    """`document` as PDF beside it; None when LibreOffice is missing, fails, or takes more than three minutes."""
    program = office_program()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="tonghop-pdf-") as folder:
        profile, out = Path(folder) / "profile", Path(folder) / "out"
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
        try:
            subprocess.run(  # noqa: S603 - a program found on PATH, our own file
                [*command, "--outdir", str(out), str(document)], check=True, capture_output=True, timeout=_SECONDS
            )
        except (OSError, subprocess.SubprocessError):
            return None
        made = out / f"{document.stem}.pdf"
        if not made.is_file():
            return None
        return Path(shutil.copyfile(made, document.with_suffix(".pdf")))
