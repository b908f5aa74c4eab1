"""The drop folders as a Samba share: what is configured, and with a real Samba on loopback what a clerk reaches."""

from __future__ import annotations

import configparser
import csv
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from production.installation import free_ports
from toy_office import TOY

from tonghop.domain.errors import SettingError
from tonghop.domain.units import Unit
from tonghop.server import samba
from tonghop.server.share import configuration, filing, login_of, passwords
from tonghop.specs import load_province

ROOT = Path(__file__).resolve().parents[2]
UNITS = filing(load_province(TOY, "tinh-thu").units)
MINE, OTHER = UNITS[2], UNITS[3]


def read(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return parser


def written(units: list[Unit], place: Path, port: int = 445) -> str:
    return configuration(units, place / "drop", place / "home", place / "run", owner="airflow", port=port)


def test_every_unit_has_a_share_of_its_own_and_nobody_elses(tmp_path: Path) -> None:
    units = filing(load_province(ROOT / "include", "binh-phuoc").units)
    conf = read(written(units, tmp_path))
    assert len(conf.sections()) == 143  # 142 units and [global]
    users = [conf[unit.folder]["valid users"] for unit in units]
    assert len(set(users)) == len(units)
    assert {conf[unit.folder]["path"] for unit in units} == {str(tmp_path / "drop" / unit.folder) for unit in units}
    assert conf["global"]["map to guest"] == "never"
    assert conf["global"]["browseable"] == "no"
    assert not any("guest ok" in conf[name] for name in conf.sections())


def test_a_unit_that_inherits_a_code_inherits_its_login() -> None:
    successor = replace(MINE, name="Xã mới", valid_from=date(2025, 7, 1))
    conf = read(written([MINE, successor], Path("/x")))
    assert conf[MINE.folder]["valid users"] == conf[successor.folder]["valid users"] == login_of(MINE.code)


def test_codes_that_would_share_a_login_are_refused() -> None:
    with pytest.raises(SettingError, match=r"A-1 và A.1"):
        filing([replace(MINE, code="A.1"), replace(MINE, code="A-1")])


def test_passwords_stay_and_new_units_get_one(tmp_path: Path) -> None:
    file = tmp_path / "mat-khau.csv"
    first = passwords(UNITS[:2], file)
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text(encoding="utf-8-sig").replace(first[login_of(UNITS[0].code)], "do-van-phong-dat")
    file.write_text(text, encoding="utf-8-sig")
    later = passwords(UNITS, file)
    assert later[login_of(UNITS[0].code)] == "do-van-phong-dat"
    assert later[login_of(UNITS[1].code)] == first[login_of(UNITS[1].code)]
    assert len(set(later.values())) == len(UNITS)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["ten_don_vi"] for row in csv.DictReader(stream)] == [unit.name for unit in UNITS]


def test_a_list_of_passwords_without_its_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mat-khau.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SettingError, match="thiếu cột"):
        passwords(UNITS, file)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that other accounts may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory(prefix="tonghop-share-") as place:
        Path(place).chmod(0o755)
        yield Path(place)


@pytest.fixture
def smb(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """A running smbd; `smb(login, password, share, command)` is what a clerk does. Accounts are pretended."""
    wrapper = next(iter(Path("/usr/lib").glob("*/libnss_wrapper.so")), None)
    if not (wrapper and shutil.which("smbd") and shutil.which("smbclient") and os.geteuid() == 0):
        pytest.skip("needs root and the Debian packages samba, smbclient, libnss-wrapper")
    accounts, groups = shared / "passwd", shared / "group"
    system = Path("/etc/passwd").read_text(encoding="utf-8") + "airflow:x:50000:0::/nonexistent:/usr/sbin/nologin\n"
    units = [f"{login_of(unit.code)}:x:{60000 + place}:65534::/:/bin/false" for place, unit in enumerate(UNITS)]
    accounts.write_text(system + "\n".join(units) + "\n", encoding="utf-8")
    shutil.copy("/etc/group", groups)
    for name, value in (("LD_PRELOAD", wrapper), ("NSS_WRAPPER_PASSWD", accounts), ("NSS_WRAPPER_GROUP", groups)):
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr(samba, "_known", lambda _login: True)
    port = free_ports(1)[0]
    for folder in ("home", "run/ncalrpc", *(f"drop/{unit.folder}/gui-len" for unit in UNITS)):
        (shared / folder).mkdir(parents=True)
    for path in (shared / "drop").rglob("*"):
        os.chown(path, 50000, 0)
    conf = shared / "home" / "smb.conf"
    text = written(UNITS, shared, port).replace(
        "[global]", "[global]\n   interfaces = lo\n   bind interfaces only = yes"
    )
    conf.write_text(text, encoding="utf-8")
    samba.set_passwords({login_of(unit.code): f"mat-khau-{unit.code}" for unit in UNITS}, conf)
    command = ["smbd", "--foreground", "--no-process-group", "--debug-stdout", f"--configfile={conf}"]
    with (shared / "smbd.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def do(login: str, password: str, share: str, command: str = "dir") -> subprocess.CompletedProcess[str]:
        what = ["--command", command] if share else ["--list", "127.0.0.1", "--grepable"]
        where = [f"//127.0.0.1/{share}"] if share else []
        who = ["--user", f"{login}%{password}", "--port", str(port), "--configfile", str(conf)]
        return subprocess.run(["smbclient", *where, *who, *what], capture_output=True, text=True, check=False)

    try:
        give_up = time.monotonic() + 30
        while (told := do(login_of(MINE.code), f"mat-khau-{MINE.code}", "")).returncode:
            assert time.monotonic() < give_up, told.stdout + told.stderr + (shared / "smbd.log").read_text()
            time.sleep(0.2)
        yield do
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def test_a_clerk_reaches_only_the_own_folder(
    smb: Callable[..., subprocess.CompletedProcess[str]], shared: Path
) -> None:
    who = (login_of(MINE.code), f"mat-khau-{MINE.code}")
    listed = {line.split("|")[1] for line in smb(*who, "").stdout.splitlines() if line.startswith("Disk")}
    assert listed == set(), "the folders of others are not even named"
    report = shared / "bao cao quý III.xlsx"
    report.write_bytes(b"report")
    sent = smb(*who, MINE.folder, f'cd gui-len; put "{report}" "Báo cáo quý III.xlsx"')
    assert sent.returncode == 0, sent.stdout
    arrived = shared / "drop" / MINE.folder / "gui-len" / "Báo cáo quý III.xlsx"
    assert arrived.read_bytes() == b"report"
    assert arrived.stat().st_uid == 50000, "the services, which run as airflow, must be able to move it"
    assert "NT_STATUS_ACCESS_DENIED" in smb(*who, OTHER.folder).stdout
    assert "NT_STATUS_LOGON_FAILURE" in smb(who[0], "guess", MINE.folder).stdout
    assert "NT_STATUS" in smb(*who, MINE.folder, f'cd "../{OTHER.folder}"').stdout
