-- +goose Up
-- Formal questions of payees on lines of their statements, with everything that happened to them.
CREATE TABLE dispute (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES run (id),
    digest TEXT NOT NULL,
    line TEXT NOT NULL,
    zero BOOLEAN NOT NULL,
    shown_minor BIGINT NOT NULL,
    expected_minor BIGINT,
    cause TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    awarded_minor BIGINT,
    unanimous BOOLEAN NOT NULL,
    raised_by TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    due_on TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    deferred_to TEXT NOT NULL,
    correction_kind TEXT NOT NULL,
    correction_id TEXT NOT NULL,
    revision BIGINT NOT NULL
);
-- One open dispute a line.
CREATE UNIQUE INDEX dispute_open ON dispute (month, person_id, plan_id, line) WHERE state IN ('raised', 'in_review');
CREATE INDEX dispute_person ON dispute (person_id, number);

CREATE TABLE dispute_event (
    dispute_id TEXT NOT NULL REFERENCES dispute (id),
    seq BIGINT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    voice TEXT NOT NULL,
    outcome TEXT NOT NULL,
    amount_minor BIGINT,
    text TEXT NOT NULL,
    reference TEXT NOT NULL,
    state_before TEXT NOT NULL,
    state_after TEXT NOT NULL,
    PRIMARY KEY (dispute_id, seq)
);

CREATE TABLE dispute_file (
    id TEXT PRIMARY KEY,
    dispute_id TEXT NOT NULL REFERENCES dispute (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    content BLOB NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL
);
CREATE INDEX dispute_file_of ON dispute_file (dispute_id);

-- Messages that somebody is owed, for whoever delivers them.
CREATE TABLE dispute_reminder (
    dispute_id TEXT NOT NULL REFERENCES dispute (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    addressee TEXT NOT NULL,
    at TEXT NOT NULL,
    void_at TEXT NOT NULL,
    PRIMARY KEY (dispute_id, seq)
);
CREATE INDEX dispute_reminder_due ON dispute_reminder (at);

-- The company's rules for disputes: one row, once somebody has kept it.
CREATE TABLE dispute_rules (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    appeal_days BIGINT NOT NULL,
    answer_work_days BIGINT NOT NULL,
    approval TEXT NOT NULL,
    revision BIGINT NOT NULL
);

INSERT INTO sequence (name, next) VALUES ('dispute', 1);
