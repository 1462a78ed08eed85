-- +goose Up
-- Who has a customer: a person, or a pool. A current row each, with every change of it beside.
CREATE TABLE holding (
    customer_id BIGINT PRIMARY KEY,
    owner_id BIGINT NOT NULL, -- 0: it is in a pool
    pool TEXT COLLATE "C" NOT NULL, -- empty: somebody has it
    since TEXT COLLATE "C" NOT NULL,
    former_id BIGINT NOT NULL, -- who had it last; 0: nobody
    locked BOOLEAN NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX holding_owner ON holding (owner_id, customer_id);
CREATE INDEX holding_pool ON holding (pool, since, customer_id) WHERE pool <> '';

-- One change of who has a customer: append only, but for undone_in. passed names what went along: opportunities and tasks.
CREATE TABLE holding_step (
    id BIGINT PRIMARY KEY,
    act_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    revision BIGINT NOT NULL, -- of the holding after it
    at TEXT COLLATE "C" NOT NULL,
    on_day TEXT COLLATE "C" NOT NULL,
    way TEXT COLLATE "C" NOT NULL,
    from_owner BIGINT NOT NULL,
    from_pool TEXT COLLATE "C" NOT NULL,
    from_since TEXT COLLATE "C" NOT NULL,
    from_former BIGINT NOT NULL,
    from_locked BOOLEAN NOT NULL,
    to_owner BIGINT NOT NULL,
    to_pool TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C" NOT NULL, -- the rule, or the reason somebody gave
    passed TEXT COLLATE "C" NOT NULL,
    actor_name TEXT COLLATE "C" NOT NULL,
    undone_in BIGINT NOT NULL -- the act that took it back; 0: it stands
);
CREATE INDEX holding_step_customer ON holding_step (customer_id, id);
CREATE INDEX holding_step_act ON holding_step (act_id, id);
CREATE INDEX holding_step_taken ON holding_step (to_owner, way, on_day);

-- What was done at once, and can be taken back at once.
CREATE TABLE holding_act (
    id BIGINT PRIMARY KEY,
    way TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    on_day TEXT COLLATE "C" NOT NULL,
    actor_id TEXT COLLATE "C" NOT NULL,
    actor_name TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C" NOT NULL,
    customers BIGINT NOT NULL,
    opportunities BIGINT NOT NULL,
    tasks BIGINT NOT NULL,
    undone_in BIGINT NOT NULL,
    undoes BIGINT NOT NULL -- the act that this one took back
);

-- The rules of the pools: versions with the day from which they count.
CREATE TABLE pool_policy (
    number BIGINT PRIMARY KEY,
    text TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    effective_from TEXT COLLATE "C" NOT NULL,
    author_id TEXT COLLATE "C" NOT NULL,
    author_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    approver_id TEXT COLLATE "C" NOT NULL,
    approver_name TEXT COLLATE "C" NOT NULL,
    approved_at TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    trial TEXT COLLATE "C" NOT NULL, -- what it would have done to the past; empty: nobody tried
    revision BIGINT NOT NULL
);

-- Who looked at which customer of a pool on a day.
CREATE TABLE pool_look (
    person_id BIGINT NOT NULL,
    on_day TEXT COLLATE "C" NOT NULL,
    customer_id BIGINT NOT NULL,
    PRIMARY KEY (person_id, on_day, customer_id)
);

-- The days on which the rules were applied, and the job that did it.
CREATE TABLE pool_day (
    on_day TEXT COLLATE "C" PRIMARY KEY,
    job_id TEXT COLLATE "C" NOT NULL
);

INSERT INTO sequence (name, next) VALUES ('holding_step', 1), ('holding_act', 1);
