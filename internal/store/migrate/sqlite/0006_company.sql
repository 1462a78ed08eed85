-- +goose Up
-- What the company says about itself: one row, once somebody has kept it.
CREATE TABLE company (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    fiscal_first_month BIGINT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    revision BIGINT NOT NULL
);
