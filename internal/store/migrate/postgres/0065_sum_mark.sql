-- +goose Up
-- How often kept sums of a month changed: whoever holds them in memory reads again those alone that changed. A row is never deleted, and its number only grows.
CREATE TABLE sum_mark (
    kind TEXT COLLATE "C" NOT NULL, -- a measure, or what keeps sums of its own: compliance, recording, look
    month TEXT COLLATE "C" NOT NULL, -- empty: what is so at present
    mark BIGINT NOT NULL,
    PRIMARY KEY (kind, month)
);
INSERT INTO sum_mark (kind, month, mark) SELECT measure, month, 1 FROM metric_month GROUP BY measure, month;
INSERT INTO sum_mark (kind, month, mark) SELECT 'compliance', month, 1 FROM compliance_month GROUP BY month;
INSERT INTO sum_mark (kind, month, mark) SELECT 'recording', month, 1 FROM recording_month GROUP BY month;
INSERT INTO sum_mark (kind, month, mark) VALUES ('look', '', 1);
CREATE INDEX keeping_tally_day ON keeping_tally (day, owner_id, base, kept, base_minor, held_minor, now_minor, buyers, again);
CREATE INDEX metric_month_person ON metric_month (measure, person_id, month, amount, facts);
