-- +goose Up
-- Plans of a year's targets: each row is one version.
CREATE TABLE target_plan (
    id BIGINT PRIMARY KEY,
    fiscal_year BIGINT NOT NULL,
    first_month TEXT NOT NULL,
    number BIGINT NOT NULL, -- of the version within the year
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    rules TEXT NOT NULL, -- JSON
    from_month TEXT NOT NULL, -- from which on its numbers are quotas; empty before it is published
    summary TEXT NOT NULL, -- JSON
    input_hash TEXT NOT NULL,
    result_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    job_id TEXT NOT NULL,
    failure TEXT NOT NULL, -- JSON, empty for none
    request_id TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE (fiscal_year, number)
);

-- What a plan rests on, kept apart: lists of plans do not read it.
CREATE TABLE target_input (
    plan_id BIGINT PRIMARY KEY,
    input TEXT NOT NULL -- JSON
);

-- What each unit is asked to reach: the company, regions, teams and persons.
CREATE TABLE target_row (
    plan_id BIGINT NOT NULL,
    unit TEXT NOT NULL,
    parent TEXT NOT NULL, -- empty for the company
    depth BIGINT NOT NULL,
    place BIGINT NOT NULL, -- parents before children
    person_id BIGINT NOT NULL, -- 0: no person
    people BIGINT NOT NULL, -- below it
    name TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    months TEXT NOT NULL, -- JSON
    detail TEXT NOT NULL, -- JSON, why
    PRIMARY KEY (plan_id, unit)
);
CREATE INDEX target_row_parent ON target_row (plan_id, parent, place);
CREATE INDEX target_row_place ON target_row (plan_id, place);

-- Numbers from below: what managers hold possible.
CREATE TABLE target_own (
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    note TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (plan_id, person_id)
);

CREATE TABLE target_objection (
    id BIGINT PRIMARY KEY,
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    target_minor BIGINT NOT NULL,
    wanted_minor BIGINT NOT NULL, -- 0: none named
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL, -- JSON, what the number rested on
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_name TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX target_objection_plan ON target_objection (plan_id, person_id, id);

-- A person's consent to exactly one target letter.
CREATE TABLE target_acceptance (
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (plan_id, person_id, hash)
);

-- Changes of published targets.
CREATE TABLE target_change (
    id BIGINT PRIMARY KEY,
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    other_id BIGINT NOT NULL, -- 0: nobody takes the difference
    from_month TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    before_minor BIGINT NOT NULL,
    after_minor BIGINT NOT NULL,
    months TEXT NOT NULL, -- JSON
    other_months TEXT NOT NULL, -- JSON
    state TEXT NOT NULL,
    request_id TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX target_change_plan ON target_change (plan_id, id);

-- What the markets of regions could give in a year.
CREATE TABLE target_potential (
    fiscal_year BIGINT NOT NULL,
    region_id BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    source TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (fiscal_year, region_id)
);
INSERT INTO sequence (name, next) VALUES ('target_plan', 1), ('target_objection', 1), ('target_change', 1);
