-- +goose Up
-- What people look for by name has a text of package naming: folded, with its pinyin. The program fills it in for rows that are there, kind by
-- kind in the order of ids, and notes how far it got and of which making the texts are.
ALTER TABLE person ADD COLUMN search_text TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN search_text TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE TABLE search_state (
    kind TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    done_to BIGINT NOT NULL -- the last id of the texts being made; 9223372036854775807 when all are
);
-- Memory follows what ended since it looked last.
CREATE INDEX customer_ended ON customer (superseded_in, id) WHERE superseded_in < 9223372036854775807;
CREATE INDEX deal_ended ON deal (superseded_in, id) WHERE superseded_in < 9223372036854775807;
-- Substrings of keys are no longer looked for in the table.
DROP INDEX deal_search;
-- Whether another customer has a code is asked whenever one is entered.
CREATE INDEX customer_code ON customer (credit_code) WHERE superseded_in = 9223372036854775807 AND credit_code <> '';
