-- +goose Up
-- Files on records. Contents are kept once for equal ones; a file that was removed leaves its row.
CREATE TABLE attachment_content (
    digest TEXT COLLATE "C" PRIMARY KEY,
    content BYTEA NOT NULL
);

CREATE TABLE attachment (
    id TEXT COLLATE "C" PRIMARY KEY,
    subject TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    bytes BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    added_by TEXT COLLATE "C" NOT NULL,
    added_at TEXT COLLATE "C" NOT NULL,
    removed_by TEXT COLLATE "C" NOT NULL,
    removed_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX attachment_subject ON attachment (subject, id) WHERE removed_at = '';
CREATE INDEX attachment_digest ON attachment (digest) WHERE removed_at = '';
