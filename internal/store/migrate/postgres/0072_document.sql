-- +goose Up
-- Documents of the improvement loop as they were handed out: written once, never changed.
CREATE TABLE document_copy (
    id BIGINT PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    fiscal_year BIGINT NOT NULL, -- of a quarter; 0 for none
    quarter BIGINT NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL, -- SHA-256 of both texts
    zh TEXT COLLATE "C" NOT NULL, -- JSON
    en TEXT COLLATE "C" NOT NULL, -- JSON
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    kept_at TEXT COLLATE "C" NOT NULL
);
INSERT INTO sequence (name, next) VALUES ('document_copy', 1);
