-- +goose Up
-- What may go wrong, with the sign by which it shows early.
CREATE TABLE risk (
    id BIGINT PRIMARY KEY,
    key TEXT COLLATE "C" NOT NULL, -- of a shipped risk
    state TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    score BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX risk_key ON risk (key) WHERE key <> '';

-- What was learnt of what was tried.
CREATE TABLE lesson (
    id BIGINT PRIMARY KEY,
    initiative_id BIGINT NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    search_text TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE INDEX lesson_initiative ON lesson (initiative_id, id);
INSERT INTO sequence (name, next) VALUES ('risk', 1), ('lesson', 1);
