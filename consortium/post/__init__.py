"""Mail: an outbox written in the transaction of what it announces, and the jobs that send it."""
