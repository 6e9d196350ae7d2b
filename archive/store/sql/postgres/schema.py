"""What PostgreSQL needs besides the migrations: column types that behave like SQLite's, and views and triggers that
hide collections.

For readers from whom collections are hidden, views in the schema ``NAME_seen`` replace all tables
(:mod:`archive.store.sql.visibility`). The setting ``dosije.hidden`` names the collections for each transaction; without
it the views fail, so that nothing is shown by mistake. While it is set, triggers on the tables refuse to write to
hidden documents.
"""

# ruff: noqa: S608 - statements are formatted from our own literals only

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256

from sqlalchemy import Connection, and_, column, exists, func, not_, select, table, text
from sqlalchemy.exc import DBAPIError

from archive.store.sql.database import REFUSED
from archive.store.sql.tables import metadata
from archive.store.sql.visibility import GUARDED, GUARDED_ACTIONS, OF_NO_DOCUMENT, Dialect, views

_HIDDEN = "(SELECT json_array_elements_text(current_setting('dosije.hidden')::json))"

for _index in (index for table_ in metadata.tables.values() for index in table_.indexes):
    _index.dialect_kwargs["postgresql_where"] = _index.dialect_options["sqlite"]["where"]


def of_views(schema: str) -> str:
    """Return the name of the schema of views that belongs to a schema."""
    return f"{schema}_seen"


def settle_columns(connection: Connection) -> None:
    """Set the types of text columns (collation by bytes) and JSON columns (stored as written), as in SQLite, whatever
    the defaults of the database. Tables and migrations do not state them."""
    wanted = text(
        "SELECT table_name, column_name, data_type, character_maximum_length FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND (data_type = 'json' OR "
        "(data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'))"
    )
    changes: defaultdict[str, list[str]] = defaultdict(list)
    for name, column_, kind, length in connection.execute(wanted):
        as_text = f"varchar({length})" if length else "text"
        using = f' USING "{column_}"::text' if kind == "json" else ""
        changes[name].append(f'ALTER COLUMN "{column_}" TYPE {as_text} COLLATE "C"{using}')
    for name, of_table in changes.items():
        connection.exec_driver_sql(f'ALTER TABLE "{name}" {", ".join(of_table)}')


def advance_sequences(connection: Connection) -> None:
    """Advance each sequence past the highest value of its column."""
    wanted = text(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'"
    )
    for name, column_ in connection.execute(wanted).all():
        highest = select(func.coalesce(func.max(column(column_)), 0) + 1).select_from(table(name)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(name, column_), highest, False)))


def analyze(connection: Connection) -> None:
    """Renew the statistics of all tables, by which queries are planned."""
    connection.exec_driver_sql(f"ANALYZE {', '.join(metadata.tables)}")


def are_views_current(connection: Connection, schema: str) -> bool:
    """Return whether the views and triggers are those of this version."""
    asked = text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')")
    return bool(connection.scalar(asked, {"schema": of_views(schema)}) == _fingerprint(_statements(schema)))


def drop_views(connection: Connection, schema: str) -> None:
    """Drop the views; triggers are kept."""
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {of_views(schema)} CASCADE")


def create_views(connection: Connection, schema: str) -> None:
    """Create or replace the views and triggers."""
    statements = _statements(schema)
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {of_views(schema)} IS '{_fingerprint(statements)}'")


def faults(connection: Connection, *, thorough: bool, most: int) -> list[str]:
    """Return faults that the server finds: invalid constraints and indexes; if ``thorough``, also dangling foreign keys
    and, with the extension amcheck, indexes that differ from their tables."""
    found = [
        f"{kind} {name} does not hold"
        for kind, name in connection.execute(
            text(
                "SELECT 'constraint', conname FROM pg_constraint "
                "WHERE connamespace = current_schema()::regnamespace AND NOT convalidated UNION ALL "
                "SELECT 'index', indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
                "WHERE relnamespace = current_schema()::regnamespace AND NOT indisvalid"
            )
        )
    ]
    if thorough:
        found += _orphans(connection, most)
        found += _broken_indexes(connection, most)
    return found[:most]


def checks(connection: Connection, *, thorough: bool) -> str:
    """Describe what :func:`faults` checks."""
    if not thorough:
        return "its constraints and indexes, as it knows of them"
    if _amcheck(connection) is None:
        return "its constraints, and not at its indexes: the extension amcheck is not there for us"
    return "its constraints, and compared each index with its table"


def _amcheck(connection: Connection) -> str | None:
    """Return the schema of the extension amcheck, if it is installed and may be used."""
    asked = (
        "SELECT nspname FROM pg_extension JOIN pg_namespace AS place ON place.oid = extnamespace "
        "WHERE extname = 'amcheck' AND has_function_privilege("
        "to_regprocedure(format('%I.bt_index_check(regclass, boolean)', nspname)), 'execute')"
    )
    schema: str | None = connection.scalar(text(asked))
    return schema


def _orphans(connection: Connection, most: int) -> list[str]:
    found: list[str] = []
    for child in metadata.sorted_tables:
        for key in child.foreign_key_constraints:
            parent = key.referred_table.alias()
            same = and_(*(element.parent == parent.c[element.column.name] for element in key.elements))
            given = and_(*(element.parent.is_not(None) for element in key.elements))
            query = select(func.count()).select_from(child).where(given, not_(exists().where(same)))
            if lost := connection.scalar(query):
                names = key.referred_table.name
                found.append(f"{lost} rows of {child.name} point at rows of {names} that are not there")
    return found[:most]


def _broken_indexes(connection: Connection, most: int) -> list[str]:
    schema = _amcheck(connection)
    if schema is None:
        return []
    indexes = text(
        "SELECT pg_class.oid, relname FROM pg_class JOIN pg_am ON pg_am.oid = relam "
        "WHERE relnamespace = current_schema()::regnamespace AND relkind = 'i' AND amname = 'btree' ORDER BY relname"
    )
    found: list[str] = []
    for oid, name in connection.execute(indexes).all():
        try:
            with connection.begin_nested():
                connection.execute(text(f"SELECT {schema}.bt_index_check(:oid, true)"), {"oid": oid})
        except DBAPIError as error:
            found.append(f"index {name}: {str(error.orig).splitlines()[0]}")
    return found[:most]


def _fingerprint(statements: list[str]) -> str:
    return sha256("\n".join(statements).encode()).hexdigest()


def _statements(schema: str) -> list[str]:
    seen = of_views(schema)
    dialect = Dialect(
        tables=f"{schema}.",
        seen=f"{seen}.",
        hidden=_HIDDEN,
        member="({of}::json ->> '{name}')",
        # The columns of a query with a NUL character cannot be analysed; it counts as one that names everything.
        says_hidden=(
            "(strpos({of}, '\\u0000') > 0 OR EXISTS "
            "(SELECT 1 FROM jsonb_path_query({of}::jsonb, '$.**') AS told WHERE told #>> '{{}}' IN {hidden}))"
        ),
        seen_names=(
            "(SELECT coalesce(json_agg(one.value ORDER BY one.place)::text, '[]') "
            "FROM json_array_elements_text({of}::json) WITH ORDINALITY AS one(value, place) WHERE one.value IN {among})"
        ),
        position="strpos",
    )
    whole = {name: f"SELECT own.* FROM {schema}.{name} AS own" for name in sorted(OF_NO_DOCUMENT)}
    return [
        f"DROP SCHEMA IF EXISTS {seen} CASCADE",
        f"DROP FUNCTION IF EXISTS {schema}.refuse_hidden CASCADE",
        f"CREATE SCHEMA {seen}",
        *(f"CREATE VIEW {seen}.{name} AS {query}" for name, query in (whole | views(dialect)).items()),
        _guard_function(schema),
        *(
            f"CREATE TRIGGER guard_{action.lower()}_{name} BEFORE {action} ON {schema}.{name} FOR EACH ROW "
            f"WHEN (current_setting('dosije.hidden', true) <> '') "
            f"EXECUTE FUNCTION {schema}.refuse_hidden('{GUARDED[name]}')"
            for name, action in GUARDED_ACTIONS
        ),
    ]


def _guard_function(schema: str) -> str:
    """Return the trigger function; its argument is the column with the document or collection of a row."""
    return f"""
        CREATE FUNCTION {schema}.refuse_hidden() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            touched jsonb := CASE WHEN TG_OP = 'INSERT' THEN to_jsonb(NEW) ELSE to_jsonb(OLD) END;
            place text := touched ->> TG_ARGV[0];
        BEGIN
            IF place IS NULL THEN
                RETURN coalesce(NEW, OLD);
            END IF;
            IF TG_ARGV[0] = 'document' THEN
                place := (SELECT collection FROM {schema}.documents WHERE id = place);
            END IF;
            IF place IS NULL OR place IN {_HIDDEN} THEN
                RAISE EXCEPTION '{REFUSED}';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        END $$
    """
