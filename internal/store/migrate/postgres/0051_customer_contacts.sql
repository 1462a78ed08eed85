-- +goose Up
-- A follow-up is of an opportunity, or of a customer without one.
ALTER TABLE follow_up DROP CONSTRAINT follow_up_opportunity_id_fkey;
ALTER TABLE follow_up ADD COLUMN customer_id BIGINT NOT NULL DEFAULT 0; -- 0: that of the opportunity
CREATE INDEX follow_up_customer ON follow_up (customer_id, occurred_at, id) WHERE customer_id <> 0;

ALTER TABLE task ADD COLUMN customer_id BIGINT NOT NULL DEFAULT 0; -- 0: that of the opportunity, if any
CREATE INDEX task_customer ON task (customer_id, state) WHERE customer_id <> 0;
