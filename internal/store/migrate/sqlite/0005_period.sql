-- +goose Up
CREATE TABLE period (
    month TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    current_run TEXT NOT NULL,
    running_run TEXT NOT NULL,
    run_by TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    object_until TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    seal_hash TEXT NOT NULL
);

CREATE TABLE run (
    id TEXT PRIMARY KEY,
    month TEXT NOT NULL,
    state TEXT NOT NULL,
    recorded BIGINT NOT NULL,
    plans TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    job_id TEXT NOT NULL,
    statements BIGINT NOT NULL,
    payees BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    digest TEXT NOT NULL,
    failure TEXT NOT NULL
);
CREATE INDEX run_month ON run (month, started_at);

CREATE TABLE statement (
    run_id TEXT NOT NULL REFERENCES run (id),
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    level TEXT NOT NULL,
    team_id BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    digest TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (run_id, person_id, plan_id)
);
CREATE INDEX statement_person ON statement (person_id, run_id);

CREATE TABLE payout_line (
    run_id TEXT NOT NULL REFERENCES run (id),
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    component TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    PRIMARY KEY (run_id, person_id, plan_id, component)
);

CREATE TABLE run_exception (
    run_id TEXT NOT NULL REFERENCES run (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    component TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    before_minor BIGINT NOT NULL,
    PRIMARY KEY (run_id, position)
);

CREATE TABLE ledger_entry (
    seq BIGINT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    component TEXT NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    source TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX ledger_person ON ledger_entry (person_id, seq);
CREATE INDEX ledger_month ON ledger_entry (month, seq);

CREATE TABLE pay_file (
    month TEXT NOT NULL REFERENCES period (month),
    format TEXT NOT NULL,
    digest TEXT NOT NULL,
    signature TEXT NOT NULL,
    content BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (month, format)
);

CREATE TABLE seal (
    month TEXT PRIMARY KEY REFERENCES period (month),
    run_id TEXT NOT NULL,
    run_digest TEXT NOT NULL,
    ledger_seq BIGINT NOT NULL,
    ledger_hash TEXT NOT NULL,
    pay_file_digest TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    signature TEXT NOT NULL
);
