-- +goose Up
-- What judgements of a person in a month count to stands in one row: a million cases are judged anew in a minute.
CREATE TABLE compliance_month (
    month TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL, -- -1: everybody
    counts TEXT COLLATE "C" NOT NULL, -- a line for each rule: the rule (- for cases as a whole), satisfied, violated, pending, exempt
    PRIMARY KEY (month, person_id)
);
INSERT INTO compliance_month (month, person_id, counts)
    SELECT month, person_id, string_agg(CASE WHEN rule_id = '' THEN '-' ELSE rule_id END || ' ' || satisfied || ' ' || violated || ' ' || pending || ' ' || exempt || chr(10), '')
    FROM compliance_tally GROUP BY month, person_id;
INSERT INTO compliance_month (month, person_id, counts)
    SELECT month, -1, string_agg(CASE WHEN rule_id = '' THEN '-' ELSE rule_id END || ' ' || satisfied || ' ' || violated || ' ' || pending || ' ' || exempt || chr(10), '')
    FROM (SELECT month, rule_id, CAST(SUM(satisfied) AS BIGINT) AS satisfied, CAST(SUM(violated) AS BIGINT) AS violated, CAST(SUM(pending) AS BIGINT) AS pending, CAST(SUM(exempt) AS BIGINT) AS exempt
        FROM compliance_tally GROUP BY month, rule_id) sums
    GROUP BY month;
DROP TABLE compliance_tally;

-- What was found in cases is listed by month, status and person; and what is due.
DROP INDEX case_finding_month;
DROP INDEX case_finding_person;
CREATE INDEX case_finding_listed ON case_finding (month, status, person_id, case_id, rule_id);
CREATE INDEX case_finding_due ON case_finding (person_id, due, case_id, rule_id) WHERE status = 'pending' AND due <> '';
