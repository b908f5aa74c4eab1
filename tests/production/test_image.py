"""The Dockerfile by hadolint, and the image's libraries by the lock everything was tested with."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from production.compose_file import ROOT

FULL, IMAGE = ROOT / "requirements.txt", ROOT / ".ci" / "requirements-image.txt"
_ENTRY = re.compile(r"^(?P<name>[\w.-]+)(?:\[[^]]*\])?==(?P<version>\S+)(?P<rest>(?: \\\n +--hash=\S+)+)", re.MULTILINE)


def locked(file: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Distribution → version and hashes."""
    text = file.read_text(encoding="utf-8")
    return {
        found["name"]: (found["version"], frozenset(re.findall(r"sha256:\w+", found["rest"])))
        for found in _ENTRY.finditer(text)
    }


def hadolint(file: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("hadolint")
    return subprocess.run([program, "--no-color", file], capture_output=True, text=True, check=False)


def test_hadolint_has_nothing_to_say(tmp_path: Path) -> None:
    done = hadolint(ROOT / "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian\nRUN cd /tmp\n", encoding="utf-8")
    assert hadolint(bad).returncode == 1


def test_every_library_of_the_image_is_one_we_test_with() -> None:
    full, image = locked(FULL), locked(IMAGE)
    assert len(image) > 150
    assert {name: one for name, one in image.items() if full.get(name) != one} == {}


def test_the_image_has_what_the_project_needs_and_no_test_tools() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=!~ ;]", one)[0].lower().replace("_", "-") for one in requirements}

    image = locked(IMAGE).keys()
    assert names(project["dependencies"]) | names(extras["server"]) <= image
    # setuptools is an ordinary dependency of some libraries, too.
    assert not (names(extras["dev"]) - {"setuptools"}) & image


def test_the_base_image_is_the_airflow_we_pin() -> None:
    version = locked(IMAGE)["apache-airflow"][0]
    assert f"ARG AIRFLOW_IMAGE=apache/airflow:slim-{version}-python3.11\n" in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("path", ["requirements.txt", "tests", ".git", "var", ".env", ".venv"])
def test_the_build_is_given_only_what_the_image_holds(path: str) -> None:
    """Everything is left out, and then what is copied is let in by name."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert lines[0] == "*"
    assert f"!{path}" not in lines
    copied = re.findall(r"^COPY (?:--\S+ )*([^-/]\S*) ", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert {f"!{source}" for source in copied} <= set(lines)
