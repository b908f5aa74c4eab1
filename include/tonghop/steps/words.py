"""States in the words officials and clerks read."""

from __future__ import annotations

from tonghop.domain.consolidated import MISSING
from tonghop.domain.submission import State

STATE_WORDS = {
    State.ACCEPTED.value: "đã chấp nhận",
    State.INVALID.value: "có lỗi phải sửa",
    State.AWAITING.value: "chờ giải trình",
    State.RETURNED.value: "trả lại",
    State.SUPERSEDED.value: "đã được thay thế",
    State.WITHDRAWN.value: "đã được rút",
    MISSING: "chưa gửi",
}

HEADLINES = {
    State.ACCEPTED: "Báo cáo đã được chấp nhận",
    State.INVALID: "Báo cáo còn lỗi, chưa được chấp nhận",
    State.AWAITING: "Báo cáo cần giải trình trước khi được chấp nhận",
    State.RETURNED: "Tệp được trả lại, chưa tiếp nhận được báo cáo",
    State.SUPERSEDED: "Báo cáo đã được thay thế bằng lần gửi sau",
    State.WITHDRAWN: "Báo cáo đã được rút",
}

NEXT_STEPS = {
    State.ACCEPTED: "Đơn vị không cần làm gì thêm. Nếu cần đính chính, gửi lại tệp đã sửa vào thư mục “gui-len”.",
    State.INVALID: "Đề nghị sửa các nội dung dưới đây, lưu lại và gửi tệp vào thư mục “gui-len”.",
    State.AWAITING: (
        "Đề nghị kiểm tra các nội dung dưới đây: nếu số liệu sai thì sửa lại; nếu đúng thì ghi lý do vào trang "
        "“Giải trình” của tệp, rồi gửi lại vào thư mục “gui-len”."
    ),
    State.RETURNED: "Đề nghị xem lý do dưới đây, khắc phục và gửi lại tệp vào thư mục “gui-len”.",
    State.SUPERSEDED: "Báo cáo có hiệu lực là lần gửi được chấp nhận sau cùng.",
    State.WITHDRAWN: (
        "Số liệu của lần gửi này không được tổng hợp. Nếu kỳ này đơn vị còn phải báo cáo, đề nghị gửi tệp đúng vào thư "
        "mục “gui-len”."
    ),
}

TONES = {
    State.ACCEPTED: "ok",
    State.SUPERSEDED: "ok",
    State.INVALID: "mend",
    State.RETURNED: "mend",
    State.AWAITING: "wait",
    State.WITHDRAWN: "wait",
}
