-- +goose Up
-- What a cap cut off and the next month takes up.
ALTER TABLE payout_line ADD COLUMN carried_minor BIGINT NOT NULL DEFAULT 0;
