-- +goose Up
-- The working records of the sales process: a current row each, with the history of its changes beside it.
CREATE TABLE opportunity (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    stage TEXT NOT NULL,
    state TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    expected_on TEXT NOT NULL,
    product_ids TEXT NOT NULL, -- parted by blanks
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    lost_for TEXT NOT NULL,
    ended_for TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    deal_key TEXT NOT NULL,
    lead_id BIGINT NOT NULL,
    stage_since TEXT NOT NULL,
    followed_at TEXT NOT NULL,
    next_on TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
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
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    part TEXT NOT NULL,
    phone TEXT NOT NULL,
    wechat TEXT NOT NULL,
    email TEXT NOT NULL,
    note TEXT NOT NULL,
    gone BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX contact_customer ON contact (customer_id, id);
CREATE INDEX contact_phone ON contact (phone) WHERE phone <> '';

CREATE TABLE follow_up (
    id BIGINT PRIMARY KEY,
    opportunity_id BIGINT NOT NULL REFERENCES opportunity (id),
    person_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    next_on TEXT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX follow_up_opportunity ON follow_up (opportunity_id, id);

CREATE TABLE task (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    opportunity_id BIGINT NOT NULL, -- 0: of none
    person_id BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    state TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX task_person ON task (person_id, state, due_on, id);
CREATE INDEX task_opportunity ON task (opportunity_id, state);

-- What was changed of a working record: append only.
CREATE TABLE work_change (
    subject TEXT NOT NULL,
    revision BIGINT NOT NULL,
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (subject, revision)
);

-- What happened in the sales process, for whoever judges it: append only, numbered in the order of commit. A case is an opportunity.
CREATE TABLE process_event (
    seq BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL,
    activity TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    person_id BIGINT NOT NULL, -- 0: nobody of the organisation
    actor_id TEXT NOT NULL,
    source TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX process_event_case ON process_event (case_id, seq);

INSERT INTO sequence (name, next) VALUES ('opportunity', 1), ('contact', 1), ('follow_up', 1), ('task', 1), ('process_event', 1);
