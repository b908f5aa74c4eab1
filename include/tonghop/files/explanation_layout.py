"""How the sheet “Giải trình” is laid out, in the workbook a unit gets and in the marked copy it gets back.

Standard library only: the marking children import this module.
"""

from __future__ import annotations

TITLE = "GIẢI TRÌNH"
HINT = (
    "Ghi lý do của số liệu nêu ở cột “Nội dung cần giải trình” của trang “Kiểm tra”: chọn trong danh sách hoặc tự ghi, "
    "rồi nói rõ thêm nếu cần. Để trống cột Dòng khi lý do là của cả biểu; cột Cột ghi số thứ tự cột, ví dụ 6."
)
HINT_READY = (
    "Mỗi dòng dưới đây là một nội dung cần giải trình. Nếu số liệu đúng: chọn lý do trong danh sách hoặc tự ghi, rồi "
    "nói rõ thêm nếu cần. Nếu số liệu sai: sửa ở biểu và để trống dòng này. Các dòng trống để ghi nội dung khác."
)
REASON_WIDTH, WORDS_WIDTH = 40.0, 44.0  # in digits
COLUMNS = {
    "Biểu": 10.0,
    "Dòng (lĩnh vực)": 30.0,
    "Cột": 7.0,
    "Nội dung cần giải trình": 44.0,
    "Lý do (chọn hoặc tự ghi)": REASON_WIDTH,
    "Nói rõ thêm": WORDS_WIDTH,
}
ABOUT = "Dấu đối chiếu"  # hidden; only where rows are made ready
HEAD = 4  # line of the column titles
ROWS = 30
INPUT = "FFFFF8DC"
