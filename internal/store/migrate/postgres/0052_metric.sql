-- +goose Up
-- Sums of facts that numbers are made of, by measure and person, of days and of months. Person -1 is everybody. They are brought up to date by differences.
CREATE TABLE metric_month (
    measure TEXT COLLATE "C" NOT NULL,
    month TEXT COLLATE "C" NOT NULL, -- empty: what is so at present
    person_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    facts BIGINT NOT NULL,
    PRIMARY KEY (measure, month, person_id)
);
CREATE TABLE metric_day (
    measure TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    facts BIGINT NOT NULL,
    PRIMARY KEY (measure, person_id, day)
);
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
    kind TEXT COLLATE "C" NOT NULL,
    record_id BIGINT NOT NULL,
    body TEXT COLLATE "C" NOT NULL, -- a line for each place of the sums
    PRIMARY KEY (kind, record_id)
);

-- Which working records changed. Triggers write it, so that no way of writing a record can be forgotten.
CREATE TABLE metric_changed (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    record_id BIGINT NOT NULL
);
-- +goose StatementBegin
CREATE FUNCTION metric_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO metric_changed (kind, record_id) VALUES (TG_ARGV[0], OLD.id);
    ELSE
        INSERT INTO metric_changed (kind, record_id) VALUES (TG_ARGV[0], NEW.id);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER metric_lead_new AFTER INSERT OR DELETE ON lead FOR EACH ROW EXECUTE FUNCTION metric_note('lead');
CREATE TRIGGER metric_lead_set AFTER UPDATE ON lead FOR EACH ROW WHEN (OLD.owner_id <> NEW.owner_id OR OLD.status <> NEW.status OR OLD.opportunity_id <> NEW.opportunity_id OR OLD.created_at <> NEW.created_at) EXECUTE FUNCTION metric_note('lead');
CREATE TRIGGER metric_opportunity_new AFTER INSERT OR DELETE ON opportunity FOR EACH ROW EXECUTE FUNCTION metric_note('opportunity');
CREATE TRIGGER metric_opportunity_set AFTER UPDATE ON opportunity FOR EACH ROW WHEN (OLD.owner_id <> NEW.owner_id OR OLD.state <> NEW.state OR OLD.amount_minor <> NEW.amount_minor OR OLD.currency <> NEW.currency OR OLD.ended_on <> NEW.ended_on) EXECUTE FUNCTION metric_note('opportunity');
CREATE TRIGGER metric_contract_new AFTER INSERT OR DELETE ON contract FOR EACH ROW EXECUTE FUNCTION metric_note('contract');
CREATE TRIGGER metric_contract_set AFTER UPDATE ON contract FOR EACH ROW EXECUTE FUNCTION metric_note('contract');
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
    family TEXT COLLATE "C" PRIMARY KEY,
    metric TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL
);
CREATE TABLE metric_version (
    metric TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    from_day TEXT COLLATE "C" NOT NULL,
    author_id TEXT COLLATE "C" NOT NULL,
    author_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    approver_id TEXT COLLATE "C" NOT NULL,
    approver_name TEXT COLLATE "C" NOT NULL,
    approved_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (metric, version)
);
