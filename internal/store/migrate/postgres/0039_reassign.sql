-- +goose Up
-- Proposals of who should have which customer, with what they rest on: the same input gives the same proposal.
CREATE TABLE reassign_run (
    id BIGINT PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL,
    ask TEXT COLLATE "C" NOT NULL, -- JSON
    person_ids TEXT COLLATE "C" NOT NULL, -- JSON, whose customers are looked at
    created_by TEXT COLLATE "C" NOT NULL,
    created_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    finished_at TEXT COLLATE "C" NOT NULL,
    job_id TEXT COLLATE "C" NOT NULL,
    failure TEXT COLLATE "C" NOT NULL, -- JSON, empty for none
    input TEXT COLLATE "C" NOT NULL, -- JSON, empty before it is ready
    input_hash TEXT COLLATE "C" NOT NULL,
    result TEXT COLLATE "C" NOT NULL, -- JSON, without the customers
    result_hash TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);

-- The customers of a proposal: those that would move, and those that nobody could take.
CREATE TABLE reassign_row (
    run_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    place BIGINT NOT NULL, -- 1 is the most pressing
    state TEXT COLLATE "C" NOT NULL,
    decision_id BIGINT NOT NULL, -- 0: nobody accepted it
    from_id BIGINT NOT NULL, -- 0: from a pool
    to_id BIGINT NOT NULL, -- 0: it stays
    detail TEXT COLLATE "C" NOT NULL, -- JSON, why
    PRIMARY KEY (run_id, customer_id)
);
CREATE INDEX reassign_row_place ON reassign_row (run_id, place);

-- What was accepted of a proposal at once.
CREATE TABLE reassign_decision (
    id BIGINT PRIMARY KEY,
    run_id BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    with_work BOOLEAN NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    customers BIGINT NOT NULL,
    act_id BIGINT NOT NULL, -- 0: not carried out
    request_id TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX reassign_decision_run ON reassign_decision (run_id, id);
INSERT INTO sequence (name, next) VALUES ('reassign_run', 1), ('reassign_decision', 1);
