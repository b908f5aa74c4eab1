"""The page "Báo cáo quý": server-rendered, Vietnamese with an English switch, no resource from outside.

Belongs here: addresses, forms, words, HTML. Does not belong here: what a figure or a state means (`tonghop.steps.desk`)
and what an action does (`tonghop.steps.actions`). Only `airflow_gate` knows Airflow.
"""
