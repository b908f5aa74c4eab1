"""The database of one province: there, reachable, of the version this software works with."""

from __future__ import annotations

from tonghop.steps.doctor.findings import Found, bad, ok, warn
from tonghop.store import Store
from tonghop.store.migrating import current, revisions

_NEW = (
    "Cài đặt mới thì chạy: tonghop open KỲ. Đã từng dùng thì kiểm tra TONGHOP_DB, TONGHOP_HOME; mất thì khôi phục bản "
    "sao lưu (tonghop restore)."
)


def database(store: Store, url: str) -> Found:
    """Whether it answers, and how its tables compare with this software; nothing is made or migrated."""
    if not store.is_there(url):
        return bad("Chưa có tệp cơ sở dữ liệu.", _NEW)
    has, known = current(store.database), revisions()
    if has is None:
        return bad("Cơ sở dữ liệu còn trống, chưa có bảng nào.", _NEW)
    if has not in known:
        how = "Cập nhật phần mềm; không dùng phiên bản cũ với cơ sở dữ liệu này."
        return bad(f"Cơ sở dữ liệu ({has}) do phiên bản phần mềm mới hơn tạo ra.", how)
    kind = "PostgreSQL" if store.is_server else "SQLite"
    if has != known[-1]:
        how = "Sao lưu (tonghop backup) rồi chạy lại dịch vụ init, hoặc một lệnh bất kỳ như tonghop status KỲ."
        return warn(f"Cơ sở dữ liệu {kind} ở phiên bản {has}, phần mềm cần {known[-1]}: sẽ được cập nhật.", how)
    return ok(f"{kind}, phiên bản {has}.")
