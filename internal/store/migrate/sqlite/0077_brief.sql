-- +goose Up
-- Follow-ups and customers are counted, too: which of them changed is noted by triggers, so that no way of writing one can be forgotten. Customers whose deals changed are
-- noted when these are counted.
-- +goose StatementBegin
CREATE TRIGGER metric_follow_up_new AFTER INSERT ON follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_follow_up_set AFTER UPDATE OF person_id, kind, occurred_at ON follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_follow_up_gone AFTER DELETE ON follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', OLD.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_lead_follow_up_new AFTER INSERT ON lead_follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_lead_follow_up_set AFTER UPDATE OF person_id, kind, occurred_at ON lead_follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_lead_follow_up_gone AFTER DELETE ON lead_follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', OLD.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_customer_new AFTER INSERT ON customer BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_customer_set AFTER UPDATE OF superseded_in ON customer WHEN OLD.superseded_in <> NEW.superseded_in BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_customer_gone AFTER DELETE ON customer BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_holding_new AFTER INSERT ON holding BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_holding_set AFTER UPDATE OF owner_id ON holding WHEN OLD.owner_id <> NEW.owner_id BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_holding_gone AFTER DELETE ON holding BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.customer_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_alias_new AFTER INSERT ON customer_alias BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.customer_id); INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.survivor_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_alias_set AFTER UPDATE OF survivor_id ON customer_alias BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.survivor_id); INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.survivor_id); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metric_alias_gone AFTER DELETE ON customer_alias BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.customer_id); INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.survivor_id); END;
-- +goose StatementEnd

-- What was there before is counted by the follower.
INSERT INTO metric_changed (kind, record_id) SELECT 'follow_up', id FROM (SELECT id FROM follow_up UNION SELECT id FROM lead_follow_up) z ORDER BY id;
INSERT INTO metric_changed (kind, record_id) SELECT 'customer', id FROM (SELECT DISTINCT id FROM customer) z ORDER BY id;

-- By when they were and were recorded, and by which batch: rows behind these numbers, and how new they are.
CREATE INDEX follow_up_occurred ON follow_up (occurred_at, id);
CREATE INDEX lead_follow_up_occurred ON lead_follow_up (occurred_at, id);
CREATE INDEX follow_up_recorded ON follow_up (recorded_at);
CREATE INDEX lead_follow_up_recorded ON lead_follow_up (recorded_at);
CREATE INDEX customer_recorded ON customer (recorded_in);
