"""The catalog on PostgreSQL: connections, transactions, locks, and what it needs beside the steps of the schema."""
