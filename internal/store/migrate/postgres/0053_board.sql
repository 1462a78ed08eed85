-- +goose Up
-- Boards that somebody put together. The shipped ones are in the program.
CREATE TABLE board (
    id BIGINT PRIMARY KEY,
    owner_id TEXT COLLATE "C" NOT NULL,
    owner_name TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    shared BOOLEAN NOT NULL,
    tiles TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX board_owner ON board (owner_id, name, id);
CREATE INDEX board_shared ON board (name, id) WHERE shared;

-- The board that somebody begins with, where it is not that of the role.
CREATE TABLE board_home (
    user_id TEXT COLLATE "C" PRIMARY KEY,
    board TEXT COLLATE "C" NOT NULL
);

-- Numbers that somebody has watched, and what the last look found.
CREATE TABLE board_alert (
    id BIGINT PRIMARY KEY,
    owner_id TEXT COLLATE "C" NOT NULL,
    metric TEXT COLLATE "C" NOT NULL,
    place TEXT COLLATE "C" NOT NULL,
    waits_for TEXT COLLATE "C" NOT NULL,
    limit_amount BIGINT NOT NULL, -- in the unit of the metric
    created_at TEXT COLLATE "C" NOT NULL,
    crossed BOOLEAN NOT NULL,
    side BIGINT NOT NULL, -- of a signal
    known BOOLEAN NOT NULL,
    amount BIGINT NOT NULL,
    judged TEXT COLLATE "C" NOT NULL, -- month; empty before the first look
    checked_at TEXT COLLATE "C" NOT NULL,
    told_at TEXT COLLATE "C" NOT NULL,
    why TEXT COLLATE "C" NOT NULL -- JSON; empty: something could be told
);
CREATE INDEX board_alert_owner ON board_alert (owner_id, id);

-- What the rules of public pools will take from whom soon, as of the last night.
CREATE TABLE pool_countdown (
    owner_id BIGINT PRIMARY KEY,
    customers BIGINT NOT NULL,
    first_on TEXT COLLATE "C" NOT NULL, -- the last day of the first of them
    day TEXT COLLATE "C" NOT NULL
);

INSERT INTO sequence (name, next) VALUES ('board', 1), ('board_alert', 1);
