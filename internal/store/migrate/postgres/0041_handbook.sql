-- +goose Up
-- Cases of the company that the handbook shows, copied without names when they were chosen. One that was taken out leaves its row.
CREATE TABLE handbook_case (
    id TEXT COLLATE "C" PRIMARY KEY,
    case_id BIGINT NOT NULL,
    good BOOLEAN NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    lesson TEXT COLLATE "C" NOT NULL,
    steps TEXT COLLATE "C" NOT NULL,
    rules TEXT COLLATE "C" NOT NULL,
    chosen_by TEXT COLLATE "C" NOT NULL,
    chosen_at TEXT COLLATE "C" NOT NULL,
    dropped_at TEXT COLLATE "C" NOT NULL -- empty while it is shown
);
CREATE UNIQUE INDEX handbook_case_shown ON handbook_case (case_id) WHERE dropped_at = '';

-- How customers stay, as the last look at all of them found it: each customer, the sums by owner and tier for some days, and by the quarter of the first order.
CREATE TABLE customer_keeping (
    customer_id BIGINT PRIMARY KEY,
    owner_id BIGINT NOT NULL, -- 0: nobody's
    tier TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    first_on TEXT COLLATE "C" NOT NULL,
    last_on TEXT COLLATE "C" NOT NULL,
    base_orders BIGINT NOT NULL,
    base_minor BIGINT NOT NULL,
    now_orders BIGINT NOT NULL,
    now_minor BIGINT NOT NULL,
    foreign_orders BIGINT NOT NULL
);
CREATE INDEX customer_keeping_owner ON customer_keeping (owner_id, customer_id);
CREATE INDEX customer_keeping_state ON customer_keeping (state, customer_id);

CREATE TABLE keeping_tally (
    day TEXT COLLATE "C" NOT NULL,
    owner_id BIGINT NOT NULL,
    tier TEXT COLLATE "C" NOT NULL,
    base BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    base_minor BIGINT NOT NULL,
    held_minor BIGINT NOT NULL,
    now_minor BIGINT NOT NULL,
    buyers BIGINT NOT NULL,
    again BIGINT NOT NULL,
    foreign_orders BIGINT NOT NULL,
    PRIMARY KEY (owner_id, day, tier)
);

CREATE TABLE keeping_cohort (
    quarter BIGINT NOT NULL, -- the year times four, and the quarter from 0
    owner_id BIGINT NOT NULL,
    tier TEXT COLLATE "C" NOT NULL,
    customers BIGINT NOT NULL,
    ripe BIGINT NOT NULL,
    again BIGINT NOT NULL,
    PRIMARY KEY (owner_id, quarter, tier)
);

CREATE TABLE keeping_look (
    id BIGINT PRIMARY KEY,
    day TEXT COLLATE "C" NOT NULL
);

-- Where a follow-up was made, when whoever made it said so: some kilometre wide, kept for a while.
CREATE TABLE follow_up_place (
    follow_up_id BIGINT PRIMARY KEY REFERENCES follow_up (id),
    north BIGINT NOT NULL, -- hundredths of a degree
    east BIGINT NOT NULL,
    given_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX follow_up_place_given ON follow_up_place (given_at);

-- Links by which calendars of people subscribe to what is to be done: one each, of which the SHA-256 is kept.
CREATE TABLE calendar_feed (
    user_id TEXT COLLATE "C" PRIMARY KEY,
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    made_at TEXT COLLATE "C" NOT NULL
);
