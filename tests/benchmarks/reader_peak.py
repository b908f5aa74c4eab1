"""Most memory a reading child ever holds, over every foreign, damaged and hostile file of `test_any_file`, in MiB.

The files are made first; a small process then reads them all: a child counts what its parent held as it began.
"""

import resource
import subprocess
import sys
from pathlib import Path


def make(folder: Path) -> None:
    """One file for every case."""
    from files.cases_of_files import hostile, no_workbooks, other_kinds
    from files.wide_province import Clerk, build, communes_of

    with build(folder, 1) as app:
        clerk = Clerk(app, folder)
        workbook = clerk.workbook(communes_of(app)[0])
    for number, case in enumerate((*other_kinds(), *no_workbooks(), *hostile())):
        (folder / f"case-{number}{Path(str(case.file)).suffix[:6]}").write_bytes(case.make(workbook))


def read(folder: Path) -> float:
    """MiB of the largest child, those that were ended for it included."""
    from tonghop.files.reader import ReaderError, ReaderPool

    paths = sorted(folder.glob("case-*"))
    with ReaderPool(2) as pool:
        for path, answer in zip(paths, pool.read_many(paths), strict=True):
            if isinstance(answer, ReaderError):
                raise SystemExit(f"{path}: the reader failed, the measurement would say nothing")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    folder = Path(sys.argv[1])
    if sys.argv[2:]:
        print(read(folder))
        return
    make(folder)
    subprocess.run([sys.executable, __file__, str(folder), "read"], check=True)


if __name__ == "__main__":
    main()
