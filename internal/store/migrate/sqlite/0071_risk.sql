-- +goose Up
-- What may go wrong, with the sign by which it shows early.
CREATE TABLE risk (
    id BIGINT PRIMARY KEY,
    key TEXT NOT NULL, -- of a shipped risk
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    score BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    content TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX risk_key ON risk (key) WHERE key <> '';

-- What was learnt of what was tried.
CREATE TABLE lesson (
    id BIGINT PRIMARY KEY,
    initiative_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    outcome TEXT NOT NULL,
    search_text TEXT NOT NULL,
    content TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE INDEX lesson_initiative ON lesson (initiative_id, id);
INSERT INTO sequence (name, next) VALUES ('risk', 1), ('lesson', 1);
