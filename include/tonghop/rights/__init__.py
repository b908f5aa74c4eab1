"""Who may do what in which province, as roles of Airflow. Belongs here: roles. Not: who is logged in (the desk)."""
