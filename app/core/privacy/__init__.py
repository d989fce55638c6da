"""What is stored about people: said once, for the export, the deletion, the report and the documentation."""
