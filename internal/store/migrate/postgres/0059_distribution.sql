-- +goose Up
-- When monthly reports are computed by themselves, and who is told: one row, or none.
CREATE TABLE distribution_settings (
    id BIGINT PRIMARY KEY,
    settings TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL
);

-- The runs of months, one each.
CREATE TABLE distribution_run (
    month TEXT COLLATE "C" PRIMARY KEY,
    job_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    computed TEXT COLLATE "C" NOT NULL, -- JSON: the places that are done
    failed BIGINT NOT NULL,
    started_at TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);

-- The versions whose readers were told.
CREATE TABLE distribution_issue (
    report_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    told_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (report_id, version)
);

CREATE TABLE report_delivery (
    id BIGINT PRIMARY KEY,
    report_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    place_kind TEXT COLLATE "C" NOT NULL,
    place_id BIGINT NOT NULL,
    place_name TEXT COLLATE "C" NOT NULL,
    region_id BIGINT NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    letter BOOLEAN NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    code BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at TEXT COLLATE "C" NOT NULL, -- when something is to be done with it; empty: nothing
    created_at TEXT COLLATE "C" NOT NULL,
    sent_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (report_id, version, user_id)
);
CREATE INDEX report_delivery_next ON report_delivery (next_at, id) WHERE next_at <> '';
CREATE INDEX report_delivery_month ON report_delivery (month, id);
INSERT INTO sequence (name, next) VALUES ('report_delivery', 1);
