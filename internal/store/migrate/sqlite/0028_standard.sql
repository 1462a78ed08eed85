-- +goose Up
-- The versions of the process standard, what cases come to by it, and who confirmed to have read it.
CREATE TABLE standard_version (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    author_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    note TEXT NOT NULL,
    decision TEXT NOT NULL
);

CREATE TABLE rule_exemption (
    id TEXT PRIMARY KEY,
    case_id BIGINT NOT NULL,
    rule_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    until_on TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    ended_at TEXT NOT NULL
);
CREATE INDEX rule_exemption_case ON rule_exemption (case_id, granted_at);

-- What all rules come to in a case: a row for a case, so that a million can be judged anew in a minute.
CREATE TABLE case_judgement (
    case_id BIGINT PRIMARY KEY,
    version_id TEXT NOT NULL,
    due TEXT NOT NULL, -- when time alone may change it; empty for never
    marks TEXT NOT NULL -- a line for each rule that applies
);
CREATE INDEX case_judgement_due ON case_judgement (due) WHERE due <> '';

-- What is violated, pending or exempt has a row of its own, to be listed.
CREATE TABLE case_finding (
    case_id BIGINT NOT NULL,
    rule_id TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    due TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (case_id, rule_id)
);
CREATE INDEX case_finding_month ON case_finding (status, month, case_id);
CREATE INDEX case_finding_person ON case_finding (person_id, status, due, case_id);

CREATE TABLE compliance_tally (
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    rule_id TEXT NOT NULL, -- empty: cases as a whole
    satisfied BIGINT NOT NULL,
    violated BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    exempt BIGINT NOT NULL,
    PRIMARY KEY (month, person_id, rule_id)
);

-- When people write down what happened, by the hour in which they do.
CREATE TABLE recording_tally (
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    hour TEXT NOT NULL,
    events BIGINT NOT NULL,
    within_hour BIGINT NOT NULL,
    within_day BIGINT NOT NULL,
    within_three_days BIGINT NOT NULL,
    later BIGINT NOT NULL,
    PRIMARY KEY (month, person_id, hour)
);

-- How far judging is: one row.
CREATE TABLE judge_progress (
    name TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    basis TEXT NOT NULL,
    swept BIGINT NOT NULL
);
INSERT INTO judge_progress (name, seq, basis, swept) VALUES ('cases', 0, '', 0);

CREATE TABLE handbook_reading (
    version_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    right_answers BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    PRIMARY KEY (version_id, user_id, at)
);

INSERT INTO sequence (name, next) VALUES ('process_step', 1);
