-- +goose Up
-- What the company says about itself: one row, once somebody has kept it.
CREATE TABLE company (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    name TEXT COLLATE "C" NOT NULL,
    fiscal_first_month BIGINT NOT NULL,
    time_zone TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
