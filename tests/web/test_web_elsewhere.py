"""A download whose file lies on another machine."""

from __future__ import annotations

import fsspec

from report_desk.files import _attachment
from tonghop.files.storage import RemotePath
from tonghop.files.storage.objects import Objects
from tonghop.steps.desk.downloads import Download


def test_a_file_elsewhere_is_sent_like_one_here() -> None:
    path = RemotePath(Objects("memory://", lambda: fsspec.filesystem("memory")), "tai-ve/a.xlsx")
    path.write_bytes(b"content")
    answer = _attachment(Download(path, "báo cáo.xlsx", "0" * 64))
    assert answer.body == b"content"
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''b%C3%A1o%20c%C3%A1o.xlsx"
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer.headers["x-sha-256"] == "0" * 64
    assert answer.headers["x-content-type-options"] == "nosniff"
