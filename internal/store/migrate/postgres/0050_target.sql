-- +goose Up
-- Plans of a year's targets: each row is one version.
CREATE TABLE target_plan (
    id BIGINT PRIMARY KEY,
    fiscal_year BIGINT NOT NULL,
    first_month TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL, -- of the version within the year
    name TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    rules TEXT COLLATE "C" NOT NULL, -- JSON
    from_month TEXT COLLATE "C" NOT NULL, -- from which on its numbers are quotas; empty before it is published
    summary TEXT COLLATE "C" NOT NULL, -- JSON
    input_hash TEXT COLLATE "C" NOT NULL,
    result_hash TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    job_id TEXT COLLATE "C" NOT NULL,
    failure TEXT COLLATE "C" NOT NULL, -- JSON, empty for none
    request_id TEXT COLLATE "C" NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL,
    published_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE (fiscal_year, number)
);

-- What a plan rests on, kept apart: lists of plans do not read it.
CREATE TABLE target_input (
    plan_id BIGINT PRIMARY KEY,
    input TEXT COLLATE "C" NOT NULL -- JSON
);

-- What each unit is asked to reach: the company, regions, teams and persons.
CREATE TABLE target_row (
    plan_id BIGINT NOT NULL,
    unit TEXT COLLATE "C" NOT NULL,
    parent TEXT COLLATE "C" NOT NULL, -- empty for the company
    depth BIGINT NOT NULL,
    place BIGINT NOT NULL, -- parents before children
    person_id BIGINT NOT NULL, -- 0: no person
    people BIGINT NOT NULL, -- below it
    name TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    months TEXT COLLATE "C" NOT NULL, -- JSON
    detail TEXT COLLATE "C" NOT NULL, -- JSON, why
    PRIMARY KEY (plan_id, unit)
);
CREATE INDEX target_row_parent ON target_row (plan_id, parent, place);
CREATE INDEX target_row_place ON target_row (plan_id, place);

-- Numbers from below: what managers hold possible.
CREATE TABLE target_own (
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, person_id)
);

CREATE TABLE target_objection (
    id BIGINT PRIMARY KEY,
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    target_minor BIGINT NOT NULL,
    wanted_minor BIGINT NOT NULL, -- 0: none named
    reason TEXT COLLATE "C" NOT NULL,
    evidence TEXT COLLATE "C" NOT NULL, -- JSON, what the number rested on
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    answer TEXT COLLATE "C" NOT NULL,
    answered_name TEXT COLLATE "C" NOT NULL,
    answered_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX target_objection_plan ON target_objection (plan_id, person_id, id);

-- A person's consent to exactly one target letter.
CREATE TABLE target_acceptance (
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    user_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, person_id, hash)
);

-- Changes of published targets.
CREATE TABLE target_change (
    id BIGINT PRIMARY KEY,
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    other_id BIGINT NOT NULL, -- 0: nobody takes the difference
    from_month TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    before_minor BIGINT NOT NULL,
    after_minor BIGINT NOT NULL,
    months TEXT COLLATE "C" NOT NULL, -- JSON
    other_months TEXT COLLATE "C" NOT NULL, -- JSON
    state TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX target_change_plan ON target_change (plan_id, id);

-- What the markets of regions could give in a year.
CREATE TABLE target_potential (
    fiscal_year BIGINT NOT NULL,
    region_id BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (fiscal_year, region_id)
);
INSERT INTO sequence (name, next) VALUES ('target_plan', 1), ('target_objection', 1), ('target_change', 1);
