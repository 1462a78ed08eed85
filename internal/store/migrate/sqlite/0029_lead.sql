-- +goose Up
-- Interest before there is an opportunity: a current row each; the history of changes is in work_change.
CREATE TABLE lead (
    id BIGINT PRIMARY KEY,
    company TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    phone TEXT NOT NULL,
    wechat TEXT NOT NULL,
    email TEXT NOT NULL,
    city TEXT NOT NULL,
    industry TEXT NOT NULL,
    source TEXT NOT NULL,
    campaign TEXT NOT NULL,
    note TEXT NOT NULL,
    status TEXT NOT NULL,
    owner_id BIGINT NOT NULL, -- 0: nobody's yet
    assigned_at TEXT NOT NULL,
    first_at TEXT NOT NULL,
    followed_at TEXT NOT NULL,
    next_on TEXT NOT NULL,
    invalid_for TEXT NOT NULL,
    invalid_why TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    opportunity_id BIGINT NOT NULL,
    core TEXT NOT NULL, -- the company's name but for place, legal form and signs
    search_text TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX lead_owner ON lead (owner_id, status, id);
CREATE INDEX lead_status ON lead (status, id);
CREATE INDEX lead_assigned ON lead (owner_id, assigned_at);
CREATE INDEX lead_waiting ON lead (assigned_at, id) WHERE first_at = '' AND assigned_at <> '' AND status = 'new';
CREATE INDEX lead_next ON lead (owner_id, next_on) WHERE next_on <> '';
CREATE INDEX lead_phone ON lead (phone) WHERE phone <> '';
CREATE INDEX lead_core ON lead (core) WHERE core <> '';
CREATE INDEX lead_campaign ON lead (campaign, id) WHERE campaign <> '';

CREATE TABLE lead_follow_up (
    id BIGINT PRIMARY KEY, -- of the same sequence as those of opportunities, to which they are copied
    lead_id BIGINT NOT NULL REFERENCES lead (id),
    person_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    next_on TEXT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX lead_follow_up_lead ON lead_follow_up (lead_id, id);

-- What happened to a lead: append only. When it becomes an opportunity, its events become the first of that case.
CREATE TABLE lead_event (
    id BIGINT PRIMARY KEY,
    lead_id BIGINT NOT NULL REFERENCES lead (id),
    activity TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    actor_id TEXT NOT NULL,
    source TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX lead_event_lead ON lead_event (lead_id, id);

-- By which key an import knows a working record: the same key again is the same record.
CREATE TABLE work_key (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX work_key_record ON work_key (kind, record_id);

-- What an import did to working records, so that it can be taken back: the revision that it left, and what was before; empty for a new one.
CREATE TABLE work_import (
    import_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    before TEXT NOT NULL,
    PRIMARY KEY (import_id, kind, record_id)
);

INSERT INTO sequence (name, next) VALUES ('lead', 1), ('lead_event', 1), ('customer_key', 1);
