-- +goose Up
-- Boards that somebody put together. The shipped ones are in the program.
CREATE TABLE board (
    id BIGINT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    name TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    tiles TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX board_owner ON board (owner_id, name, id);
CREATE INDEX board_shared ON board (name, id) WHERE shared;

-- The board that somebody begins with, where it is not that of the role.
CREATE TABLE board_home (
    user_id TEXT PRIMARY KEY,
    board TEXT NOT NULL
);

-- Numbers that somebody has watched, and what the last look found.
CREATE TABLE board_alert (
    id BIGINT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    metric TEXT NOT NULL,
    place TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    limit_amount BIGINT NOT NULL, -- in the unit of the metric
    created_at TEXT NOT NULL,
    crossed BOOLEAN NOT NULL,
    side BIGINT NOT NULL, -- of a signal
    known BOOLEAN NOT NULL,
    amount BIGINT NOT NULL,
    judged TEXT NOT NULL, -- month; empty before the first look
    checked_at TEXT NOT NULL,
    told_at TEXT NOT NULL,
    why TEXT NOT NULL -- JSON; empty: something could be told
);
CREATE INDEX board_alert_owner ON board_alert (owner_id, id);

-- What the rules of public pools will take from whom soon, as of the last night.
CREATE TABLE pool_countdown (
    owner_id BIGINT PRIMARY KEY,
    customers BIGINT NOT NULL,
    first_on TEXT NOT NULL, -- the last day of the first of them
    day TEXT NOT NULL
);

INSERT INTO sequence (name, next) VALUES ('board', 1), ('board_alert', 1);
