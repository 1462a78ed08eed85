-- +goose Up
-- What the tests of fairness of a quarter rest on: one report for each.
CREATE TABLE target_fairness (
    until_month TEXT COLLATE "C" PRIMARY KEY, -- the last of the quarter
    job_id TEXT COLLATE "C" NOT NULL, -- that gathers it, or has; empty for none
    at TEXT COLLATE "C" NOT NULL, -- when it was gathered; empty: not yet
    by_name TEXT COLLATE "C" NOT NULL,
    input TEXT COLLATE "C" NOT NULL -- JSON; empty before it is gathered
);
