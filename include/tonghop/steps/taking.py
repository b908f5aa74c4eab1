"""Taking files from the inboxes: what has settled goes into the vault before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tonghop.domain.province import Province
from tonghop.domain.refusals import mend, why
from tonghop.domain.units import Unit, UnitKey
from tonghop.files.inbox import Arrived, Inbox, scan_all
from tonghop.files.storage import Place
from tonghop.files.vault import Kept, NotAFile, StillChanging, TooBig, VaultError
from tonghop.steps.context import SEND, Context
from tonghop.steps.intake import Received
from tonghop.store.records import Arrival, ArrivalKey

VAULT_LIMIT = 2 << 30  # bytes; a larger file is no report and stays where it is

Units = Mapping[UnitKey, tuple[Unit, Province]]


@dataclass
class Taken:
    """One look at the inboxes: files to handle, oldest first; files still being written; what a person must see to.

    `gone`: recorded by an earlier run that did not live to answer them or to note where it moved them, and no longer
    in the inbox.
    """

    received: list[Received] = field(default_factory=list)
    gone: list[Received] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def filing_units(context: Context) -> dict[UnitKey, tuple[Unit, Province]]:
    """Units with an inbox: all that owe something in an opened period, under the newest of those periods."""
    found: dict[UnitKey, tuple[Unit, Province]] = {}
    for period in context.opened_periods:
        province = context.province_for(period)
        for unit in province.tree(period).filing:
            if province.owed_by(unit, period):
                found[unit.key] = (unit, province)
    return found


def take(context: Context, units: Units, at: datetime) -> Taken:
    """Every settled file in the inboxes of `units` into the vault; no file or folder stops the others."""
    inboxes = {context.folder(unit, SEND): (unit, province) for unit, province in units.values()}
    unmoved = context.store.arrivals.unmoved()  # before looking: what is recorded later may not be listed yet
    taken = Taken()
    with context.timed("scan"):
        looks = scan_all(inboxes, context.settle_s)
    _find_gone(context, unmoved, {inboxes[inbox][0].key: (inbox, look) for inbox, look in looks.items()}, units, taken)
    for inbox, look in looks.items():
        unit, province = inboxes[inbox]
        who = province.full_name(unit, at.date())
        taken.waiting += [f"{who}: {arrived.name}" for arrived in look.waiting]
        taken.troubles += [look.trouble] if look.trouble else []
        for arrived in look.ready:
            kept = _keep(context, arrived, f"{who}: {arrived.name}", taken)
            if kept is not None:
                key = ArrivalKey(unit.key, arrived.name, arrived.size, arrived.mtime_ns, kept.sha256)
                taken.received.append(Received(unit, province, arrived, kept, key, at))
    taken.received.sort(key=lambda one: one.arrived.order)
    return taken


def still_there(path: Place, arrived: Arrived) -> bool:
    """Whether the file as it was listed still lies at `path`."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (arrived.size, arrived.mtime_ns)


def _keep(context: Context, arrived: Arrived, where: str, taken: Taken) -> Kept | None:
    try:
        with context.timed("vault"):
            return context.vault.keep(arrived.path, VAULT_LIMIT)
    except StillChanging:
        taken.waiting.append(where)
    except TooBig:
        taken.troubles.append(f"{where}: tệp lớn hơn 2 GB, không phải báo cáo; để nguyên trong thư mục.")
    except (NotAFile, FileNotFoundError):  # replaced or taken away since it was listed
        pass
    except OSError as error:
        if error.filename == str(arrived.path):
            taken.troubles.append(
                f"{where}: không đọc được tệp: {why(error)}. Cấp quyền đọc thư mục gui-len cho hệ thống."
            )
            return None
        taken.troubles.append(f"{where}: không sao được vào kho lưu: {why(error)}. {mend(error)} rồi chạy lại.")
    except VaultError as error:
        taken.troubles.append(f"{where}: {error.problem} {error.remedy}")
    return None


def _find_gone(
    context: Context,
    unmoved: Iterable[Arrival],
    looks: Mapping[UnitKey, tuple[Place, Inbox]],
    units: Units,
    taken: Taken,
) -> None:
    """What an earlier run recorded without living to answer it or to note its move, and no inbox holds any more."""
    for arrival in unmoved:
        key = arrival.key
        inbox, look = looks.get(key.unit, (None, Inbox()))
        if inbox is None or look.trouble:
            continue
        listed = {(found.name, found.size, found.mtime_ns) for found in (*look.ready, *look.waiting)}
        if (key.name, key.size, key.mtime_ns) in listed:
            continue
        unit, province = units[key.unit]
        kept = context.vault.find(key.sha256)
        if kept is None:
            taken.troubles.append(
                f"{province.full_name(unit, arrival.received_at.date())}: {key.name}: tệp gốc {key.sha256} không còn "
                "trong kho lưu. Khôi phục từ bản sao lưu."
            )
            continue
        arrived = Arrived(inbox / key.name, key.name, key.size, key.mtime_ns)
        taken.gone.append(Received(unit, province, arrived, Kept(key.sha256, key.size, kept), key, arrival.received_at))
