"""What to tell the person in charge when the database does not answer: a Vietnamese problem and remedy each."""

from __future__ import annotations

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from tonghop.domain.errors import StoreError

# What the database says when it fails, and what that means: problem and remedy.
_MEANINGS = (
    (
        ("locked", "lock timeout", "locknotavailable"),
        "Cơ sở dữ liệu bận quá {waited_s} giây.",
        "Đợi lệnh khác đang ghi dữ liệu kết thúc rồi chạy lại.",
    ),
    (
        ("permission denied", "insufficientprivilege"),
        "Tài khoản trong TONGHOP_DB không có quyền làm việc này trong cơ sở dữ liệu.",
        "Cấp quyền tạo lược đồ và bảng (GRANT CREATE ON DATABASE …) cho tài khoản rồi chạy lại.",
    ),
    (
        ("no such table", "no such column", "does not exist"),
        "Cơ sở dữ liệu chưa được khởi tạo hoặc thuộc phiên bản cũ.",
        "Chạy lại lệnh tonghop open để khởi tạo, cập nhật cơ sở dữ liệu.",
    ),
    (
        ("malformed",),
        "Tệp cơ sở dữ liệu bị hỏng.",
        "Dừng các lượt chạy, giữ lại tệp hỏng để kiểm tra, phục hồi từ bản sao lưu gần nhất rồi chạy lại.",
    ),
    (
        ("disk is full", "disk full", "no space left", "readonly database", "read-only"),
        "Không ghi được vào cơ sở dữ liệu: hết chỗ trống hoặc chỉ được đọc.",
        "Kiểm tra chỗ trống của ổ đĩa và quyền ghi vào thư mục chứa cơ sở dữ liệu.",
    ),
)


def unusable_url(url: str) -> StoreError:
    """The address is not a SQLAlchemy URL or its driver is not installed; what may hold a password is not shown."""
    scheme, separator, _ = url.partition("://")
    return StoreError(
        f"Địa chỉ cơ sở dữ liệu {f'bắt đầu bằng “{scheme}” ' if separator else ''}không dùng được.",
        "Đặt TONGHOP_DB dạng sqlite:////đường/dẫn/tonghop.db hoặc postgresql+psycopg://tài_khoản@máy_chủ:5432/tên.",
    )


def cannot_connect(url: URL, problem: Exception | None = None) -> StoreError:
    """No connection could be made; `problem` is what the driver said."""
    if "malformed" in str(problem):
        return _meant("malformed")
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        remedy = f"Kiểm tra thư mục chứa tệp “{url.database}” có tồn tại, ghi được, và tệp không bị hỏng."
    else:
        remedy = "Kiểm tra máy chủ PostgreSQL đang chạy, và địa chỉ, tài khoản, mật khẩu trong TONGHOP_DB."
    return StoreError(f"Không kết nối được cơ sở dữ liệu {shown}.", remedy)


def cannot_use(problem: DBAPIError, waited_s: float) -> StoreError:
    """A statement failed for a reason outside the program."""
    if problem.connection_invalidated:
        return StoreError(
            "Mất kết nối tới cơ sở dữ liệu khi đang làm việc.",
            "Kiểm tra máy chủ cơ sở dữ liệu và đường mạng rồi chạy lại; chạy lại không làm mất hay trùng báo cáo.",
        )
    return _meant(f"{type(problem.orig).__name__} {problem.orig}".casefold(), waited_s)


def _meant(words: str, waited_s: float = 0) -> StoreError:
    for signs, meaning, remedy in _MEANINGS:
        if any(sign in words for sign in signs):
            return StoreError(meaning.format(waited_s=waited_s), remedy)
    return StoreError(
        "Cơ sở dữ liệu báo lỗi khi đọc hoặc ghi.",
        "Kiểm tra máy chủ hoặc tệp cơ sở dữ liệu rồi chạy lại; xem nhật ký để biết chi tiết.",
    )


def file_replaced(url: URL) -> StoreError:
    """The file of an embedded database was removed or exchanged while it was in use."""
    return StoreError(
        f"Tệp cơ sở dữ liệu “{url.database}” đã bị xóa hoặc bị thay bằng tệp khác trong khi hệ thống đang dùng.",
        "Dừng các lượt chạy, đặt lại đúng tệp (hoặc phục hồi từ bản sao lưu) rồi chạy lại.",
    )


def emptied(url: URL) -> StoreError:
    """The database has no tables although reports were received before."""
    shown = url.render_as_string(hide_password=True)
    return StoreError(
        f"Cơ sở dữ liệu {shown} trống trong khi kho lưu đã có tệp của các đơn vị: mất dữ liệu hoặc nhầm địa chỉ.",
        "Kiểm tra TONGHOP_DB và TONGHOP_HOME, hoặc phục hồi cơ sở dữ liệu từ bản sao lưu. Muốn bắt đầu lại từ đầu thì "
        "chuyển thư mục vault sang chỗ khác (không xóa).",
    )
