-- +goose Up
-- Which working records have another name now: memory follows it. New ones are found by their ids.
CREATE TABLE search_renamed (
    seq BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    id BIGINT NOT NULL
);
CREATE INDEX search_renamed_kind ON search_renamed (kind, seq);
INSERT INTO sequence (name, next) VALUES ('search_renamed', 1);
