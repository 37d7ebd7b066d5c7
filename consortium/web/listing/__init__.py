"""Lists: one declaration of columns, filters and order gives the page, the JSON, the CSV and the XLSX, all of the same rows."""
