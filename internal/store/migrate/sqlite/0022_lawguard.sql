-- +goose Up
-- What the law guard is told, and who took note of its warnings. Nothing here is ever changed.
CREATE TABLE law_settings (
    number BIGINT PRIMARY KEY,
    body TEXT NOT NULL, -- JSON: rules, minimum wages, cities
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL
);

-- Of several terms of a person from the same day, the one with the greatest number holds.
CREATE TABLE employment_term (
    person_id BIGINT NOT NULL,
    from_day TEXT NOT NULL,
    number BIGINT NOT NULL,
    taken BOOLEAN NOT NULL, -- taken back: there is no term from that day
    work TEXT NOT NULL,
    fixed_minor BIGINT NOT NULL,
    city TEXT NOT NULL,
    probation_until TEXT NOT NULL, -- last day; empty for none
    regular_minor BIGINT NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (person_id, from_day, number)
);

CREATE TABLE law_acknowledgement (
    finding_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL, -- of the facts that it was about
    reason TEXT NOT NULL,
    user_id TEXT NOT NULL,
    acknowledged_at TEXT NOT NULL,
    PRIMARY KEY (finding_id, fingerprint)
);
