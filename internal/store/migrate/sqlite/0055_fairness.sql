-- +goose Up
-- What the tests of fairness of a quarter rest on: one report for each.
CREATE TABLE target_fairness (
    until_month TEXT PRIMARY KEY, -- the last of the quarter
    job_id TEXT NOT NULL, -- that gathers it, or has; empty for none
    at TEXT NOT NULL, -- when it was gathered; empty: not yet
    by_name TEXT NOT NULL,
    input TEXT NOT NULL -- JSON; empty before it is gathered
);
