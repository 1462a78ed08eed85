-- +goose Up
-- The request by which a change of a tier is decided; empty until somebody is asked, and of what was decided before.
ALTER TABLE tier_proposal ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
CREATE INDEX tier_proposal_unasked ON tier_proposal (id) WHERE state = 'waiting' AND request_id = '';

-- A flow waits here until a second person puts it into force.
ALTER TABLE approval_flow ADD COLUMN proposed_by TEXT NOT NULL DEFAULT '';
CREATE TABLE approval_flow_draft (
    kind TEXT PRIMARY KEY,
    based_on BIGINT NOT NULL,
    flow TEXT NOT NULL,
    hash TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_name TEXT NOT NULL,
    proposed_at TEXT NOT NULL
);

-- The newest request about a subject.
CREATE INDEX approval_request_subject ON approval_request (kind, subject_id, id);

-- What somebody asked for, or decided, in one list with requests.
CREATE INDEX adjustment_maker ON adjustment (made_by, made_at);
CREATE INDEX adjustment_decider ON adjustment (decided_by, decided_at);

-- How many days before an instalment is due its seller is told; 0: not.
ALTER TABLE company ADD COLUMN instalment_notice_days BIGINT NOT NULL DEFAULT 3;
