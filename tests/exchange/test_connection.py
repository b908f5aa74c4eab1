"""Where the centre answers is read as Airflow writes it, and never shown with its token."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from tonghop.domain.errors import SettingError
from tonghop.domain.exchange import CENTRE
from tonghop.exchange.connection import Connection, find, is_path

BASE = "https://bao-cao.trung-uong.example:8443/api/v1"
NAME = f"AIRFLOW_CONN_{CENTRE.upper()}"
AS_JSON = json.dumps(
    {
        "conn_type": "http",
        "host": "https://bao-cao.trung-uong.example/api/v1",
        "port": 8443,
        "schema": "https",
        "password": "m@t/khau",
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "https://:m%40t%2Fkhau@bao-cao.trung-uong.example:8443/api%2Fv1",
        "https://:m%40t%2Fkhau@bao-cao.trung-uong.example:8443/api/v1/",
        "http://https://:m%40t%2Fkhau@bao-cao.trung-uong.example:8443/api%2Fv1",
        "https://:m%40t%2Fkhau@https%3A%2F%2Fbao-cao.trung-uong.example:8443/api%2Fv1",
        AS_JSON,
        AS_JSON.replace("https://", "")
        .replace('"https"', '"v1"')
        .replace("/api/v1", "/api")
        .replace('"http"', '"generic"'),
    ],
)
def test_every_way_airflow_writes_a_connection_means_the_same(text: str) -> None:
    connection = Connection.parse(text)
    assert (connection.base, connection.token.reveal()) == (BASE, "m@t/khau")
    assert connection.at("/reports/x") == f"{BASE}/reports/x"


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("https://:t@h.example/?webhook=%2Fket-qua&ca=%2Fetc%2Fca.pem", ("/etc/ca.pem", "/ket-qua")),
        ("https://:t@h.example/?__extra__=%7B%22webhook%22%3A+%22%2Fket-qua%22%7D", ("", "/ket-qua")),
        ('{"host": "h.example", "password": "t", "extra": "{\\"ca\\": \\"/etc/ca.pem\\"}"}', ("/etc/ca.pem", "")),
        ('{"host": "h.example", "password": "t", "extra": {"webhook": "/ket-qua"}}', ("", "/ket-qua")),
    ],
)
def test_extras_name_the_authority_and_the_webhook(text: str, extra: tuple[str, str]) -> None:
    connection = Connection.parse(text)
    assert (connection.ca, connection.webhook) == extra
    assert connection.base == "https://h.example"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("http://:matkhau99@trung-uong.example", "https://"),
        ("https://trung-uong.example/api", "mã truy cập bị thiếu"),
        ("https://:matkhau99@/api", "tên máy chủ"),
        ("https://:matkhau99@h:cổng/api", "không đọc được"),
        ("https://x:matkhau99:matkhau99", "không đọc được"),
        ("https://:matkhau99%0d%0aX@h.example", "ký tự không dùng được"),
        ("https://:matkhau99@h.example?webhook=https%3A%2F%2Fke-gian.example", "webhook"),
        ('{"host": "h.example", "password": "matkhau99"', "không đọc được"),
        ("matkhau99", "tên máy chủ"),
    ],
)
def test_a_wrong_connection_is_refused_without_showing_its_token(text: str, words: str) -> None:
    with pytest.raises(SettingError, match=words) as told:
        Connection.parse(text, NAME)
    whole = f"{told.value} {told.value.remedy} {told.value.__cause__} {told.value.args}"
    assert NAME in whole
    assert "matkhau99" not in whole
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_plain_http_is_for_this_machine_only() -> None:
    assert Connection.parse("http://:t@127.0.0.1:8080").base == "http://127.0.0.1:8080"
    assert Connection.parse("http://:t@localhost").base == "http://localhost"
    with pytest.raises(SettingError):
        Connection.parse("http://:t@127.0.0.1.example")


def test_settings_come_before_the_airflow_connection() -> None:
    airflow = {NAME: "https://:a@airflow.example"}
    own = {"TONGHOP_SEND_URL": "https://rieng.example/x/", "TONGHOP_SEND_TOKEN": "b", "TONGHOP_SEND_CA": "/ca.pem"}
    found = find(CENTRE, airflow | own)
    assert found is not None
    assert (found.base, found.token.reveal(), found.ca) == ("https://rieng.example/x", "b", "/ca.pem")
    assert (plain := find(CENTRE, airflow)) is not None
    assert plain.base == "https://airflow.example"
    assert find(CENTRE, {}) is None
    assert find("mot_cua", own) is None
    with pytest.raises(SettingError, match="TONGHOP_SEND_TOKEN"):
        find(CENTRE, {"TONGHOP_SEND_URL": "https://:lo@rieng.example"})


def test_a_token_is_never_shown_nor_written_down() -> None:
    connection = Connection.parse("https://:matkhau99@h.example")
    for shown in (repr(connection), str(connection), f"{connection.token}", f"{connection.token!r}", str([connection])):
        assert "matkhau99" not in shown
    with pytest.raises(TypeError):
        pickle.dumps(connection)
    with pytest.raises(TypeError):
        copy.deepcopy(connection)
    assert connection.token.hide("Bearer matkhau99!") == "Bearer •••!"


@pytest.mark.parametrize("text", ["so-lieu", "//ke-gian.example/x", "https://x.example", "/a b", "/a\\b", ""])
def test_only_a_path_on_the_host_is_a_path(text: str) -> None:
    assert not is_path(text)
    assert is_path("/api/so-lieu?loai=quy")
