-- +goose Up
CREATE TABLE period (
    month TEXT COLLATE "C" PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    current_run TEXT COLLATE "C" NOT NULL,
    running_run TEXT COLLATE "C" NOT NULL,
    run_by TEXT COLLATE "C" NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL,
    published_at TEXT COLLATE "C" NOT NULL,
    object_until TEXT COLLATE "C" NOT NULL,
    approved_by TEXT COLLATE "C" NOT NULL,
    approved_at TEXT COLLATE "C" NOT NULL,
    closed_by TEXT COLLATE "C" NOT NULL,
    closed_at TEXT COLLATE "C" NOT NULL,
    seal_hash TEXT COLLATE "C" NOT NULL
);

CREATE TABLE run (
    id TEXT COLLATE "C" PRIMARY KEY,
    month TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    recorded BIGINT NOT NULL,
    plans TEXT COLLATE "C" NOT NULL,
    engine_version TEXT COLLATE "C" NOT NULL,
    started_by TEXT COLLATE "C" NOT NULL,
    started_at TEXT COLLATE "C" NOT NULL,
    finished_at TEXT COLLATE "C" NOT NULL,
    job_id TEXT COLLATE "C" NOT NULL,
    statements BIGINT NOT NULL,
    payees BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    failure TEXT COLLATE "C" NOT NULL
);
CREATE INDEX run_month ON run (month, started_at);

CREATE TABLE statement (
    run_id TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    person_id BIGINT NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    version_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    level TEXT COLLATE "C" NOT NULL,
    team_id BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (run_id, person_id, plan_id)
);
CREATE INDEX statement_person ON statement (person_id, run_id);

CREATE TABLE payout_line (
    run_id TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    person_id BIGINT NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    component TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    PRIMARY KEY (run_id, person_id, plan_id, component)
);

CREATE TABLE run_exception (
    run_id TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    position BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    component TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    before_minor BIGINT NOT NULL,
    PRIMARY KEY (run_id, position)
);

CREATE TABLE ledger_entry (
    seq BIGINT PRIMARY KEY,
    key TEXT COLLATE "C" NOT NULL UNIQUE,
    month TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    component TEXT COLLATE "C" NOT NULL,
    debit TEXT COLLATE "C" NOT NULL,
    credit TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    posted_at TEXT COLLATE "C" NOT NULL,
    prev_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL
);
CREATE INDEX ledger_person ON ledger_entry (person_id, seq);
CREATE INDEX ledger_month ON ledger_entry (month, seq);

CREATE TABLE pay_file (
    month TEXT COLLATE "C" NOT NULL REFERENCES period (month),
    format TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    signature TEXT COLLATE "C" NOT NULL,
    content BYTEA NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (month, format)
);

CREATE TABLE seal (
    month TEXT COLLATE "C" PRIMARY KEY REFERENCES period (month),
    run_id TEXT COLLATE "C" NOT NULL,
    run_digest TEXT COLLATE "C" NOT NULL,
    ledger_seq BIGINT NOT NULL,
    ledger_hash TEXT COLLATE "C" NOT NULL,
    pay_file_digest TEXT COLLATE "C" NOT NULL,
    closed_by TEXT COLLATE "C" NOT NULL,
    approved_by TEXT COLLATE "C" NOT NULL,
    closed_at TEXT COLLATE "C" NOT NULL,
    prev_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    signature TEXT COLLATE "C" NOT NULL
);
