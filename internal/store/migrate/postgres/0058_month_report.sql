-- +goose Up
-- Monthly reports: one of a month and a place.
CREATE TABLE month_report (
    id BIGINT PRIMARY KEY,
    month TEXT COLLATE "C" NOT NULL,
    place_kind TEXT COLLATE "C" NOT NULL,
    place_id BIGINT NOT NULL,
    place_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    newest BIGINT NOT NULL,
    published BIGINT NOT NULL, -- the newest published version; 0: none
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX month_report_once ON month_report (month, place_kind, place_id);

-- What was computed, frozen once it is published.
CREATE TABLE month_report_version (
    report_id BIGINT NOT NULL REFERENCES month_report (id),
    number BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL, -- SHA-256 of document
    newest_fact TEXT COLLATE "C" NOT NULL,
    computed_at TEXT COLLATE "C" NOT NULL,
    computed_by TEXT COLLATE "C" NOT NULL,
    computed_name TEXT COLLATE "C" NOT NULL,
    published_at TEXT COLLATE "C" NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL,
    published_name TEXT COLLATE "C" NOT NULL,
    differs TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL,
    document TEXT COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (report_id, number)
);

-- What people wrote beside sections.
CREATE TABLE month_report_note (
    report_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    section TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (report_id, version, section)
);
INSERT INTO sequence (name, next) VALUES ('month_report', 1);
