-- +goose Up
-- The number that an action is to move: a metric of the book, so that the next report tells whether it did. Empty: none.
ALTER TABLE review_action ADD COLUMN metric TEXT NOT NULL DEFAULT '';
