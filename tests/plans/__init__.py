"""Reading plans: the five published ones, and the workbook of a commune."""
