"""The catalog on PostgreSQL: connections, transactions, locks, columns and views."""
