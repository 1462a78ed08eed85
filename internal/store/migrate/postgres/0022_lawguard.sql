-- +goose Up
-- What the law guard is told, and who took note of its warnings. Nothing here is ever changed.
CREATE TABLE law_settings (
    number BIGINT PRIMARY KEY,
    body TEXT COLLATE "C" NOT NULL, -- JSON: rules, minimum wages, cities
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);

-- Of several terms of a person from the same day, the one with the greatest number holds.
CREATE TABLE employment_term (
    person_id BIGINT NOT NULL,
    from_day TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    taken BOOLEAN NOT NULL, -- taken back: there is no term from that day
    work TEXT COLLATE "C" NOT NULL,
    fixed_minor BIGINT NOT NULL,
    city TEXT COLLATE "C" NOT NULL,
    probation_until TEXT COLLATE "C" NOT NULL, -- last day; empty for none
    regular_minor BIGINT NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    recorded_by TEXT COLLATE "C" NOT NULL,
    recorded_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person_id, from_day, number)
);

CREATE TABLE law_acknowledgement (
    finding_id TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL, -- of the facts that it was about
    reason TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    acknowledged_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (finding_id, fingerprint)
);
