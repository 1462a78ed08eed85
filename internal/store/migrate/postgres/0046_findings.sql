-- +goose Up
-- What was found in cases is listed by one row for a case, a person and a month: a million cases are judged anew in a minute. What shows a
-- mark stands in the marks of the case, which is why all cases are judged anew, in the background.
CREATE TABLE finding_of_month (
    month TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    rules TEXT COLLATE "C" NOT NULL, -- each between two spaces
    PRIMARY KEY (month, status, person_id, case_id)
);
INSERT INTO finding_of_month (month, status, person_id, case_id, rules)
    SELECT month, status, person_id, case_id, ' ' || string_agg(rule_id, ' ') || ' ' FROM case_finding GROUP BY month, status, person_id, case_id;

-- What is due of whom: what is pending and has a deadline.
CREATE TABLE rule_due (
    person_id BIGINT NOT NULL,
    due TEXT COLLATE "C" NOT NULL,
    case_id BIGINT NOT NULL,
    rule_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person_id, due, case_id, rule_id)
);
INSERT INTO rule_due (person_id, due, case_id, rule_id) SELECT person_id, due, case_id, rule_id FROM case_finding WHERE status = 'pending' AND due <> '';

DROP TABLE case_finding;
ALTER TABLE finding_of_month RENAME TO case_finding;
UPDATE judge_progress SET basis = '', swept = 0 WHERE name = 'cases';
