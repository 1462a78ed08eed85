-- +goose Up
-- The company's own days off and make-up work days, a row a year.
CREATE TABLE work_year (
    year BIGINT PRIMARY KEY,
    complete BOOLEAN NOT NULL, -- all days off of the year are listed
    days TEXT NOT NULL, -- JSON
    reason TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
