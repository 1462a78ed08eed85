-- +goose Up
-- Facts are versions: a row holds from its recording batch until the batch that supersedes it (9223372036854775807: current).
CREATE TABLE batch (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    document TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    earliest_month TEXT NOT NULL
);
CREATE INDEX batch_document ON batch (document);

CREATE TABLE region (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, valid_from, recorded_in)
);
CREATE UNIQUE INDEX region_key ON region (key, valid_from) WHERE superseded_in = 9223372036854775807;

CREATE TABLE team (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, valid_from, recorded_in)
);
CREATE UNIQUE INDEX team_key ON team (key, valid_from) WHERE superseded_in = 9223372036854775807;

CREATE TABLE team_leader (
    team_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (team_id, valid_from, recorded_in)
);
CREATE INDEX team_leader_person ON team_leader (person_id);

CREATE TABLE person (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    hired_on TEXT NOT NULL,
    left_on TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, recorded_in)
);
CREATE UNIQUE INDEX person_key ON person (key) WHERE superseded_in = 9223372036854775807;

CREATE TABLE assignment (
    person_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    level TEXT NOT NULL,
    roles TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (person_id, valid_from, recorded_in)
);
CREATE INDEX assignment_team ON assignment (team_id);

CREATE TABLE customer (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    industry TEXT NOT NULL,
    city TEXT NOT NULL,
    credit_code TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, valid_from, recorded_in)
);
CREATE UNIQUE INDEX customer_key ON customer (key, valid_from) WHERE superseded_in = 9223372036854775807;

CREATE TABLE product (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, valid_from, recorded_in)
);
CREATE UNIQUE INDEX product_key ON product (key, valid_from) WHERE superseded_in = 9223372036854775807;

-- A deal's valid time is the day it was signed, a payment's the day it was paid.
CREATE TABLE deal (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    signed_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, recorded_in)
);
CREATE UNIQUE INDEX deal_key ON deal (key) WHERE superseded_in = 9223372036854775807;
CREATE INDEX deal_customer ON deal (customer_id);
CREATE INDEX deal_signed ON deal (signed_on, id);

CREATE TABLE deal_share (
    deal_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    basis_points BIGINT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (deal_id, position, recorded_in)
);
CREATE INDEX deal_share_person ON deal_share (person_id);

-- Payments are the many rows: their key is their identity, and the foreign key to batch is left out for speed (batches are only
-- ever added, and a row is written in the transaction of its batch).
CREATE TABLE payment (
    key TEXT NOT NULL,
    deal_id BIGINT NOT NULL,
    paid_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    recorded_in BIGINT NOT NULL,
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (key, recorded_in)
);
CREATE INDEX payment_deal ON payment (deal_id);
CREATE INDEX payment_paid ON payment (paid_on, key);

CREATE TABLE quota (
    person_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    quantity TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (person_id, month, quantity, recorded_in)
);
CREATE INDEX quota_month ON quota (month, person_id);

CREATE TABLE exchange_rate (
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    valid_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    rate TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (base, quote, valid_on, kind, recorded_in)
);

-- One import is one document: what was read, by which mapping, what came of it.
CREATE TABLE import (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    source_path TEXT NOT NULL,
    source_size BIGINT NOT NULL,
    source_digest TEXT NOT NULL,
    mapping TEXT NOT NULL,
    report TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    undone_at TEXT NOT NULL,
    batch_id BIGINT NOT NULL,
    undo_batch_id BIGINT NOT NULL,
    job_id TEXT NOT NULL
);
CREATE INDEX import_created ON import (created_at, id);

CREATE TABLE import_mapping (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    mapping TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL
);
