-- +goose Up
-- Facts that only some plans read. A deal of which nothing more is known has no row in deal_detail, so that it costs nothing to write
-- and to load. A detail once recorded has a current row for ever, be it one that says nothing.
CREATE TABLE deal_detail (
    deal_id BIGINT NOT NULL,
    units BIGINT NOT NULL, -- -1: nobody recorded it
    cost_minor BIGINT NOT NULL, -- of the whole deal; -1: nobody recorded it
    referrer_id BIGINT NOT NULL, -- 0: nobody
    cancelled_on TEXT NOT NULL, -- 9999-12-31: it stands
    cancel_reason TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (deal_id, recorded_in)
);
CREATE UNIQUE INDEX deal_detail_current ON deal_detail (deal_id) WHERE superseded_in = 9223372036854775807;

ALTER TABLE customer ADD COLUMN tier TEXT NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN region TEXT NOT NULL DEFAULT '';

-- An invoice's valid time is the day of invoice; a credit note is negative.
CREATE TABLE invoice (
    key TEXT NOT NULL,
    deal_id BIGINT NOT NULL,
    invoiced_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    recorded_in BIGINT NOT NULL,
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (key, recorded_in)
);
CREATE INDEX invoice_deal ON invoice (deal_id, superseded_in, invoiced_on, amount_minor, currency);
CREATE INDEX invoice_invoiced ON invoice (invoiced_on, key);
CREATE INDEX invoice_amount ON invoice (amount_minor, key);

-- What was measured elsewhere of a person in a month. The value is a canonical decimal, money in minor units; empty: taken back.
CREATE TABLE given_value (
    person_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    measure TEXT NOT NULL,
    value TEXT NOT NULL,
    unit TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (person_id, month, measure, recorded_in)
);
CREATE INDEX given_value_month ON given_value (month, measure, person_id);

-- Who trains whom: at most one mentor a day for each trainee. A mentorship that ends when it begins was taken back.
CREATE TABLE mentorship (
    trainee_id BIGINT NOT NULL,
    mentor_id BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (trainee_id, valid_from, recorded_in)
);
CREATE INDEX mentorship_mentor ON mentorship (mentor_id);
