-- +goose Up
-- The fields that a company adds to its records.
CREATE TABLE custom_field (
    id BIGINT PRIMARY KEY,
    object TEXT NOT NULL,
    key TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    help_zh TEXT NOT NULL,
    help_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    choices TEXT NOT NULL, -- JSON
    required TEXT NOT NULL,
    personal BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    retired BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX custom_field_key ON custom_field (object, key);

-- The index of their values, which stand in the records themselves: for filters and orders alone.
CREATE TABLE custom_value (
    field_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    item TEXT NOT NULL, -- of several choices
    number BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (field_id, record_id, item)
);
CREATE INDEX custom_value_number ON custom_value (field_id, number, record_id);
CREATE INDEX custom_value_text ON custom_value (field_id, text, record_id);

-- Values by key, in canonical JSON; empty for none.
ALTER TABLE opportunity ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE lead ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE customer_profile ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE contract ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE service_case ADD COLUMN fields TEXT NOT NULL DEFAULT '';

INSERT INTO sequence (name, next) VALUES ('custom_field', 1);
