"""The demonstration: synthetic filings, clearly marked, and the run that shows a whole quarter in a real Airflow."""
