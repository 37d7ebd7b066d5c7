"""The privacy notice: its versions, and which of them each person has acknowledged."""
