"""What an office would write instead: one script that reads every workbook, adds up and saves one xlsx (the yardstick).

It checks nothing, keeps nothing and knows nothing of periods; run as `office_script.py FOLDER RESULT.xlsx`.
"""

import sys
import time
from pathlib import Path

import pandas as pd


def read(path: Path) -> dict[str, pd.DataFrame]:
    forms = {}
    for name, sheet in pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl").items():
        if not name.startswith("II."):
            continue
        top = next(i for i, row in enumerate(sheet.values.tolist()) if row[:3] == [1, 2, 3])
        end = sheet.index[sheet[1] == "TỔNG CỘNG"][0]
        table = sheet.iloc[top + 1 : end].set_axis(sheet.iloc[top].tolist(), axis="columns")
        table = table[table[2].notna()].rename(columns={2: "Tên"}).drop(columns=[1])
        forms[name] = table.infer_objects().assign(Tệp=path.stem)
    return forms


def consolidate(folder: Path, result: Path) -> None:
    books = [read(path) for path in sorted(folder.glob("*.xlsx"))]
    with pd.ExcelWriter(result, engine="openpyxl") as writer:
        for form in sorted({form for book in books for form in book}):
            frame = pd.concat([book[form] for book in books if form in book])
            frame.to_excel(writer, sheet_name=f"{form} chi tiết", index=False)
            frame.groupby("Tên").sum(numeric_only=True).to_excel(writer, sheet_name=form)


if __name__ == "__main__":
    started = time.perf_counter()
    consolidate(Path(sys.argv[1]), Path(sys.argv[2]))
    print(time.perf_counter() - started)
