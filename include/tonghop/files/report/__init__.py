"""The narrative report: its text from the regime's templates, charts, and the Word document of NĐ 30/2020/NĐ-CP."""

from tonghop.files.report.charts import draw_charts
from tonghop.files.report.document import write_report
from tonghop.files.report.pdf import convert_to_pdf
from tonghop.files.report.wording import has_wording, letterhead, tell

__all__ = ["convert_to_pdf", "draw_charts", "has_wording", "letterhead", "tell", "write_report"]
