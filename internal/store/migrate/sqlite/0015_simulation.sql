-- +goose Up
CREATE TABLE simulation (
    id TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    state TEXT NOT NULL,
    job_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL DEFAULT '',
    recorded BIGINT NOT NULL,
    failure TEXT NOT NULL DEFAULT '',
    digest TEXT NOT NULL DEFAULT '',
    result BLOB,
    lines BLOB
);
CREATE INDEX simulation_created ON simulation (created_at, id);

-- Every version of a fiscal year's budget; the one with the greatest number holds.
CREATE TABLE budget (
    fiscal_year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    note TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    lines TEXT NOT NULL,
    PRIMARY KEY (fiscal_year, number)
);
