"""Plans as workbooks: the template, its reading, and the workbook that sets where work stands."""
