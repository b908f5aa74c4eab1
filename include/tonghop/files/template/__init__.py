"""The blank workbook a clerk gets, and the same workbook filled in as Excel would have saved it."""

from tonghop.files.template.plan import Filled, FormFill, Openings, PlannedForm, TemplatePlan, fingerprint, plan
from tonghop.files.template.workbook import write_template

__all__ = [
    "Filled",
    "FormFill",
    "Openings",
    "PlannedForm",
    "TemplatePlan",
    "fingerprint",
    "plan",
    "write_template",
]
