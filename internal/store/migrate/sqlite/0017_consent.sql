-- +goose Up
-- That payees know the rules of their pay. Nothing here is ever changed.
CREATE TABLE plan_announcement (
    version_id TEXT NOT NULL REFERENCES plan_version (id),
    number BIGINT NOT NULL,
    hash TEXT NOT NULL,
    announced_on TEXT NOT NULL,
    text TEXT NOT NULL,
    by_id TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (version_id, number)
);

CREATE TABLE plan_acceptance (
    version_id TEXT NOT NULL REFERENCES plan_version (id),
    person_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    paper BOOLEAN NOT NULL, -- signed on paper; the user is who recorded it
    accepted_at TEXT NOT NULL,
    PRIMARY KEY (version_id, person_id)
);
