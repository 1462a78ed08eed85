-- +goose Up
-- What somebody has to decide: one row for each request, what was submitted in each of its rounds, and everything that was done about it.
CREATE TABLE approval_request (
    id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    subject_id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    search_text TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    stuck BOOLEAN NOT NULL,
    round BIGINT NOT NULL,
    at_turn BIGINT NOT NULL,
    turns TEXT COLLATE "C" NOT NULL, -- JSON: steps, seats, signatures of this round
    submitter_id TEXT COLLATE "C" NOT NULL,
    submitter_name TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    excluded TEXT COLLATE "C" NOT NULL, -- users, each with a blank on either side
    flow_version BIGINT NOT NULL,
    route TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    data TEXT COLLATE "C" NOT NULL,
    facts TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    submitted_at TEXT COLLATE "C" NOT NULL,
    decided_at TEXT COLLATE "C" NOT NULL,
    due_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX approval_request_open ON approval_request (kind, subject_id) WHERE state IN ('pending', 'returned');
CREATE INDEX approval_request_submitter ON approval_request (submitter_id, id);
CREATE INDEX approval_request_due ON approval_request (due_at) WHERE due_at <> '';
CREATE INDEX approval_request_person ON approval_request (person_id, id);

CREATE TABLE approval_round (
    request_id TEXT COLLATE "C" NOT NULL REFERENCES approval_request (id),
    round BIGINT NOT NULL,
    data TEXT COLLATE "C" NOT NULL,
    facts TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    submitted_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (request_id, round)
);

CREATE TABLE approval_event (
    request_id TEXT COLLATE "C" NOT NULL REFERENCES approval_request (id),
    seq BIGINT NOT NULL,
    round BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    act TEXT COLLATE "C" NOT NULL,
    actor_id TEXT COLLATE "C" NOT NULL,
    actor_name TEXT COLLATE "C" NOT NULL,
    for_id TEXT COLLATE "C" NOT NULL,
    to_ids TEXT COLLATE "C" NOT NULL, -- parted by blanks
    note TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (request_id, seq)
);

-- Who has what to do with a request: asked now (open), at some time (asked), has decided, was sent a copy.
CREATE TABLE approval_part (
    request_id TEXT COLLATE "C" NOT NULL REFERENCES approval_request (id),
    user_id TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (request_id, user_id, part)
);
CREATE INDEX approval_part_user ON approval_part (user_id, part, request_id);

CREATE TABLE approval_flow (
    kind TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    flow TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL,
    published_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, version)
);

CREATE TABLE approval_delegation (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL,
    deputy_id TEXT COLLATE "C" NOT NULL,
    from_on TEXT COLLATE "C" NOT NULL,
    until_on TEXT COLLATE "C" NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    made_at TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX approval_delegation_user ON approval_delegation (user_id);
CREATE INDEX approval_delegation_deputy ON approval_delegation (deputy_id);
