-- +goose Up
-- The versions of the process standard, what cases come to by it, and who confirmed to have read it.
CREATE TABLE standard_version (
    id TEXT COLLATE "C" PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    state TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    effective_on TEXT COLLATE "C" NOT NULL,
    author_id TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    submitted_at TEXT COLLATE "C" NOT NULL,
    approver_id TEXT COLLATE "C" NOT NULL,
    approved_at TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL
);

CREATE TABLE rule_exemption (
    id TEXT COLLATE "C" PRIMARY KEY,
    case_id BIGINT NOT NULL,
    rule_id TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    until_on TEXT COLLATE "C" NOT NULL,
    granted_by TEXT COLLATE "C" NOT NULL,
    granted_at TEXT COLLATE "C" NOT NULL,
    ended_by TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX rule_exemption_case ON rule_exemption (case_id, granted_at);

-- What all rules come to in a case: a row for a case, so that a million can be judged anew in a minute.
CREATE TABLE case_judgement (
    case_id BIGINT PRIMARY KEY,
    version_id TEXT COLLATE "C" NOT NULL,
    due TEXT COLLATE "C" NOT NULL, -- when time alone may change it; empty for never
    marks TEXT COLLATE "C" NOT NULL -- a line for each rule that applies
);
CREATE INDEX case_judgement_due ON case_judgement (due) WHERE due <> '';

-- What is violated, pending or exempt has a row of its own, to be listed.
CREATE TABLE case_finding (
    case_id BIGINT NOT NULL,
    rule_id TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    due TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, rule_id)
);
CREATE INDEX case_finding_month ON case_finding (status, month, case_id);
CREATE INDEX case_finding_person ON case_finding (person_id, status, due, case_id);

CREATE TABLE compliance_tally (
    month TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    rule_id TEXT COLLATE "C" NOT NULL, -- empty: cases as a whole
    satisfied BIGINT NOT NULL,
    violated BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    exempt BIGINT NOT NULL,
    PRIMARY KEY (month, person_id, rule_id)
);

-- When people write down what happened, by the hour in which they do.
CREATE TABLE recording_tally (
    month TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    hour TEXT COLLATE "C" NOT NULL,
    events BIGINT NOT NULL,
    within_hour BIGINT NOT NULL,
    within_day BIGINT NOT NULL,
    within_three_days BIGINT NOT NULL,
    later BIGINT NOT NULL,
    PRIMARY KEY (month, person_id, hour)
);

-- How far judging is: one row.
CREATE TABLE judge_progress (
    name TEXT COLLATE "C" PRIMARY KEY,
    seq BIGINT NOT NULL,
    basis TEXT COLLATE "C" NOT NULL,
    swept BIGINT NOT NULL
);
INSERT INTO judge_progress (name, seq, basis, swept) VALUES ('cases', 0, '', 0);

CREATE TABLE handbook_reading (
    version_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    right_answers BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    PRIMARY KEY (version_id, user_id, at)
);

INSERT INTO sequence (name, next) VALUES ('process_step', 1);
