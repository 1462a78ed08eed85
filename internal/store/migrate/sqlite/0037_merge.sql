-- +goose Up
-- Two customers that are one: facts keep the customer that they were recorded with, and customer_alias says as whom it reads from now on.
CREATE TABLE customer_alias (
    customer_id BIGINT PRIMARY KEY,
    survivor_id BIGINT NOT NULL,
    merge_id BIGINT NOT NULL
);
CREATE INDEX customer_alias_survivor ON customer_alias (survivor_id);

-- One merge: what it changed, so that it can be undone.
CREATE TABLE customer_merge (
    id BIGINT PRIMARY KEY,
    survivor_id BIGINT NOT NULL,
    merged_id BIGINT NOT NULL,
    at TEXT NOT NULL,
    until TEXT NOT NULL, -- the last day on which it can be undone
    reason TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    change TEXT NOT NULL, -- JSON: values of the survivor before and after, and what the merged customer had
    moved TEXT NOT NULL, -- JSON: how many records by kind
    undone_at TEXT NOT NULL, -- empty: it stands
    undone_by TEXT NOT NULL,
    stayed TEXT NOT NULL -- JSON: what could not be undone
);
CREATE INDEX customer_merge_survivor ON customer_merge (survivor_id, id);
CREATE INDEX customer_merge_merged ON customer_merge (merged_id, id);

-- The records that a merge moved. mark is what tells whether one went on since: the deal of an opportunity.
CREATE TABLE customer_moved (
    merge_id BIGINT NOT NULL REFERENCES customer_merge (id),
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (merge_id, kind, record_id)
);

-- Customers that may be the same, as the last look found them, and those of which somebody said that they are not.
CREATE TABLE customer_pair (
    low_id BIGINT NOT NULL,
    high_id BIGINT NOT NULL,
    rank BIGINT NOT NULL, -- the strongest ground comes first
    grounds TEXT NOT NULL, -- parted by blanks
    state TEXT NOT NULL,
    look_id BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (low_id, high_id)
);
CREATE INDEX customer_pair_state ON customer_pair (state, rank, low_id, high_id);
CREATE INDEX customer_pair_high ON customer_pair (high_id);

-- The looks for such pairs.
CREATE TABLE customer_look (
    id BIGINT PRIMARY KEY,
    on_day TEXT NOT NULL,
    job_id TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    customers BIGINT NOT NULL,
    pairs BIGINT NOT NULL
);

INSERT INTO sequence (name, next) VALUES ('customer_merge', 1), ('customer_look', 1);

CREATE INDEX lead_customer ON lead (customer_id) WHERE customer_id <> 0;
CREATE INDEX survey_invitation_customer ON survey_invitation (customer_id) WHERE customer_id <> 0;

-- Contacts are looked for by name, also in pinyin, and listed by it.
ALTER TABLE contact ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
CREATE INDEX contact_name ON contact (name, id);
