"""Vietnamese words for what the page shows as codes: states with their letters, findings, events."""

from __future__ import annotations

from dataclasses import dataclass

from tonghop.domain.form import Severity


@dataclass(frozen=True, slots=True)
class Sign:
    """How a state is shown: a letter that survives black-and-white print, words, a colour class."""

    letter: str
    words: str
    style: str


SIGNS = {
    "accepted": Sign("Đ", "đã chấp nhận, đúng hạn", "a"),
    "late": Sign("M", "đã chấp nhận, gửi muộn", "l"),
    "nil": Sign("K", "không phát sinh", "n"),
    "invalid": Sign("S", "có lỗi phải sửa", "i"),
    "awaiting_explanation": Sign("G", "chờ giải trình", "w"),
    "returned": Sign("T", "trả lại", "r"),
    "missing": Sign("–", "chưa gửi", "m"),
    "superseded": Sign("Y", "đã được thay thế", "n"),
    "withdrawn": Sign("R", "đã được rút", "n"),
    "exempt": Sign("N", "được miễn báo cáo", "n"),
    "": Sign("", "không phải báo cáo biểu này", "o"),
}
LETTERS_EN = {
    "Đ": "A",
    "M": "L",
    "K": "N",
    "S": "F",
    "G": "E",
    "T": "R",
    "–": "–",
    "Y": "X",
    "R": "W",
    "N": "O",
    "": "",
}

SEVERITIES = {
    Severity.BLOCKING: "phải sửa",
    Severity.EXPLAIN: "cần giải trình",
    Severity.NOTE: "lưu ý",
}

EVENTS = {
    "opened": "Mở kỳ báo cáo",
    "returned": "Trả lại tệp",
    "invalid": "Báo cáo có lỗi phải sửa",
    "awaiting_explanation": "Báo cáo chờ giải trình",
    "accepted": "Chấp nhận báo cáo",
    "superseded": "Báo cáo được thay thế",
    "withdrawn": "Rút báo cáo",
    "restored": "Báo cáo có hiệu lực trở lại",
    "exempted": "Miễn báo cáo",
    "exemption_lifted": "Thôi miễn báo cáo",
    "duplicate": "Nhận tệp giống lần trước",
    "signed": "Nhận bản ký",
    "noted": "Ghi thêm lưu ý",
    "consolidated": "Tổng hợp số liệu",
    "approved": "Phê duyệt",
    "rejected": "Không phê duyệt",
    "published": "Công bố báo cáo",
    "sent": "Gửi đi",
    "send_failed": "Gửi đi không thành công",
    "fetch_failed": "Lấy dữ liệu không thành công",
    "extended": "Gia hạn gửi báo cáo",
    "explanation_accepted": "Chấp nhận giải trình",
    "explanation_refused": "Không chấp nhận giải trình",
    "uploaded": "Gửi thay đơn vị",
    "letter_sent": "Gửi thư",
    "letter_failed": "Gửi thư không thành công",
    "unwatched": "Có ngày không thu nhận",
    "presented": "Trình dự thảo",
    "approval_waits": "Nhắc người phê duyệt",
    "announced": "Thông báo",
    "clock_checked": "Xác nhận đồng hồ đúng",
}

NOTICES = {
    "gia-han": "Đã gia hạn cho đơn vị.",
    "chap-nhan": "Đã chấp nhận giải trình.",
    "tu-choi": "Đã ghi nhận việc không chấp nhận giải trình.",
    "rut": "Đã ghi nhận việc rút báo cáo.",
    "mien": "Đã ghi nhận việc miễn báo cáo.",
    "thoi-mien": "Đã ghi nhận việc thôi miễn báo cáo.",
    "gui-thay": "Tệp đã vào thư mục gửi lên của đơn vị, hệ thống sẽ xử lý ở lượt thu nhận kế tiếp.",
}
