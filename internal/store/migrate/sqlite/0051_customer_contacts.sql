-- +goose Up
-- A follow-up is of an opportunity, or of a customer without one. SQLite cannot drop a constraint: the tables are made anew.
CREATE TABLE follow_up_any (
    id BIGINT PRIMARY KEY,
    opportunity_id BIGINT NOT NULL, -- 0: of a customer
    person_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    next_on TEXT NOT NULL,
    created_by TEXT NOT NULL,
    customer_id BIGINT NOT NULL -- 0: that of the opportunity
);
INSERT INTO follow_up_any (id, opportunity_id, person_id, kind, text, occurred_at, recorded_at, next_on, created_by, customer_id)
    SELECT id, opportunity_id, person_id, kind, text, occurred_at, recorded_at, next_on, created_by, 0 FROM follow_up ORDER BY id;
CREATE TABLE follow_up_place_any (
    follow_up_id BIGINT PRIMARY KEY REFERENCES follow_up_any (id),
    north BIGINT NOT NULL, -- hundredths of a degree
    east BIGINT NOT NULL,
    given_at TEXT NOT NULL
);
INSERT INTO follow_up_place_any (follow_up_id, north, east, given_at) SELECT follow_up_id, north, east, given_at FROM follow_up_place;
DROP TABLE follow_up_place;
DROP TABLE follow_up;
ALTER TABLE follow_up_any RENAME TO follow_up;
ALTER TABLE follow_up_place_any RENAME TO follow_up_place;
CREATE INDEX follow_up_opportunity ON follow_up (opportunity_id, id);
CREATE INDEX follow_up_customer ON follow_up (customer_id, occurred_at, id) WHERE customer_id <> 0;
CREATE INDEX follow_up_place_given ON follow_up_place (given_at);

ALTER TABLE task ADD COLUMN customer_id BIGINT NOT NULL DEFAULT 0; -- 0: that of the opportunity, if any
CREATE INDEX task_customer ON task (customer_id, state) WHERE customer_id <> 0;
