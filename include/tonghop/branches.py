"""The branches of an installation, one per province: how its DAGs are called, when they run, with which application.

With one province nothing is marked with its name. With several, every DAG, asset and run belongs to one of them, and a
fault in the data of one is told by its own DAGs. Without Airflow: what is needed of it is handed in as `sdk`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from tonghop.domain.errors import SettingError, TonghopError, UsageError
from tonghop.domain.period import Period
from tonghop.settings import Settings
from tonghop.specs.schedule import Schedule, load_schedule

if TYPE_CHECKING:
    from tonghop.app import App

PERIOD, VIA = "period", "airflow"
DAGS = ("open_period", "collect", "consolidate", "publish", "remind")  # names of the DAG files
_TOPIC = "kiểm soát TTHC"


class Run(Protocol):
    """What is asked of a DAG run. `logical_date` is None for a run started without one."""

    @property
    def conf(self) -> Mapping[str, Any] | None: ...
    @property
    def logical_date(self) -> datetime | None: ...
    @property
    def run_after(self) -> datetime: ...
    @property
    def run_type(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Branch:
    """One province's part of the installation; `settings` are those of the province alone."""

    settings: Settings

    @property
    def slug(self) -> str:
        return self.settings.province

    @property
    def schedule(self) -> Schedule:
        """The calendar of the province; SpecError or SettingError when its data cannot be used."""
        return _schedule(self.settings.include, self.slug)

    def dag_id(self, name: str) -> str:
        """`collect`, among several provinces `collect__dong_nai`."""
        return f"{name}{self.settings.mark}"

    def asset(self, name: str) -> str:
        """`tonghop/opened`, among several provinces `tonghop/dong-nai/opened`."""
        return f"tonghop/{self.slug}/{name}" if self.settings.several else f"tonghop/{name}"

    def timetable(self, sdk: Any, expression: str) -> Any:
        """When `expression` says, in the regime's zone; None in a demonstration, whose runs are started one by one."""
        return None if self.settings.demo else sdk.CronTriggerTimetable(expression, timezone=self.schedule.zone)

    def passes(self, sdk: Any) -> Any:
        """When inboxes are looked through: by the clock and, if they are watched, when something came to lie there.

        A watcher lives in the triggerer. Without one, or without a triggerer, the clock's passes are what they were.
        """
        clock = self.timetable(sdk, self.schedule.collect_cron)
        if clock is None or not self.settings.watches:
            return clock
        from tonghop.airflow_inboxes import InboxTrigger

        watcher = sdk.AssetWatcher(self.dag_id("inboxes"), InboxTrigger(self.slug, self.settings.watch_s))
        inboxes = sdk.Asset(self.asset("inboxes"), watchers=[watcher])
        return sdk.AssetOrTimeSchedule(timetable=clock, assets=inboxes)

    def dag_options(self, file: str, title: str, description: str, tag: str) -> dict[str, Any]:
        """What every DAG is declared with; `doc_md` is docs/runbooks/<name of the DAG file>.md."""
        dag_file, own = Path(file), self.settings.several
        return {
            "dag_id": self.dag_id(dag_file.stem),
            "dag_display_name": f"{title} – {self.schedule.name}" if own else title,
            "description": description,
            "start_date": datetime.combine(self.schedule.first, time(), ZoneInfo(self.schedule.zone)),
            "catchup": False,
            "max_active_runs": 1,
            "tags": [_TOPIC, tag, *([self.schedule.name] if own else [])],
            "doc_md": _runbook(dag_file),
        }

    def period_choice(self) -> dict[str, Any]:
        """Arguments of the `period` parameter in the trigger form: the periods of the regime, or the current one."""
        periods = self.schedule.periods()
        return {
            "default": None,
            "type": ["null", "string"],
            "title": "Kỳ báo cáo",
            "description": "Để trống: kỳ đang mở vào ngày chạy.",
            "enum": [None, *(period.code for period in periods)],
            "values_display": {"null": "Kỳ hiện hành", **{period.code: period.label for period in periods}},
        }

    def moment(self, conf: Mapping[str, Any] | None) -> datetime | None:
        """The clock a demonstration run carries in its conf (`now`), else None; SettingError outside one."""
        text = (conf or {}).get("now")
        if not text:
            return None
        if not self.settings.demo:
            raise SettingError(
                "Lượt chạy này mang thời điểm giả định (“now”), chỉ được dùng khi trình diễn.",
                "Chạy lại không kèm “now”, hoặc đặt TONGHOP_DEMO=1 trên máy trình diễn.",
            )
        try:
            when = datetime.fromisoformat(text)
        except (TypeError, ValueError):
            raise UsageError(f"Không hiểu thời điểm “{text}”.", "Ghi dạng 2024-09-16T10:00:00+07:00.") from None
        return when if when.tzinfo else when.replace(tzinfo=ZoneInfo(self.schedule.zone))

    def app(self, conf: Mapping[str, Any] | None, otherwise: datetime | None = None) -> App:
        """The province's application with the run's clock: the demonstration's, else `otherwise`, else the real one."""
        from tonghop.airflow_storage import connect
        from tonghop.app import App

        now = self.moment(conf) or otherwise or self.settings.now
        return App(replace(self.settings, now=now), VIA, connect)

    def period_of(self, params: Mapping[str, Any], run: Run) -> Period:
        """The period chosen in the trigger form, else the one current at the moment the run stands for."""
        chosen = params.get(PERIOD)
        if chosen:
            return Period.parse(str(chosen))
        when = self.moment(run.conf) or run.logical_date or run.run_after
        return self.schedule.current(when.astimezone(ZoneInfo(self.schedule.zone)).date())


def branches(settings: Settings | None = None) -> tuple[Branch, ...]:
    """Every province of the installation (default: as the environment sets it), or the one that was chosen."""
    whole = Settings.from_env() if settings is None else settings
    names = (whole.province,) if whole.province else whole.provinces
    return tuple(Branch(whole.for_province(name)) for name in names)


def every_province(sdk: Any, about: Callable[[Branch], Mapping[str, Any]]) -> Callable[[Callable[[Branch], Any]], Any]:
    """Declares the DAG whose tasks the decorated function makes, once per province, with the options `about` gives.

    `sdk` is Airflow's. A process that runs one task declares its province's DAG only. Where the data of one of several
    provinces cannot be used, a DAG stands in that says why, and the others are not touched.
    """

    def declare(tasks: Callable[[Branch], Any]) -> None:
        wanted = sdk.get_parsing_context().dag_id
        for branch in branches():
            if wanted in {None, branch.dag_id(tasks.__name__)}:
                _declare(sdk, branch, about, tasks)

    return declare


def _declare(
    sdk: Any, branch: Branch, about: Callable[[Branch], Mapping[str, Any]], tasks: Callable[[Branch], Any]
) -> None:
    try:
        options = about(branch)
    except TonghopError as fault:
        if not branch.settings.several:
            raise
        _stand_in(sdk, branch, tasks.__name__, fault)
        return
    with sdk.DAG(**options):
        tasks(branch)


def _stand_in(sdk: Any, branch: Branch, name: str, fault: TonghopError) -> None:
    """A DAG without a schedule that tells the fault in its description and when somebody runs it."""

    def told() -> None:
        raise fault

    with sdk.DAG(
        branch.dag_id(name),
        dag_display_name=f"{branch.slug}: dữ liệu của tỉnh có lỗi ({name})",
        description="Không chạy được cho đến khi sửa xong dữ liệu của tỉnh",
        schedule=None,
        catchup=False,
        max_active_runs=1,
        tags=[_TOPIC, "có lỗi", branch.slug],
        doc_md=f"**Chưa chạy được.** {fault.problem}\n\n{fault.remedy}",
    ):
        sdk.task(task_id="du_lieu_co_loi", task_display_name="Dữ liệu của tỉnh có lỗi")(told)()


@cache
def _schedule(include: Path, slug: str) -> Schedule:
    """Once per process and province: a few YAML files."""
    return load_schedule(include, slug)


@cache
def _runbook(dag_file: Path) -> str:
    return (dag_file.parent.parent / "docs" / "runbooks" / f"{dag_file.stem}.md").read_text(encoding="utf-8")
