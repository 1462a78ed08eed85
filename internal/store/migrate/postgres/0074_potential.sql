-- +goose Up
-- What the market of a region, a team or a person could give in a year: one table for all of them.
CREATE TABLE market_potential (
    fiscal_year BIGINT NOT NULL,
    unit TEXT COLLATE "C" NOT NULL, -- r, t or p with the id
    amount_minor BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (fiscal_year, unit)
);
INSERT INTO market_potential (fiscal_year, unit, amount_minor, source, by_name, at)
    SELECT fiscal_year, 'r' || CAST(region_id AS TEXT), amount_minor, source, by_name, at FROM target_potential;
DROP TABLE target_potential;
