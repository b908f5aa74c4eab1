"""The folders: whether this account may read and write where originals, inboxes and publications lie."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from tonghop.domain.errors import StorageError, TonghopError
from tonghop.files.storage import Place, Places, RemotePath
from tonghop.steps.context import HANDLED, SEND, Context
from tonghop.steps.doctor.findings import Found, bad, ok
from tonghop.steps.taking import filing_units

_NAMES = {"drop": "thư mục trao đổi", "vault": "kho lưu", "draft": "dự thảo", "published": "báo cáo đã công bố"}
_PATIENCE_S = 15.0
_RIGHTS = os.R_OK | os.W_OK | os.X_OK
_NEW = "Cài đặt mới thì chạy: tonghop open KỲ. Đã từng dùng thì kiểm tra TONGHOP_HOME và việc gắn (mount) ổ đĩa."


def folders(home: Path, places: Places, used: Collection[str]) -> Iterator[Found]:
    """The home and the four places that lie on this machine; `used` (`drop`, `vault`) hold something already."""
    if not home.is_dir():
        what = "Đường dẫn không phải là thư mục" if home.exists() else "Chưa có thư mục dữ liệu"
        yield bad(f"{what}: {home}.", _NEW)
        return
    looks = [_folder("dữ liệu", home)]
    for name, place in _named(places).items():
        if isinstance(place, Path):
            looks.append(_folder(_NAMES[name], place, used=name in used))
    wrong = [found for found in looks if found is not None]
    yield from wrong or [ok(f"{home}: đọc và ghi được, cả các thư mục bên trong.")]


def _named(places: Places) -> Mapping[str, Place]:
    return {name: getattr(places, name) for name in _NAMES}


def _folder(what: str, path: Path, *, used: bool = False) -> Found | None:
    """What is wrong with a folder; one that is not there yet is made when it is first needed."""
    if path.is_dir():
        return None if _allowed(path) else _closed(what, path)
    if path.exists():
        return bad(f"{path} ({what}) không phải là thư mục.", "Chuyển tệp ấy đi nơi khác, rồi chạy lại.")
    if used:
        how = "Kiểm tra việc gắn (mount) ổ đĩa; nếu thư mục đã bị xóa thì khôi phục từ bản sao lưu."
        return bad(f"Không còn thư mục {path} ({what}).", how)
    above = next(one for one in path.parents if one.exists())
    return None if _allowed(above) else _closed(what, above)


def _allowed(path: Path) -> bool:
    return os.access(path, _RIGHTS, effective_ids=True)


def _closed(what: str, path: Path) -> Found:
    whom = f"tài khoản chạy hệ thống (mã số {os.geteuid()})"
    how = f"Cho {whom} quyền đọc, ghi thư mục này; kiểm tra ổ đĩa không bị khóa ghi."
    return bad(f"Không đọc, ghi được thư mục {path} ({what}).", how)


def storage(places: Places) -> Iterator[Found]:
    """The places on other machines, each asked once; ok where all lie on this one."""
    distant = {what: place for name, what in _NAMES.items() if isinstance(place := _named(places)[name], RemotePath)}
    wrong = [found for what, place in distant.items() if (found := _out_of_reach(what, place)) is not None]
    if wrong:
        yield from wrong
    elif distant:
        yield ok(f"Kho tệp trên máy khác trả lời: {', '.join(str(place) for place in distant.values())}.")
    else:
        yield ok("Mọi tệp nằm trên máy này.")


def _out_of_reach(what: str, place: RemotePath) -> Found | None:
    fault = _fault_within(_PATIENCE_S, place.is_dir)
    if fault is None:
        return None
    if isinstance(fault, TonghopError):
        return bad(f"{what.capitalize()}: {fault.problem}", fault.remedy)
    how = "Kiểm tra đường mạng, địa chỉ và tài khoản của kho tệp (xem docs/storage.md)."
    return bad(f"{what.capitalize()}: kho tệp {place} không trả lời như mong đợi.", how)


def _fault_within(seconds: float, ask: Callable[[], object]) -> Exception | None:
    """What went wrong when asking; a question without an answer after `seconds` counts as unanswered."""
    told: Queue[Exception | None] = Queue()

    def answer() -> None:
        try:
            ask()
        except Exception as fault:  # noqa: BLE001  every library of a store has faults of its own
            told.put(fault)
        else:
            told.put(None)

    Thread(target=answer, daemon=True, name="kho-tep").start()
    try:
        return told.get(timeout=seconds)
    except Empty:
        problem = f"kho tệp không trả lời trong {seconds:.0f} giây."
        return StorageError(problem, "Kiểm tra đường mạng và máy chủ của kho tệp.")


def unit_folders(context: Context) -> Found:
    """Every unit's `gui-len` and `da-nhan`: there, writable, on one disk, as a handled file is moved and not copied."""
    units = filing_units(context).values()
    apart: list[str] = []
    closed: list[str] = []
    for unit, _ in units:
        send, handled = context.folder(unit, SEND), context.folder(unit, HANDLED)
        if isinstance(send, Path) and isinstance(handled, Path):
            closed += [] if _allowed(send) else [unit.folder]
            apart += [unit.folder] if handled.exists() and send.exists() and _device(send) != _device(handled) else []
    if closed:
        how = (
            "Cho tài khoản chạy hệ thống quyền đọc, ghi các thư mục này; thư mục bị mất thì chạy lại: tonghop open KỲ."
        )
        return bad(f"Không có hoặc không đọc, ghi được thư mục gui-len của {_few(closed)}.", how)
    if apart:
        how = "Đặt hai thư mục này của đơn vị trên cùng một ổ đĩa."
        return bad(f"gui-len và da-nhan nằm trên hai ổ đĩa khác nhau: {_few(apart)}.", how)
    return ok(f"{len(units)} đơn vị có đủ thư mục." if units else "Chưa mở kỳ báo cáo nào, chưa có thư mục đơn vị.")


def _device(path: Path) -> int:
    return path.stat().st_dev


def _few(names: list[str], shown: int = 3) -> str:
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" và {rest} đơn vị khác" if rest > 0 else "")
