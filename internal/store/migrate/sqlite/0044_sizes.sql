-- +goose Up
-- What judgements of a person in a month count to stands in one row: a million cases are judged anew in a minute.
CREATE TABLE compliance_month (
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    counts TEXT NOT NULL, -- a line for each rule: the rule (- for cases as a whole), satisfied, violated, pending, exempt
    PRIMARY KEY (month, person_id)
);
INSERT INTO compliance_month (month, person_id, counts)
    SELECT month, person_id, string_agg(CASE WHEN rule_id = '' THEN '-' ELSE rule_id END || ' ' || satisfied || ' ' || violated || ' ' || pending || ' ' || exempt || char(10), '')
    FROM compliance_tally GROUP BY month, person_id;
DROP TABLE compliance_tally;
