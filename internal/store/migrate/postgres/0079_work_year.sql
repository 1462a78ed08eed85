-- +goose Up
-- The company's own days off and make-up work days, a row a year.
CREATE TABLE work_year (
    year BIGINT PRIMARY KEY,
    complete BOOLEAN NOT NULL, -- all days off of the year are listed
    days TEXT COLLATE "C" NOT NULL, -- JSON
    reason TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
