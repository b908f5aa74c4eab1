"""What can be wrong with a filing: one catalogue of findings, each with Vietnamese words for the unit.

A finding is the unit's to mend or explain; it is never raised. Faults of ours are `domain.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tonghop.domain.form import Severity


@dataclass(frozen=True, slots=True)
class FindingKind:
    """An entry of the catalogue: `title` names the problem, `advice` says how to mend it."""

    code: str
    severity: Severity
    title: str
    advice: str
    returns: bool = False  # the file is not readable or not for here: the submission is `returned`


class _Placed:
    """Says where something was found, as far as known; everything is empty for the whole file."""

    __slots__ = ()
    form: str
    sheet: str
    row_name: str
    column: int
    address: str

    @property
    def spot(self) -> str:
        """`Biểu II.06a, ô D12`"""
        if not self.form:
            return f"trang “{self.sheet}”" if self.sheet else ""
        return f"Biểu {self.form}" + (f", ô {self.address}" if self.address else "")

    @property
    def line(self) -> str:
        """`dòng “Đất đai”, cột 4`"""
        row = f"dòng “{self.row_name}”" if self.row_name else ""
        column = f"cột {self.column}" if self.column else ""
        return ", ".join(part for part in (row, column) if part and self.form)

    @property
    def place(self) -> str:
        """`Biểu II.06a, ô D12 (dòng “Đất đai”, cột 4)`"""
        return f"{self.spot} ({self.line})" if self.line else self.spot


@dataclass(frozen=True, slots=True)
class FollowOn(_Placed):
    """What only follows from a finding: told beside its cause, counted nowhere."""

    message: str
    form: str = ""
    sheet: str = ""
    row_name: str = ""
    column: int = 0
    address: str = ""


@dataclass(frozen=True, slots=True)
class Finding(_Placed):
    """One place in one workbook. `column` 0 is the whole row, `row_key` "" the whole form, `form` "" the file.

    `found` and `expected` are Vietnamese text; `address` is a cell such as `D12`. `rule` is the code of the form's
    rule when one was broken. `follow_ons` go away by themselves once this one is mended.
    """

    code: str
    severity: Severity
    message: str
    form: str = ""
    sheet: str = ""
    row_key: str = ""
    row_name: str = ""
    column: int = 0
    address: str = ""
    found: str = ""
    expected: str = ""
    rule: str = ""
    columns: tuple[int, ...] = ()  # every column the broken rule reads
    explained_by: str = ""
    follow_ons: tuple[FollowOn, ...] = ()

    @property
    def title(self) -> str:
        return CATALOGUE[self.code].title

    @property
    def advice(self) -> str:
        return CATALOGUE[self.code].advice

    def explained(self, reason: str) -> Finding:
        return replace(self, explained_by=reason)

    @property
    def as_follow_on(self) -> FollowOn:
        return FollowOn(self.message, self.form, self.sheet, self.row_name, self.column, self.address)


def _kinds(*kinds: FindingKind) -> dict[str, FindingKind]:
    return {kind.code: kind for kind in kinds}


_B, _E, _N = Severity.BLOCKING, Severity.EXPLAIN, Severity.NOTE
_LOOK = "Kiểm tra lại số liệu; nếu đúng thì ghi lý do vào trang “Giải trình”."

CATALOGUE: dict[str, FindingKind] = _kinds(
    # The file as a whole
    FindingKind(
        "damaged",
        _B,
        "Tệp bị hỏng hoặc không phải tệp Excel",
        "Mở lại tệp gốc bằng Excel, lưu dạng .xlsx rồi gửi lại.",
        returns=True,
    ),
    FindingKind("locked", _B, "Tệp có mật khẩu mở tệp", "Bỏ mật khẩu mở tệp trong Excel rồi gửi lại.", returns=True),
    FindingKind("unsupported", _B, "Loại tệp không nhận được", "Lưu tệp dạng Excel (.xlsx) rồi gửi lại.", returns=True),
    FindingKind(
        "too-big",
        _B,
        "Tệp quá lớn",
        "Dùng lại biểu mẫu trong thư mục nhan-ve, không chèn ảnh hay trang khác.",
        returns=True,
    ),
    FindingKind(
        "unsafe",
        _B,
        "Tệp có cấu trúc không an toàn",
        "Dùng lại biểu mẫu trong thư mục nhan-ve và gửi lại.",
        returns=True,
    ),
    FindingKind(
        "no-form",
        _B,
        "Không tìm thấy biểu báo cáo nào",
        "Dùng biểu mẫu trong thư mục nhan-ve, giữ nguyên tên các trang.",
        returns=True,
    ),
    FindingKind(
        "wrong-unit", _B, "Báo cáo của đơn vị khác", "Gửi báo cáo vào thư mục gui-len của đúng đơn vị.", returns=True
    ),
    FindingKind(
        "wrong-period", _B, "Báo cáo của kỳ khác hoặc kỳ chưa mở", "Dùng biểu mẫu của kỳ đang báo cáo.", returns=True
    ),
    FindingKind(
        "unknown-identity",
        _B,
        "Không xác định được kỳ báo cáo hoặc đơn vị",
        "Dùng lại biểu mẫu trong thư mục nhan-ve.",
        returns=True,
    ),
    FindingKind(
        "other-regime",
        _B,
        "Biểu mẫu của chế độ báo cáo khác",
        "Dùng biểu mẫu trong thư mục nhan-ve của kỳ này.",
        returns=True,
    ),
    FindingKind(
        "layout",
        _B,
        "Biểu không đúng mẫu, không đối chiếu được cột",
        "Dùng lại biểu mẫu, không xóa hàng ghi số thứ tự cột.",
        returns=True,
    ),
    FindingKind(
        "data-unreadable",
        _B,
        "Dữ liệu do phần mềm của đơn vị cung cấp không đọc được",
        "Đề nghị bộ phận quản trị phần mềm của đơn vị sửa dữ liệu theo tài liệu trao đổi dữ liệu.",
        returns=True,
    ),
    # A form
    FindingKind("form-missing", _B, "Thiếu biểu phải báo cáo", "Bổ sung biểu này vào tệp báo cáo."),
    FindingKind(
        "form-kept",
        _N,
        "Biểu không có trong tệp được giữ nguyên theo lần gửi trước",
        "Không cần làm gì thêm. Nếu biểu này cũng thay đổi thì gửi tệp có biểu này.",
    ),
    FindingKind(
        "words-kept",
        _N,
        "Thuyết minh để trống được giữ nguyên theo lần gửi trước",
        "Không cần làm gì thêm. Nếu nội dung thay đổi thì ghi nội dung mới rồi gửi lại.",
    ),
    FindingKind("form-empty", _B, "Biểu chưa có số liệu", "Nhập số liệu, hoặc chọn “Không phát sinh” ở đầu biểu."),
    FindingKind(
        "nil-with-figures",
        _B,
        "Chọn “Không phát sinh” nhưng biểu có số liệu",
        "Xóa số liệu hoặc bỏ chọn “Không phát sinh”.",
    ),
    FindingKind(
        "form-not-owed", _N, "Biểu không thuộc trách nhiệm của đơn vị, không tổng hợp", "Không cần gửi biểu này."
    ),
    FindingKind(
        "sheet-ambiguous",
        _B,
        "Không rõ trang nào là biểu báo cáo",
        "Giữ một trang cho mỗi biểu, tên trang đúng số biểu; xóa trang còn lại.",
    ),
    FindingKind("sheet-renamed", _N, "Trang đã bị đổi tên", "Giữ nguyên tên các trang của biểu mẫu."),
    FindingKind("sheet-hidden", _N, "Trang của biểu đang bị ẩn", "Bỏ ẩn trang để người ký báo cáo thấy đủ số liệu."),
    FindingKind("sheet-extra", _N, "Tệp có trang không thuộc biểu mẫu", "Không cần gửi trang này."),
    FindingKind("columns-moved", _N, "Các cột đã bị đổi chỗ", "Giữ nguyên thứ tự cột của biểu mẫu."),
    FindingKind("column-hidden", _N, "Biểu có cột đang bị ẩn", "Bỏ ẩn cột để người ký báo cáo thấy đủ số liệu."),
    FindingKind("row-unnamed", _B, "Dòng có số liệu nhưng chưa ghi tên", "Ghi tên vào cột 2 của dòng này."),
    FindingKind("row-duplicate", _B, "Hai dòng trùng tên", "Gộp số liệu vào một dòng."),
    FindingKind("row-added", _N, "Dòng do đơn vị bổ sung", "Kiểm tra lại tên lĩnh vực."),
    # A cell
    FindingKind(
        "blank-cell", _B, "Ô còn trống trong dòng đã nhập số liệu", "Nhập số vào ô này; nếu không có thì nhập 0."
    ),
    FindingKind("not-a-number", _B, "Ô phải là số", "Chỉ nhập chữ số."),
    FindingKind("decimal-in-count", _B, "Số lượng phải là số nguyên", "Nhập số nguyên, không có phần thập phân."),
    FindingKind("ambiguous-number", _B, "Số viết không rõ nghĩa", "Nhập số không có dấu chấm, dấu phẩy."),
    FindingKind("too-large", _B, "Số quá lớn", "Kiểm tra lại số đã nhập."),
    FindingKind("not-a-date", _B, "Ô phải là ngày", "Nhập ngày theo dạng ngày/tháng/năm."),
    FindingKind("cell-error", _B, "Ô có lỗi công thức", "Nhập lại số vào ô này."),
    FindingKind(
        "formula-uncached",
        _B,
        "Ô có công thức chưa được tính",
        "Mở tệp bằng Excel, lưu lại, hoặc nhập số thay cho công thức.",
    ),
    FindingKind("negative", _B, "Số âm", "Số liệu báo cáo không được nhỏ hơn 0."),
    FindingKind("not-in-set", _B, "Giá trị không có trong danh mục", "Chọn một giá trị trong danh mục."),
    FindingKind("number-as-text", _N, "Số được nhập dạng chữ", "Đã hiểu là số."),
    FindingKind("grouped-number", _N, "Số có dấu phân cách hàng nghìn nhập dạng chữ", "Đã hiểu là số nguyên."),
    FindingKind("none-word", _N, "Ghi “-” hoặc “không”", "Đã hiểu là 0."),
    # Rules of the form
    FindingKind(
        "formula-mismatch",
        _B,
        "Số tổng không bằng các số thành phần",
        "Để nguyên công thức trong ô tổng, hoặc sửa các số thành phần.",
    ),
    FindingKind(
        "total-mismatch", _B, "Dòng TỔNG CỘNG không bằng tổng các dòng", "Để nguyên công thức của dòng TỔNG CỘNG."
    ),
    FindingKind("balance", _B, "Số liệu trong dòng không cân đối", "Kiểm tra, sửa lại số liệu ở các cột đã nêu."),
    FindingKind(
        "balance-soft", _E, "Số liệu trong dòng cần kiểm tra", "Sửa số liệu, hoặc ghi lý do vào trang “Giải trình”."
    ),
    FindingKind(
        "carry-over",
        _E,
        "Số kỳ trước chuyển sang khác số cuối kỳ trước",
        "Sửa số liệu, hoặc ghi lý do vào trang “Giải trình”.",
    ),
    FindingKind(
        "carry-over-unchecked",
        _N,
        "Chưa có báo cáo kỳ trước để đối chiếu",
        "Đơn vị tự kiểm tra số kỳ trước chuyển sang.",
    ),
    FindingKind(
        "year-below-quarters",
        _E,
        "Số cả năm nhỏ hơn tổng ba quý đã báo cáo",
        "Sửa số liệu, hoặc ghi lý do vào trang “Giải trình”.",
    ),
    FindingKind(
        "cross-form", _E, "Số liệu giữa hai biểu không khớp", "Sửa số liệu, hoặc ghi lý do vào trang “Giải trình”."
    ),
    # What is usual
    FindingKind("jump", _E, "Số liệu tăng, giảm đột biến so với kỳ trước", _LOOK),
    FindingKind("jump-total", _E, "Số liệu toàn biểu tăng, giảm đột biến so với kỳ trước", _LOOK),
    FindingKind("zero", _E, "Số liệu bằng 0, các kỳ trước đều có", _LOOK),
    FindingKind("zero-total", _E, "Số liệu toàn biểu bằng 0, các kỳ trước đều có", _LOOK),
    FindingKind("vanished", _E, "Dòng có số liệu kỳ trước nay để trống", _LOOK),
    FindingKind("growth", _E, "Số tồn tăng", _LOOK),
    FindingKind("growth-total", _E, "Số tồn toàn biểu tăng", _LOOK),
    FindingKind("share", _E, "Tỷ lệ khác xa các đơn vị cùng cấp", _LOOK),
    FindingKind("unchanged", _E, "Toàn bộ số liệu giống hệt kỳ trước", _LOOK),
    # Who answers, when it came, what happened later
    FindingKind(
        "signature-missing",
        _N,
        "Chưa ghi đủ thông tin người chịu trách nhiệm",
        "Ghi người lập biểu, thủ trưởng, số và ngày báo cáo.",
    ),
    FindingKind(
        "explanation-unmatched",
        _N,
        "Giải trình không khớp với nội dung cần giải trình nào",
        "Kiểm tra biểu, dòng, cột đã ghi.",
    ),
    FindingKind(
        "on-time-unseen", _N, "Tính là đúng hạn vì hệ thống không quét đúng lúc hết hạn", "Không cần làm gì thêm."
    ),
    FindingKind(
        "earlier-period-changed",
        _N,
        "Kỳ trước đã được đính chính sau khi báo cáo này được chấp nhận",
        "Kiểm tra lại số kỳ trước chuyển sang.",
    ),
)

# Kinds that only rules on what is usual make (`domain.usual`).
USUAL_CODES = frozenset(
    {"jump", "jump-total", "zero", "zero-total", "vanished", "growth", "growth-total", "share", "unchanged"}
)


def make(code: str, message: str = "", *, severity: Severity | None = None, **place: object) -> Finding:
    """A finding of catalogue entry `code`; the entry's title is the message unless one is given."""
    kind = CATALOGUE[code]
    return Finding(code, severity or kind.severity, message or kind.title, **place)  # type: ignore[arg-type]
