"""What an office would write instead: one script that reads every workbook, adds up and saves one xlsx (the yardstick).

It checks nothing, keeps nothing and knows nothing of periods; run as `office_script.py FOLDER RESULT.xlsx`.
"""

import sys
import time
from pathlib import Path

import openpyxl
import pandas as pd


def read(path: Path) -> dict[str, pd.DataFrame]:
    forms = {}
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book:
        if not sheet.title.startswith("II."):
            continue
        rows = list(sheet.iter_rows(values_only=True))
        top = next(i for i, row in enumerate(rows) if row[:3] == (1, 2, 3))
        end = next(i for i, row in enumerate(rows) if "TỔNG CỘNG" in row[:2])
        frame = pd.DataFrame([row for row in rows[top + 1 : end] if row[1]], columns=rows[top])
        forms[sheet.title] = frame.rename(columns={2: "Tên"}).drop(columns=[1]).assign(Tệp=path.stem)
    return forms


def consolidate(folder: Path, result: Path) -> None:
    books = [read(path) for path in sorted(folder.glob("*.xlsx"))]
    with pd.ExcelWriter(result, engine="openpyxl") as writer:
        for form in sorted({form for book in books for form in book}):
            frame = pd.concat([book[form] for book in books if form in book]).dropna(axis="columns", how="all")
            frame.to_excel(writer, sheet_name=f"{form} chi tiết", index=False)
            frame.groupby("Tên").sum(numeric_only=True).to_excel(writer, sheet_name=form)


if __name__ == "__main__":
    started = time.perf_counter()
    consolidate(Path(sys.argv[1]), Path(sys.argv[2]))
    print(time.perf_counter() - started)
