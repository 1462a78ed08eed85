-- +goose Up
-- Sums of facts that numbers are made of, by measure and person, of days and of months. Person -1 is everybody. They are brought up to date by differences.
CREATE TABLE metric_month (
    measure TEXT NOT NULL,
    month TEXT NOT NULL, -- empty: what is so at present
    person_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    facts BIGINT NOT NULL,
    PRIMARY KEY (measure, month, person_id)
) WITHOUT ROWID;
CREATE TABLE metric_day (
    measure TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    day TEXT NOT NULL,
    amount BIGINT NOT NULL,
    facts BIGINT NOT NULL,
    PRIMARY KEY (measure, person_id, day)
) WITHOUT ROWID;
CREATE INDEX metric_day_all ON metric_day (measure, day, person_id, amount, facts);

-- Up to which batch sums count, and up to which they are being made: one row.
CREATE TABLE metric_progress (
    id BIGINT PRIMARY KEY,
    from_batch BIGINT NOT NULL,
    to_batch BIGINT NOT NULL
);
INSERT INTO metric_progress (id, from_batch, to_batch) VALUES (1, 0, 0);
CREATE TABLE metric_touched (deal_id BIGINT PRIMARY KEY);

-- What a working record added to the sums, so that it can be taken off again; its past is not kept otherwise.
CREATE TABLE metric_part (
    kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    body TEXT NOT NULL, -- a line for each place of the sums
    PRIMARY KEY (kind, record_id)
) WITHOUT ROWID;

-- Which working records changed. Triggers write it, so that no way of writing a record can be forgotten.
CREATE TABLE metric_changed (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    record_id BIGINT NOT NULL
);
-- +goose StatementBegin
CREATE TRIGGER metric_lead_new AFTER INSERT ON lead BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('lead', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_lead_set AFTER UPDATE OF owner_id, status, opportunity_id, created_at ON lead
WHEN OLD.owner_id <> NEW.owner_id OR OLD.status <> NEW.status OR OLD.opportunity_id <> NEW.opportunity_id OR OLD.created_at <> NEW.created_at
BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('lead', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_lead_gone AFTER DELETE ON lead BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('lead', OLD.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_opportunity_new AFTER INSERT ON opportunity BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('opportunity', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_opportunity_set AFTER UPDATE OF owner_id, state, amount_minor, currency, ended_on ON opportunity
WHEN OLD.owner_id <> NEW.owner_id OR OLD.state <> NEW.state OR OLD.amount_minor <> NEW.amount_minor OR OLD.currency <> NEW.currency OR OLD.ended_on <> NEW.ended_on
BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('opportunity', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_opportunity_gone AFTER DELETE ON opportunity BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('opportunity', OLD.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_contract_new AFTER INSERT ON contract BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('contract', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_contract_set AFTER UPDATE ON contract BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('contract', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_contract_gone AFTER DELETE ON contract BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('contract', OLD.id); END;
-- +goose StatementEnd
INSERT INTO metric_changed (kind, record_id) SELECT 'lead', id FROM lead ORDER BY id;
INSERT INTO metric_changed (kind, record_id) SELECT 'opportunity', id FROM opportunity ORDER BY id;
INSERT INTO metric_changed (kind, record_id) SELECT 'contract', id FROM contract ORDER BY id;

-- Which facts a batch recorded or superseded.
CREATE INDEX deal_recorded ON deal (recorded_in);
CREATE INDEX deal_superseded ON deal (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE INDEX deal_detail_recorded ON deal_detail (recorded_in);
CREATE INDEX deal_detail_superseded ON deal_detail (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE INDEX deal_share_recorded ON deal_share (recorded_in);
CREATE INDEX deal_share_superseded ON deal_share (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE INDEX payment_recorded ON payment (recorded_in);
CREATE INDEX payment_superseded ON payment (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE INDEX invoice_recorded ON invoice (recorded_in);
CREATE INDEX invoice_superseded ON invoice (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE INDEX quota_recorded ON quota (recorded_in);
CREATE INDEX quota_superseded ON quota (superseded_in) WHERE superseded_in < 9223372036854775807;

-- Which definition of a family the company chose, and the definitions that it wrote.
CREATE TABLE metric_choice (
    family TEXT PRIMARY KEY,
    metric TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE TABLE metric_version (
    metric TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL,
    from_day TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    approver_name TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (metric, version)
);
