"""What to tell the person in charge when the database does not answer: a Vietnamese problem and remedy each."""

from __future__ import annotations

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from tonghop.domain.errors import StoreError

_BUSY = ("locked", "lock timeout", "locknotavailable")
_NO_TABLES = ("no such table", "no such column", "does not exist")
_FORBIDDEN = ("permission denied", "insufficientprivilege")
_FULL = ("disk is full", "disk full", "no space left", "readonly database", "read-only")


def unusable_url(url: str) -> StoreError:
    """The address is not a SQLAlchemy URL or its driver is not installed; what may hold a password is not shown."""
    scheme, separator, _ = url.partition("://")
    return StoreError(
        f"Địa chỉ cơ sở dữ liệu {f'bắt đầu bằng “{scheme}” ' if separator else ''}không dùng được.",
        "Đặt TONGHOP_DB dạng sqlite:////đường/dẫn/tonghop.db hoặc postgresql+psycopg://tài_khoản@máy_chủ:5432/tên.",
    )


def cannot_connect(url: URL) -> StoreError:
    """No connection could be made."""
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        remedy = f"Kiểm tra thư mục chứa tệp “{url.database}” có tồn tại, ghi được, và tệp không bị hỏng."
    else:
        remedy = "Kiểm tra máy chủ PostgreSQL đang chạy, và địa chỉ, tài khoản, mật khẩu trong TONGHOP_DB."
    return StoreError(f"Không kết nối được cơ sở dữ liệu {shown}.", remedy)


def cannot_use(problem: DBAPIError, waited_s: int) -> StoreError:
    """A statement failed for a reason outside the program."""
    words = f"{type(problem.orig).__name__} {problem.orig}".casefold()
    if any(word in words for word in _BUSY):
        return StoreError(
            f"Cơ sở dữ liệu bận quá {waited_s} giây.", "Đợi lệnh khác đang ghi dữ liệu kết thúc rồi chạy lại."
        )
    if any(word in words for word in _FORBIDDEN):
        return StoreError(
            "Tài khoản trong TONGHOP_DB không có quyền làm việc này trong cơ sở dữ liệu.",
            "Cấp quyền tạo lược đồ và bảng (GRANT CREATE ON DATABASE …) cho tài khoản rồi chạy lại.",
        )
    if any(word in words for word in _NO_TABLES):
        return StoreError(
            "Cơ sở dữ liệu chưa được khởi tạo hoặc thuộc phiên bản cũ.",
            "Chạy lại lệnh tonghop open để khởi tạo, cập nhật cơ sở dữ liệu.",
        )
    if any(word in words for word in _FULL):
        return StoreError(
            "Không ghi được vào cơ sở dữ liệu: hết chỗ trống hoặc chỉ được đọc.",
            "Kiểm tra chỗ trống của ổ đĩa và quyền ghi vào thư mục chứa cơ sở dữ liệu.",
        )
    return StoreError(
        "Cơ sở dữ liệu báo lỗi khi đọc hoặc ghi.",
        "Kiểm tra máy chủ hoặc tệp cơ sở dữ liệu rồi chạy lại; xem nhật ký để biết chi tiết.",
    )
