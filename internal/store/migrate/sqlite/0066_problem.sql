-- +goose Up
-- The list of problems: what analysers find and what people say.
CREATE TABLE problem (
    id BIGINT PRIMARY KEY,
    identity TEXT NOT NULL, -- kind and place; empty for what is in own words
    kind TEXT NOT NULL,
    area TEXT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    place_level TEXT NOT NULL,
    place TEXT NOT NULL, -- JSON
    region_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    sources BIGINT NOT NULL, -- a bit for each
    ratings TEXT NOT NULL, -- JSON: proposed, chosen, why
    score BIGINT NOT NULL,
    severity TEXT NOT NULL,
    severity_place BIGINT NOT NULL, -- 1 is the gravest
    fixed TEXT NOT NULL, -- the severity that a rule gives; empty for none
    money_minor BIGINT NOT NULL,
    worth BOOLEAN NOT NULL, -- the money is known
    figure TEXT NOT NULL, -- JSON, empty: nothing was measured
    evidence TEXT NOT NULL, -- JSON
    owner_id BIGINT NOT NULL, -- person; 0: nobody
    status TEXT NOT NULL,
    verdict TEXT NOT NULL,
    merged_into BIGINT NOT NULL, -- 0: in none
    first_run_id BIGINT NOT NULL,
    last_run_id BIGINT NOT NULL,
    unseen_run_id BIGINT NOT NULL,
    seen_at TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX problem_identity ON problem (identity) WHERE identity <> '';
CREATE INDEX problem_order ON problem (severity_place, score, id);
CREATE INDEX problem_owner ON problem (owner_id, status);
CREATE INDEX problem_merged ON problem (merged_into) WHERE merged_into <> 0;

-- What happened to problems: entries are added, never changed.
CREATE TABLE problem_event (
    id BIGINT PRIMARY KEY,
    problem_id BIGINT NOT NULL REFERENCES problem (id),
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    source TEXT NOT NULL,
    run_id BIGINT NOT NULL, -- 0: no diagnosis
    other_id BIGINT NOT NULL, -- 0: no other problem
    detail TEXT NOT NULL -- JSON
);
CREATE INDEX problem_event_problem ON problem_event (problem_id, id);
INSERT INTO sequence (name, next) VALUES ('problem', 1), ('problem_event', 1);
