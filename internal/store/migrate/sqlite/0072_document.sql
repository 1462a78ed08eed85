-- +goose Up
-- Documents of the improvement loop as they were handed out: written once, never changed.
CREATE TABLE document_copy (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    fiscal_year BIGINT NOT NULL, -- of a quarter; 0 for none
    quarter BIGINT NOT NULL,
    note TEXT NOT NULL,
    hash TEXT NOT NULL, -- SHA-256 of both texts
    zh TEXT NOT NULL, -- JSON
    en TEXT NOT NULL, -- JSON
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    kept_at TEXT NOT NULL
);
INSERT INTO sequence (name, next) VALUES ('document_copy', 1);
