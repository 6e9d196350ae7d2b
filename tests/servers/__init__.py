"""Real servers for the tests, on loopback: OpenSearch and PostgreSQL as processes, S3 in the tests' own process."""
