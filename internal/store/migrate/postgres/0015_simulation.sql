-- +goose Up
CREATE TABLE simulation (
    id TEXT COLLATE "C" PRIMARY KEY,
    request TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    job_id TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    finished_at TEXT COLLATE "C" NOT NULL DEFAULT '',
    recorded BIGINT NOT NULL,
    failure TEXT COLLATE "C" NOT NULL DEFAULT '',
    digest TEXT COLLATE "C" NOT NULL DEFAULT '',
    result BYTEA,
    lines BYTEA
);
CREATE INDEX simulation_created ON simulation (created_at, id);

-- Every version of a fiscal year's budget; the one with the greatest number holds.
CREATE TABLE budget (
    fiscal_year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    lines TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (fiscal_year, number)
);
