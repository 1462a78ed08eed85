-- +goose Up
-- Differences of late facts by deal, and what they change of an excess that is carried.
ALTER TABLE retro_delta ADD COLUMN parts TEXT NOT NULL DEFAULT '';
ALTER TABLE run_addition ADD COLUMN parts TEXT NOT NULL DEFAULT '';
ALTER TABLE run_addition ADD COLUMN was_carried BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_addition ADD COLUMN now_carried BIGINT NOT NULL DEFAULT 0;
