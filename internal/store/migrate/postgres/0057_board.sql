-- +goose Up
-- A search walks cards of the board by these alone: whose customer it is, too, stands in them.
DROP INDEX opportunity_board;
CREATE INDEX opportunity_board ON opportunity (stage, expected_on, id, amount_minor, currency, owner_id, customer_id) WHERE state = 'open';
DROP INDEX opportunity_won;
CREATE INDEX opportunity_won ON opportunity (stage, ended_on, id, amount_minor, currency, owner_id, customer_id) WHERE state = 'won';
