"""The catalog in SQLite or PostgreSQL: connections, tables, migrations, and the views that hide collections."""
