-- +goose Up
-- Which decision a version of a rule was drafted from.
CREATE TABLE rule_origin (
    kind TEXT NOT NULL,
    rule_id TEXT NOT NULL, -- id of the version; of a target plan its number
    decision_id BIGINT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (kind, rule_id)
);
CREATE INDEX rule_origin_of ON rule_origin (decision_id);

-- How often the staff is asked: one row, or none.
CREATE TABLE questionnaire_settings (
    id BIGINT PRIMARY KEY,
    settings TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
