-- +goose Up
-- Files on records. Contents are kept once for equal ones; a file that was removed leaves its row.
CREATE TABLE attachment_content (
    digest TEXT PRIMARY KEY,
    content BLOB NOT NULL
);

CREATE TABLE attachment (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    removed_by TEXT NOT NULL,
    removed_at TEXT NOT NULL
);
CREATE INDEX attachment_subject ON attachment (subject, id) WHERE removed_at = '';
CREATE INDEX attachment_digest ON attachment (digest) WHERE removed_at = '';
