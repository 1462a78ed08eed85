-- +goose Up
-- Lists answer at once with a million rows: totals come out of an index alone, and every order and search has one.
DROP INDEX payment_deal;
CREATE INDEX payment_deal ON payment (deal_id, superseded_in, paid_on, amount_minor, currency);
CREATE INDEX payment_amount ON payment (amount_minor, key);
DROP INDEX deal_share_person;
CREATE INDEX deal_share_person ON deal_share (person_id, superseded_in, deal_id);
CREATE INDEX deal_amount ON deal (amount_minor, id);
CREATE INDEX deal_product ON deal (product_id);
CREATE INDEX deal_search ON deal (key, id, superseded_in);
CREATE INDEX customer_search ON customer (name, key, credit_code, id, superseded_in);
CREATE INDEX customer_city ON customer (city, key);
