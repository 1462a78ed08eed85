-- +goose Up
-- Long work as the product shows it; the queue's own tables are the queue library's. failures counts the starts that failed and may
-- succeed later, not_before holds a start back, node is where it runs, delivery is its row in the queue (0: not handed over yet).
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    unique_key TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_by TEXT NOT NULL,
    state TEXT NOT NULL,
    stage TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    result TEXT NOT NULL,
    failure TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    cancel_asked BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    failures BIGINT NOT NULL,
    not_before TEXT NOT NULL,
    node TEXT NOT NULL,
    delivery BIGINT NOT NULL
);
CREATE INDEX job_created ON job (created_at, id);
CREATE INDEX job_state ON job (state, node) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX job_unfinished ON job (unique_key) WHERE unique_key <> '' AND state IN ('queued', 'running');

-- Numbers handed out in order of commit: holding a row here is what makes writers of one sequence wait for each other.
CREATE TABLE sequence (
    name TEXT PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO sequence (name, next) VALUES ('batch', 1), ('audit', 1), ('ledger', 1), ('region', 1), ('team', 1), ('person', 1),
    ('customer', 1), ('product', 1), ('deal', 1);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
