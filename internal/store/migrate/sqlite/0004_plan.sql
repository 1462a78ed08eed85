-- +goose Up
CREATE TABLE plan_version (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    layer TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    effective_to TEXT NOT NULL,
    author_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (document_id, number)
);
