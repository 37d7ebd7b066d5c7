"""What one must remember about a case: notes and tasks."""
