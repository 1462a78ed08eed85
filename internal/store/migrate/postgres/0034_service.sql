-- +goose Up
-- After-sales matters: a current row each, with the history of its changes in work_change. Instants that are not there are empty, but for
-- due_at: '~' sorts behind every instant, so that what has no deadline comes last.
CREATE TABLE service_case (
    id BIGINT PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    severity TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    solution TEXT COLLATE "C" NOT NULL,
    customer_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    opportunity_id BIGINT NOT NULL,
    deal_key TEXT COLLATE "C" NOT NULL,
    product_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL, -- 0: waits to be taken
    seller_id BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    opened_at TEXT COLLATE "C" NOT NULL,
    answer_due TEXT COLLATE "C" NOT NULL,
    answered_at TEXT COLLATE "C" NOT NULL,
    solve_from TEXT COLLATE "C" NOT NULL,
    solve_due TEXT COLLATE "C" NOT NULL,
    waiting_since TEXT COLLATE "C" NOT NULL,
    waited BIGINT NOT NULL, -- working minutes
    solved_at TEXT COLLATE "C" NOT NULL,
    closed_at TEXT COLLATE "C" NOT NULL,
    reopened BIGINT NOT NULL,
    told BOOLEAN NOT NULL,
    due_at TEXT COLLATE "C" NOT NULL, -- the deadline that runs
    created_by TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX service_case_owner ON service_case (owner_id, id);
CREATE INDEX service_case_seller ON service_case (seller_id, id);
CREATE INDEX service_case_customer ON service_case (customer_id, id);
CREATE INDEX service_case_state ON service_case (state, due_at, id);
CREATE INDEX service_case_due ON service_case (due_at, id);
CREATE INDEX service_case_opened ON service_case (opened_at, id);
CREATE INDEX service_case_untold ON service_case (due_at) WHERE told = FALSE AND due_at < '~';

CREATE TABLE service_comment (
    id BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES service_case (id),
    person_id BIGINT NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    user_name TEXT COLLATE "C" NOT NULL,
    public BOOLEAN NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX service_comment_case ON service_comment (case_id, id);

-- Who was mentioned in a case, and sees it since.
CREATE TABLE service_member (
    case_id BIGINT NOT NULL REFERENCES service_case (id),
    person_id BIGINT NOT NULL,
    PRIMARY KEY (case_id, person_id)
);
CREATE INDEX service_member_person ON service_member (person_id, case_id);

-- Who looks after a customer.
CREATE TABLE service_owner (
    customer_id BIGINT PRIMARY KEY,
    person_id BIGINT NOT NULL,
    since TEXT COLLATE "C" NOT NULL,
    set_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX service_owner_person ON service_owner (person_id, customer_id);

CREATE TABLE service_rules (
    id BIGINT PRIMARY KEY,
    rules TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);

INSERT INTO sequence (name, next) VALUES ('service_case', 1), ('service_comment', 1);
