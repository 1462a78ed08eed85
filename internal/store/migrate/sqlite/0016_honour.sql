-- +goose Up
-- A round is one computation of an honour for one term, or of promotions for one month, with its evidence. What is announced never changes.
CREATE TABLE honour_round (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    document_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    term TEXT NOT NULL,
    state TEXT NOT NULL,
    evidence TEXT NOT NULL,
    digest TEXT NOT NULL,
    computed_by TEXT NOT NULL,
    computed_at TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    announced_by TEXT NOT NULL,
    announced_at TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE UNIQUE INDEX honour_round_live ON honour_round (kind, document_id, term) WHERE state <> 'discarded';
CREATE INDEX honour_round_computed ON honour_round (computed_at, id);

CREATE TABLE honour_award (
    id TEXT PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES honour_round (id),
    number TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    term TEXT NOT NULL,
    group_name TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    person_name TEXT NOT NULL,
    team_name TEXT NOT NULL,
    level TEXT NOT NULL,
    place BIGINT NOT NULL,
    measure_zh TEXT NOT NULL,
    measure_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    cash_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    points BIGINT NOT NULL,
    priority_until TEXT NOT NULL,
    evidence_digest TEXT NOT NULL,
    digest TEXT NOT NULL,
    announced_at TEXT NOT NULL,
    UNIQUE (document_id, term, person_id)
);
CREATE INDEX honour_award_announced ON honour_award (announced_at, number);
CREATE INDEX honour_award_person ON honour_award (person_id);

CREATE TABLE honour_revocation (
    award_id TEXT PRIMARY KEY REFERENCES honour_award (id),
    reason TEXT NOT NULL,
    revoked_by TEXT NOT NULL,
    revoked_at TEXT NOT NULL
);

-- Money that somebody approved outside any plan. It is posted to the ledger and paid with the month that is closed next; month is empty until then.
CREATE TABLE reward_grant (
    key TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL,
    component TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    source TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    month TEXT NOT NULL
);
CREATE INDEX reward_grant_month ON reward_grant (month);

-- What is to be told to people by other channels, written with what it tells of.
CREATE TABLE announcement (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX announcement_state ON announcement (state, created_at, id);

CREATE TABLE promotion_proposal (
    id TEXT PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES honour_round (id),
    version_id TEXT NOT NULL,
    term TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    person_name TEXT NOT NULL,
    team_name TEXT NOT NULL,
    from_level TEXT NOT NULL,
    to_level TEXT NOT NULL,
    preferred BIGINT NOT NULL,
    evidence TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE UNIQUE INDEX promotion_proposal_open ON promotion_proposal (person_id) WHERE state = 'proposed';
CREATE INDEX promotion_proposal_round ON promotion_proposal (round_id, person_id);

CREATE TABLE shop_item (
    id TEXT PRIMARY KEY,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    cost BIGINT NOT NULL,
    stock BIGINT NOT NULL CHECK (stock >= 0),
    offered BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE shop_redemption (
    id TEXT PRIMARY KEY,
    item_id TEXT NOT NULL REFERENCES shop_item (id),
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    delivered_by TEXT NOT NULL,
    delivered_at TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX shop_redemption_person ON shop_redemption (person_id, asked_at);
CREATE INDEX shop_redemption_state ON shop_redemption (state, asked_at);
