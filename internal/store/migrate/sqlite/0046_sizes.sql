-- +goose Up
-- What was found in cases is listed by one row for a case, a person and a month: a million cases are judged anew in a minute. What shows a
-- mark stands in the marks of the case, which is why all cases are judged anew, in the background.
CREATE TABLE finding_of_month (
    month TEXT NOT NULL,
    status TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    rules TEXT NOT NULL, -- each between two spaces
    PRIMARY KEY (month, status, person_id, case_id)
) WITHOUT ROWID;
INSERT INTO finding_of_month (month, status, person_id, case_id, rules)
    SELECT month, status, person_id, case_id, ' ' || string_agg(rule_id, ' ') || ' ' FROM case_finding GROUP BY month, status, person_id, case_id;

-- What is due of whom: what is pending and has a deadline.
CREATE TABLE rule_due (
    person_id BIGINT NOT NULL,
    due TEXT NOT NULL,
    case_id BIGINT NOT NULL,
    rule_id TEXT NOT NULL,
    PRIMARY KEY (person_id, due, case_id, rule_id)
) WITHOUT ROWID;
INSERT INTO rule_due (person_id, due, case_id, rule_id) SELECT person_id, due, case_id, rule_id FROM case_finding WHERE status = 'pending' AND due <> '';

DROP TABLE case_finding;
ALTER TABLE finding_of_month RENAME TO case_finding;
UPDATE judge_progress SET basis = '', swept = 0 WHERE name = 'cases';

-- When people write down what happened, by month: rates of a company of thousands read a row for each of them.
CREATE TABLE recording_month (
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    events BIGINT NOT NULL,
    within_hour BIGINT NOT NULL,
    within_day BIGINT NOT NULL,
    within_three_days BIGINT NOT NULL,
    later BIGINT NOT NULL,
    batched BIGINT NOT NULL, -- of the late ones, those of hours that have at least three
    PRIMARY KEY (month, person_id)
) WITHOUT ROWID;
INSERT INTO recording_month (month, person_id, events, within_hour, within_day, within_three_days, later, batched)
    SELECT month, person_id, CAST(SUM(events) AS BIGINT), CAST(SUM(within_hour) AS BIGINT), CAST(SUM(within_day) AS BIGINT), CAST(SUM(within_three_days) AS BIGINT), CAST(SUM(later) AS BIGINT),
        CAST(SUM(CASE WHEN within_three_days + later >= 3 THEN within_three_days + later ELSE 0 END) AS BIGINT)
    FROM recording_tally GROUP BY month, person_id;

-- Lists of a million. An index that leaves out rows without a record is not used for a record that a parameter names.
DROP INDEX contract_opportunity;
CREATE INDEX contract_opportunity ON contract (opportunity_id, id);
DROP INDEX contract_quote;
CREATE INDEX contract_quote ON contract (quote_id);
DROP INDEX lead_customer;
CREATE INDEX lead_customer ON lead (customer_id);
DROP INDEX survey_answer_customer;
CREATE INDEX survey_answer_customer ON survey_answer (customer_id);
DROP INDEX survey_invitation_customer;
CREATE INDEX survey_invitation_customer ON survey_invitation (customer_id);
CREATE INDEX lead_assigned_all ON lead (assigned_at, id);
CREATE INDEX quote_state_new ON quote (latest, state, id);
CREATE INDEX contract_ends_all ON contract (ends_on, id);
-- What is added up of all rows stands in the index.
DROP INDEX quote_amount;
CREATE INDEX quote_amount ON quote (latest, amount_minor, id, currency);
DROP INDEX contract_amount;
CREATE INDEX contract_amount ON contract (amount_minor, id, currency);
DROP INDEX opportunity_amount_all;
CREATE INDEX opportunity_amount_all ON opportunity (amount_minor, id, currency);
-- Walking from the newest needs no look at rows that are valid on other days.
DROP INDEX quote_latest;
CREATE INDEX quote_latest ON quote (latest, id, valid_until);
-- The board shows what was won lately, the newest first, however much was won on a day.
DROP INDEX opportunity_won;
CREATE INDEX opportunity_won ON opportunity (stage, ended_on, id, amount_minor, currency, owner_id) WHERE state = 'won';
