-- +goose Up
-- A round is one computation of an honour for one term, or of promotions for one month, with its evidence. What is announced never changes.
CREATE TABLE honour_round (
    id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    document_id TEXT COLLATE "C" NOT NULL,
    version_id TEXT COLLATE "C" NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    evidence TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    computed_by TEXT COLLATE "C" NOT NULL,
    computed_at TEXT COLLATE "C" NOT NULL,
    approved_by TEXT COLLATE "C" NOT NULL,
    approved_at TEXT COLLATE "C" NOT NULL,
    announced_by TEXT COLLATE "C" NOT NULL,
    announced_at TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX honour_round_live ON honour_round (kind, document_id, term) WHERE state <> 'discarded';
CREATE INDEX honour_round_computed ON honour_round (computed_at, id);

CREATE TABLE honour_award (
    id TEXT COLLATE "C" PRIMARY KEY,
    round_id TEXT COLLATE "C" NOT NULL REFERENCES honour_round (id),
    number TEXT COLLATE "C" NOT NULL UNIQUE,
    document_id TEXT COLLATE "C" NOT NULL,
    version_id TEXT COLLATE "C" NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    group_name TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    person_name TEXT COLLATE "C" NOT NULL,
    team_name TEXT COLLATE "C" NOT NULL,
    level TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    measure_zh TEXT COLLATE "C" NOT NULL,
    measure_en TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    cash_minor BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    points BIGINT NOT NULL,
    priority_until TEXT COLLATE "C" NOT NULL,
    evidence_digest TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    announced_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (document_id, term, person_id)
);
CREATE INDEX honour_award_announced ON honour_award (announced_at, number);
CREATE INDEX honour_award_person ON honour_award (person_id);

CREATE TABLE honour_revocation (
    award_id TEXT COLLATE "C" PRIMARY KEY REFERENCES honour_award (id),
    reason TEXT COLLATE "C" NOT NULL,
    revoked_by TEXT COLLATE "C" NOT NULL,
    revoked_at TEXT COLLATE "C" NOT NULL
);

-- Money that somebody approved outside any plan. It is posted to the ledger and paid with the month that is closed next; month is empty until then.
CREATE TABLE reward_grant (
    key TEXT COLLATE "C" PRIMARY KEY,
    person_id BIGINT NOT NULL,
    component TEXT COLLATE "C" NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    granted_at TEXT COLLATE "C" NOT NULL,
    month TEXT COLLATE "C" NOT NULL
);
CREATE INDEX reward_grant_month ON reward_grant (month);

-- What is to be told to people by other channels, written with what it tells of.
CREATE TABLE announcement (
    id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX announcement_state ON announcement (state, created_at, id);

CREATE TABLE promotion_proposal (
    id TEXT COLLATE "C" PRIMARY KEY,
    round_id TEXT COLLATE "C" NOT NULL REFERENCES honour_round (id),
    version_id TEXT COLLATE "C" NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    person_name TEXT COLLATE "C" NOT NULL,
    team_name TEXT COLLATE "C" NOT NULL,
    from_level TEXT COLLATE "C" NOT NULL,
    to_level TEXT COLLATE "C" NOT NULL,
    preferred BIGINT NOT NULL,
    evidence TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    proposed_by TEXT COLLATE "C" NOT NULL,
    proposed_at TEXT COLLATE "C" NOT NULL,
    decided_by TEXT COLLATE "C" NOT NULL,
    decided_at TEXT COLLATE "C" NOT NULL,
    effective_on TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX promotion_proposal_open ON promotion_proposal (person_id) WHERE state = 'proposed';
CREATE INDEX promotion_proposal_round ON promotion_proposal (round_id, person_id);

CREATE TABLE shop_item (
    id TEXT COLLATE "C" PRIMARY KEY,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    cost BIGINT NOT NULL,
    stock BIGINT NOT NULL CHECK (stock >= 0),
    offered BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE shop_redemption (
    id TEXT COLLATE "C" PRIMARY KEY,
    item_id TEXT COLLATE "C" NOT NULL REFERENCES shop_item (id),
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    asked_by TEXT COLLATE "C" NOT NULL,
    asked_at TEXT COLLATE "C" NOT NULL,
    decided_by TEXT COLLATE "C" NOT NULL,
    decided_at TEXT COLLATE "C" NOT NULL,
    delivered_by TEXT COLLATE "C" NOT NULL,
    delivered_at TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL
);
CREATE INDEX shop_redemption_person ON shop_redemption (person_id, asked_at);
CREATE INDEX shop_redemption_state ON shop_redemption (state, asked_at);
