-- +goose Up
CREATE TABLE settlement (
    run_id TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    person_id BIGINT NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    earned_minor BIGINT NOT NULL,
    paid_minor BIGINT NOT NULL,
    opening_digest TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (run_id, person_id, plan_id)
);
CREATE INDEX settlement_account ON settlement (person_id, plan_id, run_id);
