-- +goose Up
-- What is offered to customers: a row for each version of a quote.
CREATE TABLE quote (
    id BIGINT PRIMARY KEY,
    root_id BIGINT NOT NULL, -- of the first version
    version BIGINT NOT NULL,
    latest BOOLEAN NOT NULL,
    opportunity_id BIGINT NOT NULL REFERENCES opportunity (id),
    customer_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL, -- whoever owns the opportunity
    title TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    lines TEXT COLLATE "C" NOT NULL, -- JSON
    currency TEXT COLLATE "C" NOT NULL,
    list_minor BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    tax_minor BIGINT NOT NULL,
    discount_ppm BIGINT NOT NULL,
    limit_ppm BIGINT NOT NULL,
    beyond BOOLEAN NOT NULL,
    valid_until TEXT COLLATE "C" NOT NULL,
    terms TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    sent_on TEXT COLLATE "C" NOT NULL,
    sent_to TEXT COLLATE "C" NOT NULL,
    sent_by TEXT COLLATE "C" NOT NULL,
    ended_on TEXT COLLATE "C" NOT NULL,
    ended_for TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX quote_version ON quote (root_id, version);
CREATE INDEX quote_opportunity ON quote (opportunity_id, id);
CREATE INDEX quote_customer ON quote (customer_id, id);
CREATE INDEX quote_owner ON quote (owner_id, latest, id);
CREATE INDEX quote_latest ON quote (latest, id);
CREATE INDEX quote_state ON quote (latest, state, valid_until, id);
CREATE INDEX quote_valid ON quote (latest, valid_until, id);
CREATE INDEX quote_amount ON quote (latest, amount_minor, id);

-- The price list and the discount limits: one row.
CREATE TABLE quote_rules (
    id BIGINT PRIMARY KEY,
    body TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL
);

-- What was signed. Its number is the key of the deal that pay rests on, which is recorded beside it.
CREATE TABLE contract (
    id BIGINT PRIMARY KEY,
    number TEXT COLLATE "C" NOT NULL UNIQUE,
    opportunity_id BIGINT NOT NULL, -- 0: of none
    quote_id BIGINT NOT NULL, -- 0: of none
    customer_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    lines TEXT COLLATE "C" NOT NULL, -- JSON
    currency TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL, -- as amended
    tax_minor BIGINT NOT NULL,
    our_party TEXT COLLATE "C" NOT NULL,
    their_party TEXT COLLATE "C" NOT NULL,
    starts_on TEXT COLLATE "C" NOT NULL,
    ends_on TEXT COLLATE "C" NOT NULL,
    signed_on TEXT COLLATE "C" NOT NULL,
    ended_on TEXT COLLATE "C" NOT NULL,
    ended_for TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    plan_revision BIGINT NOT NULL, -- 0: without a payment plan
    request_id TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX contract_opportunity ON contract (opportunity_id) WHERE opportunity_id <> 0;
CREATE INDEX contract_quote ON contract (quote_id) WHERE quote_id <> 0;
CREATE INDEX contract_customer ON contract (customer_id, id);
CREATE INDEX contract_owner ON contract (owner_id, id);
CREATE INDEX contract_state ON contract (state, id);
CREATE INDEX contract_ends ON contract (state, ends_on, id);
CREATE INDEX contract_signed ON contract (signed_on, id);
CREATE INDEX contract_amount ON contract (amount_minor, id);

-- What is to be changed of a signed contract, with its own approval: decided once.
CREATE TABLE contract_amendment (
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    number BIGINT NOT NULL, -- 1, 2, 3 …
    state TEXT COLLATE "C" NOT NULL,
    effective_on TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    lines TEXT COLLATE "C" NOT NULL, -- JSON; empty: they stay
    amount_minor BIGINT NOT NULL, -- of the contract afterwards
    tax_minor BIGINT NOT NULL,
    ends_on TEXT COLLATE "C" NOT NULL, -- of the contract afterwards
    before_minor BIGINT NOT NULL,
    before_ends_on TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    decided_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (contract_id, number)
);

-- When the money of a contract is due. Collected is what the payments of its deal cover, in the order in which it is due.
CREATE TABLE instalment (
    id BIGINT PRIMARY KEY, -- of the contract, times 1000, and the number
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    number BIGINT NOT NULL,
    owner_id BIGINT NOT NULL, -- of the contract
    name TEXT COLLATE "C" NOT NULL,
    due_on TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    until_minor BIGINT NOT NULL, -- this one and those before it
    collected_minor BIGINT NOT NULL,
    left_minor BIGINT NOT NULL, -- still to come
    currency TEXT COLLATE "C" NOT NULL,
    invoice_key TEXT COLLATE "C" NOT NULL
);
CREATE INDEX instalment_contract ON instalment (contract_id, number);
CREATE INDEX instalment_open ON instalment (due_on, id) WHERE left_minor > 0;
CREATE INDEX instalment_due ON instalment (due_on, id);
CREATE INDEX instalment_owner ON instalment (owner_id, due_on, id);
CREATE INDEX instalment_invoice ON instalment (invoice_key) WHERE invoice_key <> '';

-- Money that a seller says has come in, or went back, until finance confirms it: then it is a payment of the deal.
CREATE TABLE collection_report (
    id BIGINT PRIMARY KEY,
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    owner_id BIGINT NOT NULL, -- of the contract
    kind TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    paid_on TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    payer TEXT COLLATE "C" NOT NULL,
    way TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    payment_key TEXT COLLATE "C" NOT NULL,
    reply TEXT COLLATE "C" NOT NULL,
    reported_by TEXT COLLATE "C" NOT NULL,
    reported_name TEXT COLLATE "C" NOT NULL,
    reported_person BIGINT NOT NULL,
    reported_at TEXT COLLATE "C" NOT NULL,
    decided_by TEXT COLLATE "C" NOT NULL,
    decided_name TEXT COLLATE "C" NOT NULL,
    decided_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX collection_report_state ON collection_report (state, id);
CREATE INDEX collection_report_contract ON collection_report (contract_id, id);
CREATE INDEX collection_report_owner ON collection_report (owner_id, state, id);

INSERT INTO sequence (name, next) VALUES ('quote', 1), ('contract', 1), ('collection_report', 1);
