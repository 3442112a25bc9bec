"""Floor 1: reading a plan, from a seed file or a filled-in workbook, into values of the domain and a list of doubts."""
