"""The consolidated figures as files: the provincial workbook, each district's workbook, and the CSV."""

from tonghop.files.consolidated.district import write_district
from tonghop.files.consolidated.figures_csv import write_csv
from tonghop.files.consolidated.provincial import write_provincial

__all__ = ["write_csv", "write_district", "write_provincial"]
