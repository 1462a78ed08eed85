-- +goose Up
-- Which working records have another name now: memory follows it. New ones are found by their ids.
CREATE TABLE search_renamed (
    seq BIGINT PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL
);
CREATE INDEX search_renamed_kind ON search_renamed (kind, seq);
INSERT INTO sequence (name, next) VALUES ('search_renamed', 1);
-- The board sums up what is open and what was won lately, for a company or some of its people; lists put all in order.
CREATE INDEX opportunity_board ON opportunity (stage, expected_on, id, amount_minor, currency, owner_id) WHERE state = 'open';
CREATE INDEX opportunity_won ON opportunity (stage, ended_on, amount_minor, currency, owner_id) WHERE state = 'won';
CREATE INDEX opportunity_state ON opportunity (state, id);
CREATE INDEX opportunity_stage_all ON opportunity (stage, id);
CREATE INDEX opportunity_expected_all ON opportunity (expected_on, id);
CREATE INDEX opportunity_amount_all ON opportunity (amount_minor, id);
