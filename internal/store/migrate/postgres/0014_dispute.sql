-- +goose Up
-- Formal questions of payees on lines of their statements, with everything that happened to them.
CREATE TABLE dispute (
    id TEXT COLLATE "C" PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    month TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    version_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    digest TEXT COLLATE "C" NOT NULL,
    line TEXT COLLATE "C" NOT NULL,
    zero BOOLEAN NOT NULL,
    shown_minor BIGINT NOT NULL,
    expected_minor BIGINT,
    cause TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    awarded_minor BIGINT,
    unanimous BOOLEAN NOT NULL,
    raised_by TEXT COLLATE "C" NOT NULL,
    raised_at TEXT COLLATE "C" NOT NULL,
    due_on TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C" NOT NULL,
    deferred_to TEXT COLLATE "C" NOT NULL,
    correction_kind TEXT COLLATE "C" NOT NULL,
    correction_id TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
-- One open dispute a line.
CREATE UNIQUE INDEX dispute_open ON dispute (month, person_id, plan_id, line) WHERE state IN ('raised', 'in_review');
CREATE INDEX dispute_person ON dispute (person_id, number);

CREATE TABLE dispute_event (
    dispute_id TEXT COLLATE "C" NOT NULL REFERENCES dispute (id),
    seq BIGINT NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    actor_id TEXT COLLATE "C" NOT NULL,
    actor_name TEXT COLLATE "C" NOT NULL,
    voice TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT,
    text TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    state_before TEXT COLLATE "C" NOT NULL,
    state_after TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (dispute_id, seq)
);

CREATE TABLE dispute_file (
    id TEXT COLLATE "C" PRIMARY KEY,
    dispute_id TEXT COLLATE "C" NOT NULL REFERENCES dispute (id),
    name TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    bytes BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    content BYTEA NOT NULL,
    added_by TEXT COLLATE "C" NOT NULL,
    added_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX dispute_file_of ON dispute_file (dispute_id);

-- Messages that somebody is owed, for whoever delivers them.
CREATE TABLE dispute_reminder (
    dispute_id TEXT COLLATE "C" NOT NULL REFERENCES dispute (id),
    seq BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    addressee TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    void_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (dispute_id, seq)
);
CREATE INDEX dispute_reminder_due ON dispute_reminder (at);

-- The company's rules for disputes: one row, once somebody has kept it.
CREATE TABLE dispute_rules (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    appeal_days BIGINT NOT NULL,
    answer_work_days BIGINT NOT NULL,
    approval TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);

INSERT INTO sequence (name, next) VALUES ('dispute', 1);
