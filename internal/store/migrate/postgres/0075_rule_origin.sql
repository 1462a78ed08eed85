-- +goose Up
-- Which decision a version of a rule was drafted from.
CREATE TABLE rule_origin (
    kind TEXT COLLATE "C" NOT NULL,
    rule_id TEXT COLLATE "C" NOT NULL, -- id of the version; of a target plan its number
    decision_id BIGINT NOT NULL,
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, rule_id)
);
CREATE INDEX rule_origin_of ON rule_origin (decision_id);

-- How often the staff is asked: one row, or none.
CREATE TABLE questionnaire_settings (
    id BIGINT PRIMARY KEY,
    settings TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
