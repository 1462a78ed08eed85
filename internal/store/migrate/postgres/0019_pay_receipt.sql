-- +goose Up
-- What was revoked after it was paid is taken back as far as the month's pay reaches: each row is what a month put off (positive) or took (negative).
CREATE TABLE reward_grant_step (
    key TEXT COLLATE "C" NOT NULL REFERENCES reward_grant (key),
    month TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    PRIMARY KEY (key, month)
);
CREATE INDEX reward_grant_step_month ON reward_grant_step (month);
CREATE INDEX reward_grant_person ON reward_grant (person_id);

-- What payroll answered to a pay file. A row is never changed: who was paid may be rejected later, by a row of its own.
CREATE TABLE pay_receipt (
    month TEXT COLLATE "C" NOT NULL REFERENCES period (month),
    person_id BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    paid_on TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    recorded_by TEXT COLLATE "C" NOT NULL,
    recorded_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (month, person_id, attempt, outcome)
);
CREATE INDEX pay_receipt_person ON pay_receipt (person_id, month);

-- A later pay file for payments that were rejected. The key of its rows lets each rejected payment be tried again once.
CREATE TABLE pay_again_file (
    id TEXT COLLATE "C" PRIMARY KEY,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);

CREATE TABLE pay_again (
    month TEXT COLLATE "C" NOT NULL REFERENCES period (month),
    person_id BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    file_id TEXT COLLATE "C" NOT NULL REFERENCES pay_again_file (id),
    amount_minor BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (month, person_id, attempt)
);
CREATE INDEX pay_again_of_file ON pay_again (file_id);

-- After how many months points expire. No row: after 24.
CREATE TABLE points_rules (
    id BIGINT PRIMARY KEY,
    life_months BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
