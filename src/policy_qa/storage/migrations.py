"""The schema of the databases, as named steps that are each applied once.

Invariant: a released migration never changes; a new schema is a new migration at the end of its list. A database that
names a migration unknown here was made by a newer program and is left alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policy_qa.storage.database import transaction


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a schema; ``statements`` are run in the transaction that notes that they were."""

    name: str
    statements: tuple[str, ...]


CATALOG = (
    Migration(
        "0001_catalog",
        (
            "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
            # Long columns come last: listing documents then never reads the pages they spill over to.
            """CREATE TABLE documents (
                id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, staged INTEGER NOT NULL,
                sha256 TEXT NOT NULL, declared TEXT NOT NULL, title TEXT NOT NULL, publishers TEXT NOT NULL, date TEXT,
                document_type TEXT, terms TEXT, characters INTEGER NOT NULL, checksum TEXT NOT NULL,
                blocks TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (path, staged))""",
            """CREATE TABLE labels (
                document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, label TEXT NOT NULL,
                PRIMARY KEY (document_id, label)) WITHOUT ROWID""",
            # AUTOINCREMENT: an id is never given twice, so an old hit can never point to another chunk's text.
            """CREATE TABLE chunks (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
                start INTEGER NOT NULL, end INTEGER NOT NULL, page INTEGER, years TEXT NOT NULL, stages TEXT NOT NULL,
                embedding BLOB NOT NULL, heading_path TEXT NOT NULL, text TEXT NOT NULL,
                title_terms TEXT NOT NULL, heading_terms TEXT NOT NULL, body_terms TEXT NOT NULL)""",
            "CREATE INDEX chunks_by_document ON chunks (document_id)",
            """CREATE TABLE facts (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
                kind TEXT NOT NULL, fiscal_year INTEGER, stage TEXT, fact TEXT NOT NULL)""",
            "CREATE INDEX facts_by_document ON facts (document_id)",
            """CREATE TABLE failures (
                path TEXT PRIMARY KEY, kind TEXT NOT NULL, reason TEXT NOT NULL, remedy TEXT NOT NULL,
                serving_previous INTEGER NOT NULL, labels TEXT NOT NULL) WITHOUT ROWID""",
            "CREATE TABLE derived (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID",
        ),
    ),
    Migration(
        "0002_places",
        (
            # Places come last of all: a document is read without them.
            "ALTER TABLE documents ADD COLUMN reader TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE documents ADD COLUMN pages BLOB NOT NULL DEFAULT x''",
            "ALTER TABLE documents ADD COLUMN places BLOB NOT NULL DEFAULT x''",
            # The same bytes under another name are found without reading the file again.
            "CREATE INDEX documents_by_content ON documents (sha256, reader)",
        ),
    ),
    Migration(
        "0003_page_quality",
        (
            # Documents are listed with these for every question: that must not unpack all their pages.
            "ALTER TABLE documents ADD COLUMN page_count INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE documents ADD COLUMN noted_pages TEXT NOT NULL DEFAULT '[]'",
        ),
    ),
    Migration(
        "0004_tried",
        (
            # Of a file inside an archive that is as it was: its digest is known without unpacking it.
            "ALTER TABLE documents ADD COLUMN archive TEXT",
            # What failed is not tried again on every sync.
            "ALTER TABLE failures ADD COLUMN sha256 TEXT",
            "ALTER TABLE failures ADD COLUMN tried_with TEXT NOT NULL DEFAULT ''",
        ),
    ),
    Migration(
        "0005_embeddings",
        (
            # One row a document and model: another model's stand beside those in use until they take their place. What an older
            # program embedded is made anew from the corpus: another reader has read it anyway.
            "DELETE FROM documents",
            "DELETE FROM derived",
            "DELETE FROM meta WHERE name <> 'generation'",
            "ALTER TABLE chunks DROP COLUMN embedding",
            """CREATE TABLE embeddings (
                document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
                model TEXT NOT NULL, sha256 TEXT NOT NULL, vectors BLOB NOT NULL, PRIMARY KEY (document_id, model))""",
        ),
    ),
    Migration(
        "0006_years_and_stages",
        (
            # A filter by year or stage looks at the few lists there are, not at every chunk.
            "CREATE INDEX chunks_by_years ON chunks (years) WHERE years <> '[]'",
            "CREATE INDEX chunks_by_stages ON chunks (stages) WHERE stages <> '[]'",
        ),
    ),
    Migration(
        "0007_listed",
        (
            # Documents are listed, and held against the files of the corpus, out of this index: columns that were added later lie
            # behind the text of a document, and to come to them SQLite reads all of it.
            """CREATE INDEX documents_listed ON documents (path, staged, sha256, declared, archive, characters, page_count,
                noted_pages, title, publishers, date, document_type, terms)""",
        ),
    ),
    Migration(
        "0008_versions",
        (
            "ALTER TABLE documents ADD COLUMN status TEXT",
            "DROP INDEX documents_listed",
            """CREATE INDEX documents_listed ON documents (path, staged, sha256, declared, archive, characters, page_count,
                noted_pages, title, publishers, date, document_type, terms, status)""",
            # What every file held and when; what a document was called and who saw it stays known of versions that are gone.
            """CREATE TABLE versions (
                number INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL, date TEXT,
                status TEXT, characters INTEGER NOT NULL, labels TEXT NOT NULL, read_at TEXT NOT NULL, replaced_at TEXT)""",
            "CREATE INDEX versions_by_path ON versions (path, number)",
            """INSERT INTO versions (path, sha256, title, date, characters, labels, read_at)
                SELECT path, sha256, title, date, characters,
                    (SELECT json_group_array(label) FROM labels WHERE document_id = documents.id),
                    coalesce((SELECT value FROM meta WHERE name = 'last_sync'), '')
                FROM documents WHERE NOT staged ORDER BY path""",
        ),
    ),
)

ANSWERS = (
    Migration(
        "0001_answers",
        (
            """CREATE TABLE answers (
                number INTEGER PRIMARY KEY AUTOINCREMENT, logged_at TEXT NOT NULL, viewer TEXT NOT NULL,
                index_state TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, folded TEXT NOT NULL)""",
            "CREATE INDEX answers_by_viewer ON answers (viewer, number)",
        ),
    ),
    Migration(
        "0002_decisions",
        (
            # A correction is a row of its own that names the row it replaces; a withdrawal is one that is withdrawn.
            """CREATE TABLE decisions (
                number INTEGER PRIMARY KEY AUTOINCREMENT, recorded_at TEXT NOT NULL, viewer TEXT NOT NULL,
                shared INTEGER NOT NULL, replaces INTEGER REFERENCES decisions, withdrawn INTEGER NOT NULL DEFAULT 0,
                record TEXT NOT NULL, folded TEXT NOT NULL)""",
            "CREATE UNIQUE INDEX decisions_replaced ON decisions (replaces) WHERE replaces IS NOT NULL",
        ),
    ),
    Migration(
        "0003_conversations",
        (
            # The id under which an answer was asked for: who asked can name the answer before it has a number.
            "ALTER TABLE answers ADD COLUMN identity TEXT",
            "CREATE INDEX answers_by_identity ON answers (identity) WHERE identity IS NOT NULL",
            """CREATE TABLE feedback (
                number INTEGER PRIMARY KEY AUTOINCREMENT, answer INTEGER NOT NULL REFERENCES answers,
                given_at TEXT NOT NULL, useful INTEGER NOT NULL, comment TEXT NOT NULL)""",
            "CREATE INDEX feedback_by_answer ON feedback (answer, number)",
            """CREATE TABLE conversations (
                id TEXT PRIMARY KEY, viewer TEXT NOT NULL, browser TEXT NOT NULL, title TEXT NOT NULL,
                begun_at TEXT NOT NULL, changed_at TEXT NOT NULL)""",
            "CREATE INDEX conversations_by_holder ON conversations (viewer, browser, changed_at)",
            """CREATE TABLE turns (
                conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE, position INTEGER NOT NULL,
                answer INTEGER NOT NULL REFERENCES answers, PRIMARY KEY (conversation, position)) WITHOUT ROWID""",
        ),
    ),
    Migration(
        "0004_evaluation",
        (
            """CREATE TABLE questions (
                number INTEGER PRIMARY KEY AUTOINCREMENT, viewer TEXT NOT NULL, id TEXT NOT NULL, changed_at TEXT NOT NULL,
                answer INTEGER REFERENCES answers, question TEXT NOT NULL, UNIQUE (viewer, id))""",
            """CREATE TABLE runs (
                number INTEGER PRIMARY KEY AUTOINCREMENT, viewer TEXT NOT NULL, begun_at TEXT NOT NULL, ended_at TEXT,
                stopped INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL, conditions TEXT NOT NULL)""",
            "CREATE INDEX runs_by_viewer ON runs (viewer, number)",
            # Counting what is right never reads the answers: long columns come last.
            """CREATE TABLE run_records (
                run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, position INTEGER NOT NULL, is_right INTEGER NOT NULL,
                verdict TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL)""",
            "CREATE UNIQUE INDEX run_records_in_order ON run_records (run, position, is_right)",
        ),
    ),
    Migration(
        "0005_chain",
        (
            # AUTOINCREMENT: the number of a link that was taken away is never given again.
            """CREATE TABLE chain (
                link INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, number INTEGER NOT NULL, day TEXT NOT NULL,
                content TEXT NOT NULL, former TEXT NOT NULL, hash TEXT NOT NULL)""",
            "CREATE INDEX chain_by_row ON chain (subject, number)",
        ),
    ),
)


def applied(connection: sqlite3.Connection) -> list[str]:
    """The names of the migrations this database has had, in their order; none for an empty database."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone():
        return []
    return [name for (name,) in connection.execute("SELECT name FROM migrations ORDER BY name")]


def apply(
    connection: sqlite3.Connection,
    migrations: Sequence[Migration],
    then: Callable[[sqlite3.Connection], None] | None = None,
) -> None:
    """Brings the schema level with ``migrations``: all missing steps, or, killed among them, none.

    ``then`` is called in the same transaction where there was a step to take: for what SQL cannot say.
    """
    with transaction(connection):  # two processes may come here at once; the second finds it done
        present = applied(connection)
        for migration in migrations:
            if migration.name not in present:
                connection.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
                for statement in migration.statements:
                    connection.execute(statement)
                connection.execute("INSERT INTO migrations VALUES (?)", (migration.name,))
        if then is not None and present != [migration.name for migration in migrations]:
            then(connection)
