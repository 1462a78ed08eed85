-- +goose Up
-- What makes the salts of a run's digest; empty for the digests of before there were proofs.
ALTER TABLE run ADD COLUMN salt TEXT NOT NULL DEFAULT '';
