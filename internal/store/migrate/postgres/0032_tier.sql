-- +goose Up
-- What people note of a customer besides the facts, a current row each; its history is in work_change.
CREATE TABLE customer_profile (
    customer_id BIGINT PRIMARY KEY,
    need TEXT COLLATE "C" NOT NULL,
    budget_minor BIGINT NOT NULL, -- -1: not known
    decision_maker TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    region_code TEXT COLLATE "C" NOT NULL,
    invoice_title TEXT COLLATE "C" NOT NULL,
    contract_end TEXT COLLATE "C" NOT NULL, -- empty: not known
    ratings TEXT COLLATE "C" NOT NULL, -- JSON, 0 to 100 by the id of the policy's field
    confirmed TEXT COLLATE "C" NOT NULL, -- JSON, the day on which a field was entered or confirmed
    revision BIGINT NOT NULL
);

-- Every version of the company's tier policy.
CREATE TABLE tier_policy (
    id TEXT COLLATE "C" PRIMARY KEY,
    number BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    effective_from TEXT COLLATE "C" NOT NULL,
    author_id TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    approver_id TEXT COLLATE "C" NOT NULL,
    approved_at TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    trial_job TEXT COLLATE "C" NOT NULL,
    trial TEXT COLLATE "C" NOT NULL, -- JSON, what the draft would change
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX tier_policy_number ON tier_policy (number);

-- A judgement of all customers: once for each month it counts, in between it only looks.
CREATE TABLE tier_review (
    id BIGINT PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    as_of TEXT COLLATE "C" NOT NULL,
    policy_id TEXT COLLATE "C" NOT NULL, -- empty: the one that ships with the product
    policy_hash TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    job_id TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    finished_at TEXT COLLATE "C" NOT NULL,
    failure TEXT COLLATE "C" NOT NULL,
    summary TEXT COLLATE "C" NOT NULL -- JSON
);
CREATE UNIQUE INDEX tier_review_month ON tier_review (month) WHERE kind = 'review';

-- Where a customer stands, with the facts that it rests on.
CREATE TABLE tier_standing (
    customer_id BIGINT PRIMARY KEY,
    tier TEXT COLLATE "C" NOT NULL,
    due TEXT COLLATE "C" NOT NULL,
    ground TEXT COLLATE "C" NOT NULL,
    score BIGINT NOT NULL, -- parts per million
    judged BOOLEAN NOT NULL,
    potential BIGINT NOT NULL,
    relation TEXT COLLATE "C" NOT NULL,
    warnings TEXT COLLATE "C" NOT NULL, -- parted by blanks
    standing TEXT COLLATE "C" NOT NULL,
    pending BIGINT NOT NULL,
    before_tier TEXT COLLATE "C" NOT NULL, -- the standing before the review that counted last
    before_pending BIGINT NOT NULL,
    review_id BIGINT NOT NULL, -- that review
    decided_in BIGINT NOT NULL, -- the review whose proposal somebody decided last
    proposal TEXT COLLATE "C" NOT NULL, -- what the last review changed or would: from, to, approval, jump; parted by blanks
    as_of TEXT COLLATE "C" NOT NULL,
    policy_hash TEXT COLLATE "C" NOT NULL,
    margin_minor BIGINT NOT NULL,
    spend_minor BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    first_order TEXT COLLATE "C" NOT NULL,
    last_order TEXT COLLATE "C" NOT NULL,
    interval_days BIGINT NOT NULL,
    contract_end TEXT COLLATE "C" NOT NULL,
    lift_minor BIGINT NOT NULL, -- -1: no amount lifts it
    recency BIGINT NOT NULL,
    frequency BIGINT NOT NULL,
    monetary BIGINT NOT NULL,
    rfm TEXT COLLATE "C" NOT NULL,
    alive BIGINT NOT NULL, -- parts per million; -1: not estimated
    expected BIGINT NOT NULL, -- purchases of the next year in millionths; -1: not estimated
    expected_minor BIGINT NOT NULL,
    complete BIGINT NOT NULL,
    owner_id BIGINT NOT NULL, -- 0: nobody
    owner_level TEXT COLLATE "C" NOT NULL,
    last_contact TEXT COLLATE "C" NOT NULL,
    contact_due TEXT COLLATE "C" NOT NULL, -- empty: nobody is to contact it
    override_tier TEXT COLLATE "C" NOT NULL, -- empty: not set by hand
    override_from TEXT COLLATE "C" NOT NULL,
    override_until TEXT COLLATE "C" NOT NULL,
    override_for TEXT COLLATE "C" NOT NULL,
    override_by TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX tier_standing_score ON tier_standing (score, customer_id);
CREATE INDEX tier_standing_tier ON tier_standing (tier, score, customer_id);
CREATE INDEX tier_standing_relation ON tier_standing (relation, score, customer_id);
CREATE INDEX tier_standing_rfm ON tier_standing (rfm, score, customer_id);
CREATE INDEX tier_standing_owner ON tier_standing (owner_id, contact_due, customer_id);
CREATE INDEX tier_standing_due ON tier_standing (contact_due, customer_id);
CREATE INDEX tier_standing_owner_score ON tier_standing (owner_id, score, customer_id);
CREATE INDEX tier_standing_override ON tier_standing (score, customer_id) WHERE override_tier <> '';

-- Every change of a customer's tier: append only.
CREATE TABLE tier_change (
    seq BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    from_tier TEXT COLLATE "C" NOT NULL,
    to_tier TEXT COLLATE "C" NOT NULL,
    review_id BIGINT NOT NULL,
    actor_id TEXT COLLATE "C" NOT NULL,
    actor_name TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL
);
CREATE INDEX tier_change_customer ON tier_change (customer_id, seq);

-- Changes that wait for somebody, or waited.
CREATE TABLE tier_proposal (
    id BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    review_id BIGINT NOT NULL,
    from_tier TEXT COLLATE "C" NOT NULL,
    to_tier TEXT COLLATE "C" NOT NULL,
    owner_id BIGINT NOT NULL,
    score BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    decided_by TEXT COLLATE "C" NOT NULL,
    decided_at TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX tier_proposal_waiting ON tier_proposal (customer_id) WHERE state = 'waiting';
CREATE INDEX tier_proposal_state ON tier_proposal (state, id);

INSERT INTO sequence (name, next) VALUES ('tier_review', 1), ('tier_change', 1), ('tier_proposal', 1), ('tier_policy', 1);
