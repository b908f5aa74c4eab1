"""How large synthetic figures are: sizes and shares by column key, the only knowledge here beyond the form specs.

A column without an entry gets `Hint()`: small numbers, even shares. So a new form works without touching this file,
its figures are just less lifelike. All figures are invented; none comes from a real report.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tonghop.domain.units import Level

Range = tuple[float, float]
_SO, _HUYEN, _XA = Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE


@dataclass(frozen=True, slots=True)
class Hint:
    """Size and shares of one column.

    `size`: whole unit, one quarter, least and most by level (a column that follows from no other).
    `weight`: share of what is split over a group (`4 + 5 + 6 = 8 + 9 + …`), relative to the group's other columns.
    `fill`: how much of the upper bound is used where a column is only bounded (`≤`).
    `needs`: key of a column without which this one is 0 (no saving where nothing is simplified).
    `step`: figures are multiples of it (money).
    """

    size: dict[Level, Range] = field(default_factory=dict)
    weight: Range = (1.0, 1.0)
    fill: Range = (0.4, 0.9)
    needs: str = ""
    step: int = 1

    def sized(self, level: Level) -> Range:
        return self.size.get(level, (0.0, 4.0))


def _sizes(department: Range, district: Range = (0, 0), commune: Range = (0, 0)) -> dict[Level, Range]:
    return {_SO: department, _HUYEN: district, _XA: commune}


HINTS: dict[str, Hint] = {
    # Giải quyết hồ sơ: about 57 % online, 98 % of the resolved ones on time, one in seven still open.
    "nhan_truc_tuyen": Hint(_sizes((800, 5200), (560, 1700), (95, 330))),
    "nhan_truc_tiep": Hint(_sizes((560, 3900), (430, 1250), (75, 245))),
    "nhan_ky_truoc": Hint(_sizes((180, 1200), (130, 420), (12, 60))),
    "da_giai_quyet_truoc_han": Hint(weight=(52, 60)),
    "da_giai_quyet_dung_han": Hint(weight=(24, 30)),
    "da_giai_quyet_qua_han": Hint(weight=(0.9, 2.2)),
    "dang_giai_quyet_trong_han": Hint(weight=(11, 14)),
    "dang_giai_quyet_qua_han": Hint(weight=(0.2, 0.7)),
    # Phản ánh, kiến nghị: few, none at all in many communes.
    "ky_truoc_chuyen_qua": Hint(_sizes((0, 3), (0, 2), (0, 0.6))),
    "tiep_nhan_moi": Hint(_sizes((1, 14), (0, 9), (-1.2, 2.6))),
    "hanh_vi": Hint(weight=(4, 6)),
    "quy_dinh": Hint(weight=(2, 4)),
    "ca_hai": Hint(weight=(0.2, 0.8)),
    "da_xu_ly": Hint(weight=(7, 9)),
    "dang_xu_ly": Hint(weight=(1, 2)),
    "chuyen_co_quan_khac": Hint(weight=(0.5, 1.5)),
    "da_cong_khai": Hint(fill=(0.6, 1)),
    # Đánh giá tác động, công bố, rà soát.
    "tthc_moi": Hint(_sizes((-3, 3))),
    "tthc_sua_doi": Hint(_sizes((-3, 5))),
    "tthc_thay_the": Hint(_sizes((-4, 3))),
    "nghi_quyet": Hint(_sizes((-3, 2))),
    "quyet_dinh": Hint(_sizes((-2, 3))),
    "so_quyet_dinh": Hint(_sizes((0, 6))),
    "cong_bo_moi": Hint(_sizes((0, 9))),
    "cong_bo_sua_doi": Hint(_sizes((0, 24))),
    "cong_bo_bai_bo": Hint(_sizes((0, 8))),
    "theo_ke_hoach": Hint(_sizes((0, 14))),
    "chi_phi_truoc": Hint(_sizes((60e6, 900e6)), needs="kien_nghi_tong_so", step=1000),
    "chi_phi_sau": Hint(fill=(0.55, 0.9), needs="kien_nghi_tong_so", step=1000),
    "ma_tthc": Hint(needs="kien_nghi_tong_so"),  # a list has as many items as this column counts
    # Số lượng TTHC: a stock that hardly moves.
    "tthc_tinh": Hint(_sizes((40, 150))),
    "tthc_huyen": Hint(_sizes((4, 32))),
    "tthc_xa": Hint(_sizes((1, 18))),
    "mot_cua_tinh": Hint(weight=(68, 72), fill=(0.94, 1)),
    "mot_cua_huyen": Hint(weight=(15, 18)),
    "mot_cua_xa": Hint(weight=(7, 9)),
    "qtnb_tinh": Hint(weight=(68, 72), fill=(0.93, 1)),
    "qtnb_huyen": Hint(weight=(15, 18)),
    "qtnb_xa": Hint(weight=(7, 9)),
    # Môi trường điện tử.
    "tthc_tong_so": Hint(_sizes((60, 190), (270, 310), (118, 134))),
    "toan_trinh": Hint(weight=(5, 6), fill=(0.75, 0.95)),
    "mot_phan": Hint(weight=(4, 5)),
    "phat_sinh_truc_tuyen": Hint(fill=(0.3, 0.55)),
    "thanh_toan_truc_tuyen": Hint(fill=(0.25, 0.5)),
    "ho_so_so_hoa": Hint(fill=(0.82, 0.97)),
    "ket_qua_so_hoa": Hint(_sizes((900, 6500), (700, 2200), (120, 400))),
}


def hint(key: str) -> Hint:
    """What is known of a column by its key in the spec."""
    return HINTS.get(key, Hint())
