-- +goose Up
-- Numbers that are to get somewhere, with the baseline as it was frozen.
CREATE TABLE goal (
    id BIGINT PRIMARY KEY,
    key TEXT COLLATE "C" NOT NULL, -- of a shipped goal
    state TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    metric TEXT COLLATE "C" NOT NULL,
    owner_id BIGINT NOT NULL,
    baseline TEXT COLLATE "C" NOT NULL, -- JSON
    content TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX goal_key ON goal (key) WHERE key <> '';

-- What a goal's number was in a month.
CREATE TABLE goal_reading (
    goal_id BIGINT NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL, -- JSON
    read_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (goal_id, month)
);

-- What is done to get better.
CREATE TABLE initiative (
    id BIGINT PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    phase TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL, -- empty: under way
    owner_id BIGINT NOT NULL,
    budget_fen BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL
);

-- Effects of initiatives as they were found; never changed.
CREATE TABLE initiative_effect (
    id BIGINT PRIMARY KEY,
    initiative_id BIGINT NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL, -- JSON
    found_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX initiative_effect_of ON initiative_effect (initiative_id, id);
INSERT INTO sequence (name, next) VALUES ('goal', 1), ('initiative', 1), ('initiative_effect', 1);
