"""What the archive says of servers that keep its parts."""

from __future__ import annotations

from webapp.languages.translation import marked

SENTENCES = (
    # The catalog on PostgreSQL.
    marked("The catalog %(path)s cannot be reached: %(reason)s."),
    marked("See that the server runs and that catalog_url is right. What had not been reported as done was not done."),
    marked("The catalog %(path)s refuses this to its user: %(reason)s."),
    marked("Let the user own the schema, or allow it to make one: GRANT CREATE ON DATABASE."),
    marked("The catalog %(path)s took too long: %(reason)s."),
    marked("Look at the load of its server."),
    marked("The connection that held the writer lock of %(path)s is gone, so nothing more is written."),
    marked("Start the command again: it goes on where this one stopped."),
    marked("Every connection to %(path)s has been in use for long."),
    marked("Try again in a moment."),
    marked("A text of it has a NUL character, which the catalog cannot keep."),
    marked("Convert the file."),
    marked("catalog_url is not the address of a PostgreSQL database."),
    marked("Write: postgresql://user:password@host/database"),
    marked("catalog_url names the schema %(name)s."),
    marked("Name one of small letters, digits and underscores."),
    marked("A catalog on PostgreSQL needs the package psycopg, which is not installed."),
    marked("Run: pip install 'dosije[servers]'"),
    marked("%(path)s keeps text as %(encoding)s."),
    marked("Make a database with: createdb -E UTF8"),
    # The queue of several workers.
    marked("A queue for several workers needs a catalog on PostgreSQL."),
    marked("Set catalog_url, or just add."),
    marked("Reading by several workers needs a catalog on PostgreSQL."),
    marked("Set catalog_url, or use: add"),
    marked("The worker that read it died %(count)s times."),
    marked("See whether the machine had enough memory, then add it again with --retry-failed."),
    # A catalog on a full disk.
    marked("The catalog was changed while it was read on a full disk."),
    marked("The catalog was changed while it was copied from a full disk."),
    marked("The disk of the archive is full, and the catalog was not closed by the process that wrote to it last."),
    marked("Make room: %(count)s KB are enough to open it. Nothing is lost."),
    # An index that is behind, or gone.
    marked("Documents added or changed that are not searched yet: %(count)s."),
    marked("The search index is gone, so nothing can be said of what stands in the documents."),
    marked("Nothing is lost: a reading room that runs builds it anew by itself, and so does: dosije reindex"),
    marked("The search index is being built: %(done)s of %(total)s documents are done."),
    marked("Try again in a moment. Documents can be read meanwhile."),
    marked("%(name)s was added or changed and is not searched yet."),
    # The object store of originals.
    marked("originals_url must be s3://bucket/folder, not '%(address)s'."),
    marked("See docs/moving.md."),
    marked("The object store of the originals at s3://%(address)s refused: %(reason)s."),
    marked("Check originals_url, and the keys in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)."),
    marked("The object store of the originals at s3://%(address)s cannot be reached (%(reason)s)."),
    marked("Check the server, AWS_ENDPOINT_URL and the keys, then try again. Searching goes on meanwhile."),
    marked("The object store did not keep %(address)s as it was sent."),
    marked("It was removed again. Look after the store, then run the command again."),
    # The servers of the search.
    marked("The setting search_url names no OpenSearch: %(address)s."),
    marked("Write it so, with several hosts parted by commas: http://host:9200/name?shards=3&replicas=1"),
    marked("The search server at %(address)s refuses us."),
    marked("See to name and password in the setting search_url."),
    marked("The search server at %(address)s has a certificate that we cannot trust."),
    marked("Have one made that this computer trusts."),
    marked("The search server at %(address)s does not answer."),
    marked("See that OpenSearch is running; nothing is lost."),
    marked("The query asks for more than the search server allows."),
    marked("The search server answers %(status)s: %(reason)s."),
    marked("Look into its log; nothing is lost."),
    marked("The search server did not take in %(count)s changes: %(reason)s."),
    marked("Try again when it is less busy; what it took in is kept."),
    marked("The search server takes in nothing: %(reason)s."),
    marked(
        "Make room on its disks; it takes in documents again by itself then. What it holds is searched, and what was "
        "read is kept and waits to be indexed."
    ),
    marked("The search server refuses document %(name)s: %(reason)s."),
    marked("A part of the search index at %(address)s does not answer."),
    marked("See that all servers of OpenSearch are running; nothing is lost."),
    marked("The search index at %(address)s changes faster than it can be read."),
    marked("The servers have lost %(count)s shards of the search index %(name)s."),
    marked("The search index %(name)s is gone: it was removed while it was written."),
    marked("A part of the search server did not answer: documents may be missing from this list and its counts."),
)
