"""What the operating system refuses, in words officials read: a full disk, a folder that cannot be written."""

from __future__ import annotations

import errno

_FULL = ("hết chỗ trống trên ổ đĩa", "Giải phóng chỗ trống trên ổ đĩa")
_READ_ONLY = ("thư mục hoặc ổ đĩa chỉ cho đọc", "Cho phép ghi vào thư mục này")
_FORBIDDEN = ("không có quyền", "Cấp quyền đọc, ghi thư mục này cho hệ thống")
_DISK = "Kiểm tra ổ đĩa và thư mục này"
_WORDS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EIO: ("ổ đĩa báo lỗi đọc, ghi", _DISK),
    errno.ESTALE: ("mất kết nối tới ổ đĩa mạng", "Nối lại ổ đĩa mạng"),
    errno.ENOENT: ("không có tệp hoặc thư mục này", _DISK),
    errno.ENOTDIR: ("đường dẫn đi qua một tệp, không phải thư mục", _DISK),
    errno.EXDEV: ("nằm trên ổ đĩa khác", "Đặt gui-len và da-nhan của đơn vị trên cùng một ổ đĩa"),
    errno.EMFILE: ("mở quá nhiều tệp cùng lúc", "Tăng giới hạn số tệp được mở (ulimit -n)"),
}


def why(error: OSError) -> str:
    """The reason, for use within a sentence; the system's own words for what is rare."""
    reason, _ = _WORDS.get(error.errno or 0, ("", ""))
    return reason or error.strerror or str(error)


def mend(error: OSError) -> str:
    """What to do about it: a clause without its full stop."""
    return _WORDS.get(error.errno or 0, ("", _DISK))[1]
