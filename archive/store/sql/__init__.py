"""How the catalog is kept in a SQL database: SQLite or PostgreSQL, the tables, and the views that hide collections."""
