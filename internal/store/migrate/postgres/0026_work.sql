-- +goose Up
-- The working records of the sales process: a current row each, with the history of its changes beside it.
CREATE TABLE opportunity (
    id BIGINT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    customer_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    expected_on TEXT COLLATE "C" NOT NULL,
    product_ids TEXT COLLATE "C" NOT NULL, -- parted by blanks
    source TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    lost_for TEXT COLLATE "C" NOT NULL,
    ended_for TEXT COLLATE "C" NOT NULL,
    ended_on TEXT COLLATE "C" NOT NULL,
    deal_key TEXT COLLATE "C" NOT NULL,
    lead_id BIGINT NOT NULL,
    stage_since TEXT COLLATE "C" NOT NULL,
    followed_at TEXT COLLATE "C" NOT NULL,
    next_on TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX opportunity_owner ON opportunity (owner_id, state, stage);
CREATE INDEX opportunity_customer ON opportunity (customer_id);
CREATE INDEX opportunity_stage ON opportunity (state, stage, expected_on, id);
CREATE INDEX opportunity_expected ON opportunity (state, expected_on, id);
CREATE INDEX opportunity_amount ON opportunity (state, amount_minor, id);
CREATE INDEX opportunity_deal ON opportunity (deal_key) WHERE deal_key <> '';

CREATE TABLE contact (
    id BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    part TEXT COLLATE "C" NOT NULL,
    phone TEXT COLLATE "C" NOT NULL,
    wechat TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    gone BOOLEAN NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX contact_customer ON contact (customer_id, id);
CREATE INDEX contact_phone ON contact (phone) WHERE phone <> '';

CREATE TABLE follow_up (
    id BIGINT PRIMARY KEY,
    opportunity_id BIGINT NOT NULL REFERENCES opportunity (id),
    person_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    occurred_at TEXT COLLATE "C" NOT NULL,
    recorded_at TEXT COLLATE "C" NOT NULL,
    next_on TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX follow_up_opportunity ON follow_up (opportunity_id, id);

CREATE TABLE task (
    id BIGINT PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    opportunity_id BIGINT NOT NULL, -- 0: of none
    person_id BIGINT NOT NULL,
    due_on TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX task_person ON task (person_id, state, due_on, id);
CREATE INDEX task_opportunity ON task (opportunity_id, state);

-- What was changed of a working record: append only.
CREATE TABLE work_change (
    subject TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    actor_id TEXT COLLATE "C" NOT NULL,
    actor_name TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL,
    after TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (subject, revision)
);

-- What happened in the sales process, for whoever judges it: append only, numbered in the order of commit. A case is an opportunity.
CREATE TABLE process_event (
    seq BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL,
    activity TEXT COLLATE "C" NOT NULL,
    occurred_at TEXT COLLATE "C" NOT NULL,
    recorded_at TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL, -- 0: nobody of the organisation
    actor_id TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    data TEXT COLLATE "C" NOT NULL
);
CREATE INDEX process_event_case ON process_event (case_id, seq);

INSERT INTO sequence (name, next) VALUES ('opportunity', 1), ('contact', 1), ('follow_up', 1), ('task', 1), ('process_event', 1);
