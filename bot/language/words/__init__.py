"""The words of reports, questions and the calendar, as data."""
