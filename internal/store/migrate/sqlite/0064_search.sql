-- +goose Up
-- A search walks contacts by their names, and knows of each whose it is without reading it.
DROP INDEX contact_name;
CREATE INDEX contact_name ON contact (name, id, customer_id);
-- The board by source walks cards without reading them, too.
DROP INDEX opportunity_board;
CREATE INDEX opportunity_board ON opportunity (stage, expected_on, id, amount_minor, currency, owner_id, customer_id, source) WHERE state = 'open';
DROP INDEX opportunity_won;
CREATE INDEX opportunity_won ON opportunity (stage, ended_on, id, amount_minor, currency, owner_id, customer_id, source) WHERE state = 'won';
