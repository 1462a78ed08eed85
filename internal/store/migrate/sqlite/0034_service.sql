-- +goose Up
-- After-sales matters: a current row each, with the history of its changes in work_change. Instants that are not there are empty, but for
-- due_at: '~' sorts behind every instant, so that what has no deadline comes last.
CREATE TABLE service_case (
    id BIGINT PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    solution TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    opportunity_id BIGINT NOT NULL,
    deal_key TEXT NOT NULL,
    product_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL, -- 0: waits to be taken
    seller_id BIGINT NOT NULL,
    source TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    answer_due TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    solve_from TEXT NOT NULL,
    solve_due TEXT NOT NULL,
    waiting_since TEXT NOT NULL,
    waited BIGINT NOT NULL, -- working minutes
    solved_at TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    reopened BIGINT NOT NULL,
    told BOOLEAN NOT NULL,
    due_at TEXT NOT NULL, -- the deadline that runs
    created_by TEXT NOT NULL,
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
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    public BOOLEAN NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL
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
    since TEXT NOT NULL,
    set_by TEXT NOT NULL
);
CREATE INDEX service_owner_person ON service_owner (person_id, customer_id);

CREATE TABLE service_rules (
    id BIGINT PRIMARY KEY,
    rules TEXT NOT NULL,
    revision BIGINT NOT NULL
);

-- What customers are asked, the links that were made, and what they answered. Of an anonymous survey an answer holds team and product alone,
-- and nothing that leads to its invitation.
CREATE TABLE survey (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    anonymous BOOLEAN NOT NULL,
    valid_days BIGINT NOT NULL,
    low_until BIGINT NOT NULL,
    opens_case BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE survey_invitation (
    id BIGINT PRIMARY KEY,
    survey_id BIGINT NOT NULL REFERENCES survey (id),
    customer_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    opportunity_id BIGINT NOT NULL,
    deal_key TEXT NOT NULL,
    product_id BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE, -- SHA-256: a copy of this table answers nothing
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    answered BOOLEAN NOT NULL
);
CREATE INDEX survey_invitation_made ON survey_invitation (survey_id, created_at);
CREATE INDEX survey_invitation_deal ON survey_invitation (survey_id, deal_key);

CREATE TABLE survey_answer (
    id TEXT PRIMARY KEY,
    survey_id BIGINT NOT NULL REFERENCES survey (id),
    answered_on TEXT NOT NULL,
    score BIGINT NOT NULL,
    comment TEXT NOT NULL,
    lang TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    opportunity_id BIGINT NOT NULL,
    deal_key TEXT NOT NULL,
    product_id BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    raised_id BIGINT NOT NULL
);
CREATE INDEX survey_answer_day ON survey_answer (survey_id, answered_on, id);
CREATE INDEX survey_answer_customer ON survey_answer (customer_id) WHERE customer_id <> 0;

-- After how many days customers are called again, and the calls that come of it.
CREATE TABLE return_visit_rule (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    days BIGINT NOT NULL,
    tier TEXT NOT NULL, -- empty: all
    active BOOLEAN NOT NULL,
    since TEXT NOT NULL, -- deals signed from this day on
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE return_visit (
    id BIGINT PRIMARY KEY,
    rule_id BIGINT NOT NULL, -- 0: arranged by hand
    customer_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    opportunity_id BIGINT NOT NULL,
    deal_key TEXT NOT NULL,
    person_id BIGINT NOT NULL, -- who is to call
    due_on TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    score BIGINT NOT NULL, -- 0: none was given
    text TEXT NOT NULL,
    done_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX return_visit_person ON return_visit (person_id, state, due_on, id);
CREATE INDEX return_visit_due ON return_visit (state, due_on, id);
CREATE INDEX return_visit_customer ON return_visit (customer_id, id);
CREATE UNIQUE INDEX return_visit_once ON return_visit (rule_id, deal_key) WHERE rule_id > 0 AND attempt = 1;

INSERT INTO sequence (name, next) VALUES ('service_case', 1), ('service_comment', 1), ('survey', 1), ('survey_invitation', 1), ('return_visit_rule', 1), ('return_visit', 1);
