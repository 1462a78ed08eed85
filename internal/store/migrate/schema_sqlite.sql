-- The schema as the migrations make it, without the tables of the libraries. Written by go test ./internal/store -update.

CREATE TABLE adjustment (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    component TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    paid_in TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX adjustment_decider ON adjustment (decided_by, decided_at);
CREATE INDEX adjustment_made ON adjustment (made_at, id);
CREATE INDEX adjustment_maker ON adjustment (made_by, made_at);
CREATE INDEX adjustment_paid_in ON adjustment (paid_in, state);
CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    key_hash TEXT NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    name TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES app_user (id),
    read_only BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    revoked_at TEXT NOT NULL
);
CREATE TABLE app_user (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    must_change BOOLEAN NOT NULL,
    totp_secret TEXT NOT NULL,
    totp_last BIGINT NOT NULL,
    recovery_codes TEXT NOT NULL,
    language TEXT NOT NULL,
    theme TEXT NOT NULL,
    updown TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    last_sign_in_at TEXT NOT NULL
, devices_watched_from TEXT NOT NULL DEFAULT '');
CREATE INDEX app_user_person ON app_user (person_id);
CREATE TABLE approval_delegation (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    deputy_id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    ended_at TEXT NOT NULL
);
CREATE INDEX approval_delegation_deputy ON approval_delegation (deputy_id);
CREATE INDEX approval_delegation_user ON approval_delegation (user_id);
CREATE TABLE approval_event (
    request_id TEXT NOT NULL REFERENCES approval_request (id),
    seq BIGINT NOT NULL,
    round BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    act TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    for_id TEXT NOT NULL,
    to_ids TEXT NOT NULL, -- parted by blanks
    note TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (request_id, seq)
);
CREATE TABLE approval_flow (
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    flow TEXT NOT NULL,
    reason TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL, proposed_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, version)
);
CREATE TABLE approval_flow_draft (
    kind TEXT PRIMARY KEY,
    based_on BIGINT NOT NULL,
    flow TEXT NOT NULL,
    hash TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_name TEXT NOT NULL,
    proposed_at TEXT NOT NULL
);
CREATE TABLE approval_part (
    request_id TEXT NOT NULL REFERENCES approval_request (id),
    user_id TEXT NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (request_id, user_id, part)
);
CREATE INDEX approval_part_user ON approval_part (user_id, part, request_id);
CREATE TABLE approval_request (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    title TEXT NOT NULL,
    search_text TEXT NOT NULL,
    state TEXT NOT NULL,
    stuck BOOLEAN NOT NULL,
    round BIGINT NOT NULL,
    at_turn BIGINT NOT NULL,
    turns TEXT NOT NULL, -- JSON: steps, seats, signatures of this round
    submitter_id TEXT NOT NULL,
    submitter_name TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    excluded TEXT NOT NULL, -- users, each with a blank on either side
    flow_version BIGINT NOT NULL,
    route TEXT NOT NULL,
    currency TEXT NOT NULL,
    data TEXT NOT NULL,
    facts TEXT NOT NULL,
    document TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX approval_request_due ON approval_request (due_at) WHERE due_at <> '';
CREATE UNIQUE INDEX approval_request_open ON approval_request (kind, subject_id) WHERE state IN ('pending', 'returned');
CREATE INDEX approval_request_person ON approval_request (person_id, id);
CREATE INDEX approval_request_subject ON approval_request (kind, subject_id, id);
CREATE INDEX approval_request_submitter ON approval_request (submitter_id, id);
CREATE TABLE approval_round (
    request_id TEXT NOT NULL REFERENCES approval_request (id),
    round BIGINT NOT NULL,
    data TEXT NOT NULL,
    facts TEXT NOT NULL,
    document TEXT NOT NULL,
    hash TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    PRIMARY KEY (request_id, round)
);
CREATE TABLE assignment (
    person_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    level TEXT NOT NULL,
    roles TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (person_id, valid_from, recorded_in)
);
CREATE INDEX assignment_team ON assignment (team_id);
CREATE TABLE attachment (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    removed_by TEXT NOT NULL,
    removed_at TEXT NOT NULL
);
CREATE INDEX attachment_digest ON attachment (digest) WHERE removed_at = '';
CREATE INDEX attachment_subject ON attachment (subject, id) WHERE removed_at = '';
CREATE TABLE attachment_content (
    digest TEXT PRIMARY KEY,
    content BLOB NOT NULL
, object_key TEXT NOT NULL DEFAULT '');
CREATE INDEX attachment_content_object ON attachment_content (object_key, digest);
CREATE TABLE attachment_leftover (
    object_key TEXT PRIMARY KEY,
    since TEXT NOT NULL
);
CREATE INDEX attachment_leftover_since ON attachment_leftover (since, object_key);
CREATE TABLE audit_entry (
    seq BIGINT PRIMARY KEY,
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    client TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before_state TEXT NOT NULL,
    after_state TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_actor ON audit_entry (actor_id, seq);
CREATE INDEX audit_subject ON audit_entry (subject, seq);
CREATE TABLE batch (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    document TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    earliest_month TEXT NOT NULL
);
CREATE INDEX batch_document ON batch (document);
CREATE TABLE board (
    id BIGINT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    name TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    tiles TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX board_owner ON board (owner_id, name, id);
CREATE INDEX board_shared ON board (name, id) WHERE shared;
CREATE TABLE board_alert (
    id BIGINT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    metric TEXT NOT NULL,
    place TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    limit_amount BIGINT NOT NULL, -- in the unit of the metric
    created_at TEXT NOT NULL,
    crossed BOOLEAN NOT NULL,
    side BIGINT NOT NULL, -- of a signal
    known BOOLEAN NOT NULL,
    amount BIGINT NOT NULL,
    judged TEXT NOT NULL, -- month; empty before the first look
    checked_at TEXT NOT NULL,
    told_at TEXT NOT NULL,
    why TEXT NOT NULL -- JSON; empty: something could be told
);
CREATE INDEX board_alert_owner ON board_alert (owner_id, id);
CREATE TABLE board_home (
    user_id TEXT PRIMARY KEY,
    board TEXT NOT NULL
);
CREATE TABLE budget (
    fiscal_year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    note TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    lines TEXT NOT NULL,
    PRIMARY KEY (fiscal_year, number)
);
CREATE TABLE calendar_feed (
    user_id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    made_at TEXT NOT NULL
);
CREATE TABLE "case_finding" (
    month TEXT NOT NULL,
    status TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    rules TEXT NOT NULL, -- each between two spaces
    PRIMARY KEY (month, status, person_id, case_id)
) WITHOUT ROWID;
CREATE TABLE case_judgement (
    case_id BIGINT PRIMARY KEY,
    version_id TEXT NOT NULL,
    due TEXT NOT NULL, -- when time alone may change it; empty for never
    marks TEXT NOT NULL -- a line for each rule that applies
);
CREATE INDEX case_judgement_due ON case_judgement (due) WHERE due <> '';
CREATE TABLE checklist (
    id BIGINT PRIMARY KEY,
    list TEXT NOT NULL,
    document TEXT NOT NULL, -- JSON: the questions as they were when it was begun
    answers TEXT NOT NULL, -- JSON
    held_on TEXT NOT NULL,
    state TEXT NOT NULL,
    created_by_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE TABLE collection_report (
    id BIGINT PRIMARY KEY,
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    owner_id BIGINT NOT NULL, -- of the contract
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    paid_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    payer TEXT NOT NULL,
    way TEXT NOT NULL,
    note TEXT NOT NULL,
    payment_key TEXT NOT NULL,
    reply TEXT NOT NULL,
    reported_by TEXT NOT NULL,
    reported_name TEXT NOT NULL,
    reported_person BIGINT NOT NULL,
    reported_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_name TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX collection_report_contract ON collection_report (contract_id, id);
CREATE INDEX collection_report_owner ON collection_report (owner_id, state, id);
CREATE INDEX collection_report_state ON collection_report (state, id);
CREATE TABLE company (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    fiscal_first_month BIGINT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    revision BIGINT NOT NULL
, instalment_notice_days BIGINT NOT NULL DEFAULT 3, public_url TEXT NOT NULL DEFAULT '');
CREATE TABLE compliance_month (
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL, -- -1: everybody
    counts TEXT NOT NULL, -- a line for each rule: the rule (- for cases as a whole), satisfied, violated, pending, exempt
    PRIMARY KEY (month, person_id)
);
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
, search_text TEXT NOT NULL DEFAULT '', fields TEXT NOT NULL DEFAULT '', lang TEXT NOT NULL DEFAULT '', silent_at TEXT NOT NULL DEFAULT '', silent_by TEXT NOT NULL DEFAULT '');
CREATE INDEX contact_customer ON contact (customer_id, id);
CREATE INDEX contact_name ON contact (name, id, customer_id);
CREATE INDEX contact_phone ON contact (phone) WHERE phone <> '';
CREATE TRIGGER metric_contract_gone AFTER DELETE ON contract BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('contract', OLD.id); END;
CREATE TRIGGER metric_contract_new AFTER INSERT ON contract BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('contract', NEW.id); END;
CREATE TRIGGER metric_contract_set AFTER UPDATE ON contract BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('contract', NEW.id); END;
CREATE TABLE contract (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    opportunity_id BIGINT NOT NULL, -- 0: of none
    quote_id BIGINT NOT NULL, -- 0: of none
    customer_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    lines TEXT NOT NULL, -- JSON
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL, -- as amended
    tax_minor BIGINT NOT NULL,
    our_party TEXT NOT NULL,
    their_party TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    signed_on TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    ended_for TEXT NOT NULL,
    note TEXT NOT NULL,
    plan_revision BIGINT NOT NULL, -- 0: without a payment plan
    request_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
, fields TEXT NOT NULL DEFAULT '');
CREATE INDEX contract_amount ON contract (amount_minor, id, currency);
CREATE INDEX contract_customer ON contract (customer_id, id);
CREATE INDEX contract_ends ON contract (state, ends_on, id);
CREATE INDEX contract_ends_all ON contract (ends_on, id);
CREATE INDEX contract_opportunity ON contract (opportunity_id, id);
CREATE INDEX contract_owner ON contract (owner_id, id);
CREATE INDEX contract_quote ON contract (quote_id);
CREATE INDEX contract_signed ON contract (signed_on, id);
CREATE INDEX contract_state ON contract (state, id);
CREATE TABLE contract_amendment (
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    number BIGINT NOT NULL, -- 1, 2, 3 …
    state TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    lines TEXT NOT NULL, -- JSON; empty: they stay
    amount_minor BIGINT NOT NULL, -- of the contract afterwards
    tax_minor BIGINT NOT NULL,
    ends_on TEXT NOT NULL, -- of the contract afterwards
    before_minor BIGINT NOT NULL,
    before_ends_on TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (contract_id, number)
);
CREATE TABLE custom_field (
    id BIGINT PRIMARY KEY,
    object TEXT NOT NULL,
    key TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    help_zh TEXT NOT NULL,
    help_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    choices TEXT NOT NULL, -- JSON
    required TEXT NOT NULL,
    personal BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    retired BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX custom_field_key ON custom_field (object, key);
CREATE TABLE custom_value (
    field_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    item TEXT NOT NULL, -- of several choices
    number BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (field_id, record_id, item)
);
CREATE INDEX custom_value_number ON custom_value (field_id, number, record_id);
CREATE INDEX custom_value_text ON custom_value (field_id, text, record_id);
CREATE TRIGGER metric_customer_gone AFTER DELETE ON customer BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.id); END;
CREATE TRIGGER metric_customer_new AFTER INSERT ON customer BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.id); END;
CREATE TRIGGER metric_customer_set AFTER UPDATE OF superseded_in ON customer WHEN OLD.superseded_in <> NEW.superseded_in BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.id); END;
CREATE TABLE customer (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    industry TEXT NOT NULL,
    city TEXT NOT NULL,
    credit_code TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL, tier TEXT NOT NULL DEFAULT '', region TEXT NOT NULL DEFAULT '', search_text TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (id, valid_from, recorded_in)
);
CREATE INDEX customer_city ON customer (city, key);
CREATE INDEX customer_code ON customer (credit_code) WHERE superseded_in = 9223372036854775807 AND credit_code <> '';
CREATE INDEX customer_ended ON customer (superseded_in, id) WHERE superseded_in < 9223372036854775807;
CREATE UNIQUE INDEX customer_key ON customer (key, valid_from) WHERE superseded_in = 9223372036854775807;
CREATE INDEX customer_recorded ON customer (recorded_in);
CREATE INDEX customer_search ON customer (name, key, credit_code, id, superseded_in);
CREATE TRIGGER metric_alias_gone AFTER DELETE ON customer_alias BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.customer_id); INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.survivor_id); END;
CREATE TRIGGER metric_alias_new AFTER INSERT ON customer_alias BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.customer_id); INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.survivor_id); END;
CREATE TRIGGER metric_alias_set AFTER UPDATE OF survivor_id ON customer_alias BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.survivor_id); INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.survivor_id); END;
CREATE TABLE customer_alias (
    customer_id BIGINT PRIMARY KEY,
    survivor_id BIGINT NOT NULL,
    merge_id BIGINT NOT NULL
);
CREATE INDEX customer_alias_survivor ON customer_alias (survivor_id);
CREATE TABLE customer_keeping (
    customer_id BIGINT PRIMARY KEY,
    owner_id BIGINT NOT NULL, -- 0: nobody's
    tier TEXT NOT NULL,
    state TEXT NOT NULL,
    first_on TEXT NOT NULL,
    last_on TEXT NOT NULL,
    base_orders BIGINT NOT NULL,
    base_minor BIGINT NOT NULL,
    now_orders BIGINT NOT NULL,
    now_minor BIGINT NOT NULL,
    foreign_orders BIGINT NOT NULL
);
CREATE INDEX customer_keeping_owner ON customer_keeping (owner_id, customer_id);
CREATE INDEX customer_keeping_state ON customer_keeping (state, customer_id);
CREATE TABLE customer_look (
    id BIGINT PRIMARY KEY,
    on_day TEXT NOT NULL,
    job_id TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    customers BIGINT NOT NULL,
    pairs BIGINT NOT NULL
);
CREATE TABLE customer_merge (
    id BIGINT PRIMARY KEY,
    survivor_id BIGINT NOT NULL,
    merged_id BIGINT NOT NULL,
    at TEXT NOT NULL,
    until TEXT NOT NULL, -- the last day on which it can be undone
    reason TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    change TEXT NOT NULL, -- JSON: values of the survivor before and after, and what the merged customer had
    moved TEXT NOT NULL, -- JSON: how many records by kind
    undone_at TEXT NOT NULL, -- empty: it stands
    undone_by TEXT NOT NULL,
    stayed TEXT NOT NULL -- JSON: what could not be undone
);
CREATE INDEX customer_merge_merged ON customer_merge (merged_id, id);
CREATE INDEX customer_merge_survivor ON customer_merge (survivor_id, id);
CREATE TABLE customer_moved (
    merge_id BIGINT NOT NULL REFERENCES customer_merge (id),
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (merge_id, kind, record_id)
);
CREATE TABLE customer_pair (
    low_id BIGINT NOT NULL,
    high_id BIGINT NOT NULL,
    rank BIGINT NOT NULL, -- the strongest ground comes first
    grounds TEXT NOT NULL, -- parted by blanks
    state TEXT NOT NULL,
    look_id BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (low_id, high_id)
);
CREATE INDEX customer_pair_high ON customer_pair (high_id);
CREATE INDEX customer_pair_state ON customer_pair (state, rank, low_id, high_id);
CREATE TABLE customer_profile (
    customer_id BIGINT PRIMARY KEY,
    need TEXT NOT NULL,
    budget_minor BIGINT NOT NULL, -- -1: not known
    decision_maker TEXT NOT NULL,
    address TEXT NOT NULL,
    region_code TEXT NOT NULL,
    invoice_title TEXT NOT NULL,
    contract_end TEXT NOT NULL, -- empty: not known
    ratings TEXT NOT NULL, -- JSON, 0 to 100 by the id of the policy's field
    confirmed TEXT NOT NULL, -- JSON, the day on which a field was entered or confirmed
    revision BIGINT NOT NULL
, fields TEXT NOT NULL DEFAULT '');
CREATE TABLE deal (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    signed_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, recorded_in)
);
CREATE INDEX deal_amount ON deal (amount_minor, id);
CREATE INDEX deal_customer ON deal (customer_id);
CREATE INDEX deal_ended ON deal (superseded_in, id) WHERE superseded_in < 9223372036854775807;
CREATE INDEX deal_foreign ON deal (currency) WHERE currency <> 'CNY';
CREATE UNIQUE INDEX deal_key ON deal (key) WHERE superseded_in = 9223372036854775807;
CREATE INDEX deal_product ON deal (product_id);
CREATE INDEX deal_recorded ON deal (recorded_in);
CREATE INDEX deal_signed ON deal (signed_on, id);
CREATE INDEX deal_superseded ON deal (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE TABLE deal_detail (
    deal_id BIGINT NOT NULL,
    units BIGINT NOT NULL, -- -1: nobody recorded it
    cost_minor BIGINT NOT NULL, -- of the whole deal; -1: nobody recorded it
    referrer_id BIGINT NOT NULL, -- 0: nobody
    cancelled_on TEXT NOT NULL, -- 9999-12-31: it stands
    cancel_reason TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (deal_id, recorded_in)
);
CREATE UNIQUE INDEX deal_detail_current ON deal_detail (deal_id) WHERE superseded_in = 9223372036854775807;
CREATE INDEX deal_detail_recorded ON deal_detail (recorded_in);
CREATE INDEX deal_detail_superseded ON deal_detail (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE TABLE deal_share (
    deal_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    basis_points BIGINT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (deal_id, position, recorded_in)
);
CREATE INDEX deal_share_person ON deal_share (person_id, superseded_in, deal_id);
CREATE INDEX deal_share_recorded ON deal_share (recorded_in);
CREATE INDEX deal_share_superseded ON deal_share (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE TABLE decision (
    id BIGINT PRIMARY KEY,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    person_id BIGINT NOT NULL, -- who decided; 0 for who is no person of the company
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    review_id BIGINT NOT NULL, -- 0: none
    evidence TEXT NOT NULL, -- JSON
    evidence_count BIGINT NOT NULL,
    expected TEXT NOT NULL,
    due_on TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    outcome_values TEXT NOT NULL, -- JSON
    closed_at TEXT NOT NULL,
    closed_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX decision_day ON decision (decided_on, id);
CREATE INDEX decision_due ON decision (state, due_on, id);
CREATE INDEX decision_person ON decision (person_id, decided_on, id);
CREATE TABLE delivery (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    failure TEXT NOT NULL,
    next_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    ended_at TEXT NOT NULL
);
CREATE INDEX delivery_ended ON delivery (ended_at);
CREATE INDEX delivery_hook ON delivery (webhook_id, state, id);
CREATE INDEX delivery_queue ON delivery (channel, state, created_at);
CREATE TABLE diagnosis_file (
    run_id BIGINT NOT NULL REFERENCES diagnosis_run (id),
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (run_id, number)
);
CREATE TABLE diagnosis_run (
    id BIGINT PRIMARY KEY,
    state TEXT NOT NULL,
    origin TEXT NOT NULL, -- own: the installation's records; sheets: files that were handed in
    as_of TEXT NOT NULL, -- empty before the sheets were read
    note TEXT NOT NULL,
    found BIGINT NOT NULL,
    tests BIGINT NOT NULL,
    digest TEXT NOT NULL, -- of what was looked at
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    job_id TEXT NOT NULL,
    failure TEXT NOT NULL, -- JSON, empty for none
    outcome TEXT NOT NULL, -- JSON: sheets, findings, what is missing, what was looked for
    revision BIGINT NOT NULL
);
CREATE TABLE dispute (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES run (id),
    digest TEXT NOT NULL,
    line TEXT NOT NULL,
    zero BOOLEAN NOT NULL,
    shown_minor BIGINT NOT NULL,
    expected_minor BIGINT,
    cause TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    awarded_minor BIGINT,
    unanimous BOOLEAN NOT NULL,
    raised_by TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    due_on TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    deferred_to TEXT NOT NULL,
    correction_kind TEXT NOT NULL,
    correction_id TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX dispute_open ON dispute (month, person_id, plan_id, line) WHERE state IN ('raised', 'in_review');
CREATE INDEX dispute_person ON dispute (person_id, number);
CREATE TABLE dispute_event (
    dispute_id TEXT NOT NULL REFERENCES dispute (id),
    seq BIGINT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    voice TEXT NOT NULL,
    outcome TEXT NOT NULL,
    amount_minor BIGINT,
    text TEXT NOT NULL,
    reference TEXT NOT NULL,
    state_before TEXT NOT NULL,
    state_after TEXT NOT NULL,
    PRIMARY KEY (dispute_id, seq)
);
CREATE TABLE dispute_file (
    id TEXT PRIMARY KEY,
    dispute_id TEXT NOT NULL REFERENCES dispute (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    content BLOB NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL
);
CREATE INDEX dispute_file_of ON dispute_file (dispute_id);
CREATE TABLE dispute_reminder (
    dispute_id TEXT NOT NULL REFERENCES dispute (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    addressee TEXT NOT NULL,
    at TEXT NOT NULL,
    void_at TEXT NOT NULL,
    PRIMARY KEY (dispute_id, seq)
);
CREATE INDEX dispute_reminder_due ON dispute_reminder (at);
CREATE TABLE dispute_rules (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    appeal_days BIGINT NOT NULL,
    answer_work_days BIGINT NOT NULL,
    approval TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE TABLE distribution_issue (
    report_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    told_at TEXT NOT NULL,
    PRIMARY KEY (report_id, version)
);
CREATE TABLE distribution_run (
    month TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    state TEXT NOT NULL,
    computed TEXT NOT NULL, -- JSON: the places that are done
    failed BIGINT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE TABLE distribution_settings (
    id BIGINT PRIMARY KEY,
    settings TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE TABLE document_copy (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    fiscal_year BIGINT NOT NULL, -- of a quarter; 0 for none
    quarter BIGINT NOT NULL,
    note TEXT NOT NULL,
    hash TEXT NOT NULL, -- SHA-256 of both texts
    zh TEXT NOT NULL, -- JSON
    en TEXT NOT NULL, -- JSON
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    kept_at TEXT NOT NULL
);
CREATE TABLE employment_term (
    person_id BIGINT NOT NULL,
    from_day TEXT NOT NULL,
    number BIGINT NOT NULL,
    taken BOOLEAN NOT NULL, -- taken back: there is no term from that day
    work TEXT NOT NULL,
    fixed_minor BIGINT NOT NULL,
    city TEXT NOT NULL,
    probation_until TEXT NOT NULL, -- last day; empty for none
    regular_minor BIGINT NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (person_id, from_day, number)
);
CREATE TABLE exchange_rate (
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    valid_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    rate TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (base, quote, valid_on, kind, recorded_in)
);
CREATE TRIGGER metric_follow_up_gone AFTER DELETE ON follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', OLD.id); END;
CREATE TRIGGER metric_follow_up_new AFTER INSERT ON follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', NEW.id); END;
CREATE TRIGGER metric_follow_up_set AFTER UPDATE OF person_id, kind, occurred_at ON follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', NEW.id); END;
CREATE TABLE "follow_up" (
    id BIGINT PRIMARY KEY,
    opportunity_id BIGINT NOT NULL, -- 0: of a customer
    person_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    next_on TEXT NOT NULL,
    created_by TEXT NOT NULL,
    customer_id BIGINT NOT NULL -- 0: that of the opportunity
);
CREATE INDEX follow_up_customer ON follow_up (customer_id, occurred_at, id) WHERE customer_id <> 0;
CREATE INDEX follow_up_occurred ON follow_up (occurred_at, id);
CREATE INDEX follow_up_opportunity ON follow_up (opportunity_id, id);
CREATE INDEX follow_up_recorded ON follow_up (recorded_at);
CREATE TABLE "follow_up_place" (
    follow_up_id BIGINT PRIMARY KEY REFERENCES "follow_up" (id),
    north BIGINT NOT NULL, -- hundredths of a degree
    east BIGINT NOT NULL,
    given_at TEXT NOT NULL
);
CREATE INDEX follow_up_place_given ON follow_up_place (given_at);
CREATE TABLE given_value (
    person_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    measure TEXT NOT NULL,
    value TEXT NOT NULL,
    unit TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (person_id, month, measure, recorded_in)
);
CREATE INDEX given_value_month ON given_value (month, measure, person_id);
CREATE TABLE goal (
    id BIGINT PRIMARY KEY,
    key TEXT NOT NULL, -- of a shipped goal
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    metric TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    baseline TEXT NOT NULL, -- JSON
    content TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX goal_key ON goal (key) WHERE key <> '';
CREATE TABLE goal_reading (
    goal_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    value TEXT NOT NULL, -- JSON
    read_at TEXT NOT NULL,
    PRIMARY KEY (goal_id, month)
);
CREATE TABLE handbook_case (
    id TEXT PRIMARY KEY,
    case_id BIGINT NOT NULL,
    good BOOLEAN NOT NULL,
    title TEXT NOT NULL,
    lesson TEXT NOT NULL,
    steps TEXT NOT NULL,
    rules TEXT NOT NULL,
    chosen_by TEXT NOT NULL,
    chosen_at TEXT NOT NULL,
    dropped_at TEXT NOT NULL -- empty while it is shown
);
CREATE UNIQUE INDEX handbook_case_shown ON handbook_case (case_id) WHERE dropped_at = '';
CREATE TABLE handbook_reading (
    version_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    right_answers BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    PRIMARY KEY (version_id, user_id, at)
);
CREATE TRIGGER metric_holding_gone AFTER DELETE ON holding BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', OLD.customer_id); END;
CREATE TRIGGER metric_holding_new AFTER INSERT ON holding BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.customer_id); END;
CREATE TRIGGER metric_holding_set AFTER UPDATE OF owner_id ON holding WHEN OLD.owner_id <> NEW.owner_id BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('customer', NEW.customer_id); END;
CREATE TABLE holding (
    customer_id BIGINT PRIMARY KEY,
    owner_id BIGINT NOT NULL, -- 0: it is in a pool
    pool TEXT NOT NULL, -- empty: somebody has it
    since TEXT NOT NULL,
    former_id BIGINT NOT NULL, -- who had it last; 0: nobody
    locked BOOLEAN NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX holding_owner ON holding (owner_id, customer_id);
CREATE INDEX holding_pool ON holding (pool, since, customer_id) WHERE pool <> '';
CREATE TABLE holding_act (
    id BIGINT PRIMARY KEY,
    way TEXT NOT NULL,
    at TEXT NOT NULL,
    on_day TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    cause TEXT NOT NULL,
    customers BIGINT NOT NULL,
    opportunities BIGINT NOT NULL,
    tasks BIGINT NOT NULL,
    undone_in BIGINT NOT NULL,
    undoes BIGINT NOT NULL -- the act that this one took back
);
CREATE TABLE holding_step (
    id BIGINT PRIMARY KEY,
    act_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    revision BIGINT NOT NULL, -- of the holding after it
    at TEXT NOT NULL,
    on_day TEXT NOT NULL,
    way TEXT NOT NULL,
    from_owner BIGINT NOT NULL,
    from_pool TEXT NOT NULL,
    from_since TEXT NOT NULL,
    from_former BIGINT NOT NULL,
    from_locked BOOLEAN NOT NULL,
    to_owner BIGINT NOT NULL,
    to_pool TEXT NOT NULL,
    cause TEXT NOT NULL, -- the rule, or the reason somebody gave
    passed TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    undone_in BIGINT NOT NULL -- the act that took it back; 0: it stands
);
CREATE INDEX holding_step_act ON holding_step (act_id, id);
CREATE INDEX holding_step_customer ON holding_step (customer_id, id);
CREATE INDEX holding_step_taken ON holding_step (to_owner, way, on_day);
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
CREATE INDEX honour_round_computed ON honour_round (computed_at, id);
CREATE UNIQUE INDEX honour_round_live ON honour_round (kind, document_id, term) WHERE state <> 'discarded';
CREATE TABLE idempotency (
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    response TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE TABLE import (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    source_path TEXT NOT NULL,
    source_size BIGINT NOT NULL,
    source_digest TEXT NOT NULL,
    mapping TEXT NOT NULL,
    report TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    undone_at TEXT NOT NULL,
    batch_id BIGINT NOT NULL,
    undo_batch_id BIGINT NOT NULL,
    job_id TEXT NOT NULL
);
CREATE INDEX import_created ON import (created_at, id);
CREATE TABLE import_mapping (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    mapping TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE initiative (
    id BIGINT PRIMARY KEY,
    title TEXT NOT NULL,
    phase TEXT NOT NULL,
    outcome TEXT NOT NULL, -- empty: under way
    owner_id BIGINT NOT NULL,
    budget_fen BIGINT NOT NULL,
    content TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE TABLE initiative_effect (
    id BIGINT PRIMARY KEY,
    initiative_id BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    content TEXT NOT NULL, -- JSON
    found_at TEXT NOT NULL
);
CREATE INDEX initiative_effect_of ON initiative_effect (initiative_id, id);
CREATE TABLE instalment (
    id BIGINT PRIMARY KEY, -- of the contract, times 1000, and the number
    contract_id BIGINT NOT NULL REFERENCES contract (id),
    number BIGINT NOT NULL,
    owner_id BIGINT NOT NULL, -- of the contract
    name TEXT NOT NULL,
    due_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    until_minor BIGINT NOT NULL, -- this one and those before it
    collected_minor BIGINT NOT NULL,
    left_minor BIGINT NOT NULL, -- still to come
    currency TEXT NOT NULL,
    invoice_key TEXT NOT NULL
);
CREATE INDEX instalment_contract ON instalment (contract_id, number);
CREATE INDEX instalment_due ON instalment (due_on, id);
CREATE INDEX instalment_invoice ON instalment (invoice_key) WHERE invoice_key <> '';
CREATE INDEX instalment_open ON instalment (due_on, id) WHERE left_minor > 0;
CREATE INDEX instalment_owner ON instalment (owner_id, due_on, id);
CREATE TABLE interview (
    id BIGINT PRIMARY KEY,
    role TEXT NOT NULL,
    person_id BIGINT NOT NULL, -- 0 where the interviewee wants no name
    person_name TEXT NOT NULL,
    held_on TEXT NOT NULL,
    notes TEXT NOT NULL,
    interviewer_id TEXT NOT NULL,
    interviewer_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX interview_held ON interview (held_on, id);
CREATE TABLE interview_passage (
    id BIGINT PRIMARY KEY,
    interview_id BIGINT NOT NULL REFERENCES interview (id),
    quoted TEXT NOT NULL,
    themes TEXT NOT NULL, -- JSON
    problem_id BIGINT NOT NULL, -- the problem that was made of it, 0 for none
    created_at TEXT NOT NULL
);
CREATE INDEX interview_passage_of ON interview_passage (interview_id, id);
CREATE TABLE invoice (
    key TEXT NOT NULL,
    deal_id BIGINT NOT NULL,
    invoiced_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    recorded_in BIGINT NOT NULL,
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (key, recorded_in)
);
CREATE INDEX invoice_amount ON invoice (amount_minor, key);
CREATE INDEX invoice_deal ON invoice (deal_id, superseded_in, invoiced_on, amount_minor, currency);
CREATE INDEX invoice_foreign ON invoice (currency) WHERE currency <> 'CNY';
CREATE INDEX invoice_invoiced ON invoice (invoiced_on, key);
CREATE INDEX invoice_recorded ON invoice (recorded_in);
CREATE INDEX invoice_superseded ON invoice (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    unique_key TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_by TEXT NOT NULL,
    state TEXT NOT NULL,
    stage TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    result TEXT NOT NULL,
    failure TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    cancel_asked BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    failures BIGINT NOT NULL,
    not_before TEXT NOT NULL,
    node TEXT NOT NULL,
    delivery BIGINT NOT NULL
);
CREATE INDEX job_created ON job (created_at, id);
CREATE INDEX job_state ON job (state, node) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX job_unfinished ON job (unique_key) WHERE unique_key <> '' AND state IN ('queued', 'running');
CREATE TABLE judge_progress (
    name TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    basis TEXT NOT NULL,
    swept BIGINT NOT NULL
);
CREATE TABLE keeping_cohort (
    quarter BIGINT NOT NULL, -- the year times four, and the quarter from 0
    owner_id BIGINT NOT NULL,
    tier TEXT NOT NULL,
    customers BIGINT NOT NULL,
    ripe BIGINT NOT NULL,
    again BIGINT NOT NULL,
    PRIMARY KEY (owner_id, quarter, tier)
);
CREATE TABLE keeping_look (
    id BIGINT PRIMARY KEY,
    day TEXT NOT NULL
);
CREATE TABLE keeping_tally (
    day TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    tier TEXT NOT NULL,
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
CREATE INDEX keeping_tally_day ON keeping_tally (day, owner_id, base, kept, base_minor, held_minor, now_minor, buyers, again);
CREATE TABLE known_device (
    user_id TEXT NOT NULL REFERENCES app_user (id),
    device TEXT NOT NULL,
    first_at TEXT NOT NULL,
    PRIMARY KEY (user_id, device)
);
CREATE TABLE law_acknowledgement (
    finding_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL, -- of the facts that it was about
    reason TEXT NOT NULL,
    user_id TEXT NOT NULL,
    acknowledged_at TEXT NOT NULL,
    PRIMARY KEY (finding_id, fingerprint)
);
CREATE TABLE law_settings (
    number BIGINT PRIMARY KEY,
    body TEXT NOT NULL, -- JSON: rules, minimum wages, cities
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TRIGGER metric_lead_gone AFTER DELETE ON lead BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('lead', OLD.id); END;
CREATE TRIGGER metric_lead_new AFTER INSERT ON lead BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('lead', NEW.id); END;
CREATE TRIGGER metric_lead_set AFTER UPDATE OF owner_id, status, opportunity_id, created_at ON lead
WHEN OLD.owner_id <> NEW.owner_id OR OLD.status <> NEW.status OR OLD.opportunity_id <> NEW.opportunity_id OR OLD.created_at <> NEW.created_at
BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('lead', NEW.id); END;
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
, fields TEXT NOT NULL DEFAULT '');
CREATE INDEX lead_assigned ON lead (owner_id, assigned_at);
CREATE INDEX lead_assigned_all ON lead (assigned_at, id);
CREATE INDEX lead_campaign ON lead (campaign, id) WHERE campaign <> '';
CREATE INDEX lead_core ON lead (core) WHERE core <> '';
CREATE INDEX lead_customer ON lead (customer_id);
CREATE INDEX lead_next ON lead (owner_id, next_on) WHERE next_on <> '';
CREATE INDEX lead_owner ON lead (owner_id, status, id);
CREATE INDEX lead_phone ON lead (phone) WHERE phone <> '';
CREATE INDEX lead_status ON lead (status, id);
CREATE INDEX lead_waiting ON lead (assigned_at, id) WHERE first_at = '' AND assigned_at <> '' AND status = 'new';
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
CREATE TRIGGER metric_lead_follow_up_gone AFTER DELETE ON lead_follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', OLD.id); END;
CREATE TRIGGER metric_lead_follow_up_new AFTER INSERT ON lead_follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', NEW.id); END;
CREATE TRIGGER metric_lead_follow_up_set AFTER UPDATE OF person_id, kind, occurred_at ON lead_follow_up BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('follow_up', NEW.id); END;
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
CREATE INDEX lead_follow_up_occurred ON lead_follow_up (occurred_at, id);
CREATE INDEX lead_follow_up_recorded ON lead_follow_up (recorded_at);
CREATE TABLE ledger_entry (
    seq BIGINT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    component TEXT NOT NULL,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    source TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX ledger_month ON ledger_entry (month, seq);
CREATE INDEX ledger_person ON ledger_entry (person_id, seq);
CREATE TABLE lesson (
    id BIGINT PRIMARY KEY,
    initiative_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    outcome TEXT NOT NULL,
    search_text TEXT NOT NULL,
    content TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE INDEX lesson_initiative ON lesson (initiative_id, id);
CREATE TABLE mail_connection (
    id BIGINT PRIMARY KEY, -- 1
    host TEXT NOT NULL,
    port BIGINT NOT NULL,
    security TEXT NOT NULL,
    login TEXT NOT NULL,
    password TEXT NOT NULL, -- sealed
    sender_address TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    revision BIGINT NOT NULL
);
CREATE TABLE market_potential (
    fiscal_year BIGINT NOT NULL,
    unit TEXT NOT NULL, -- r, t or p with the id
    amount_minor BIGINT NOT NULL,
    source TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (fiscal_year, unit)
);
CREATE TABLE maturity_assessment (
    id BIGINT PRIMARY KEY,
    assessed_on TEXT NOT NULL,
    note TEXT NOT NULL,
    model TEXT NOT NULL, -- JSON
    result TEXT NOT NULL, -- JSON
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX maturity_assessment_day ON maturity_assessment (assessed_on, id);
CREATE TABLE maturity_model (
    version BIGINT PRIMARY KEY,
    model TEXT NOT NULL, -- JSON
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE maturity_statement (
    id BIGINT PRIMARY KEY,
    criterion TEXT NOT NULL,
    holds BOOLEAN NOT NULL,
    evidence TEXT NOT NULL,
    said_on TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX maturity_statement_criterion ON maturity_statement (criterion, id);
CREATE TABLE mentorship (
    trainee_id BIGINT NOT NULL,
    mentor_id BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (trainee_id, valid_from, recorded_in)
);
CREATE INDEX mentorship_mentor ON mentorship (mentor_id);
CREATE TABLE metric_changed (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    record_id BIGINT NOT NULL
);
CREATE TABLE metric_choice (
    family TEXT PRIMARY KEY,
    metric TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE TABLE metric_day (
    measure TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    day TEXT NOT NULL,
    amount BIGINT NOT NULL,
    facts BIGINT NOT NULL,
    PRIMARY KEY (measure, person_id, day)
) WITHOUT ROWID;
CREATE INDEX metric_day_all ON metric_day (measure, day, person_id, amount, facts);
CREATE TABLE metric_month (
    measure TEXT NOT NULL,
    month TEXT NOT NULL, -- empty: what is so at present
    person_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    facts BIGINT NOT NULL,
    PRIMARY KEY (measure, month, person_id)
) WITHOUT ROWID;
CREATE INDEX metric_month_person ON metric_month (measure, person_id, month, amount, facts);
CREATE TABLE metric_part (
    kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    body TEXT NOT NULL, -- a line for each place of the sums
    PRIMARY KEY (kind, record_id)
) WITHOUT ROWID;
CREATE TABLE metric_progress (
    id BIGINT PRIMARY KEY,
    from_batch BIGINT NOT NULL,
    to_batch BIGINT NOT NULL
);
CREATE TABLE metric_touched (deal_id BIGINT PRIMARY KEY);
CREATE TABLE metric_version (
    metric TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL,
    from_day TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    approver_name TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (metric, version)
);
CREATE TABLE month_report (
    id BIGINT PRIMARY KEY,
    month TEXT NOT NULL,
    place_kind TEXT NOT NULL,
    place_id BIGINT NOT NULL,
    place_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    newest BIGINT NOT NULL,
    published BIGINT NOT NULL, -- the newest published version; 0: none
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX month_report_once ON month_report (month, place_kind, place_id);
CREATE TABLE month_report_note (
    report_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    section TEXT NOT NULL,
    text TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (report_id, version, section)
);
CREATE TABLE month_report_version (
    report_id BIGINT NOT NULL REFERENCES month_report (id),
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    hash TEXT NOT NULL, -- SHA-256 of document
    newest_fact TEXT NOT NULL,
    computed_at TEXT NOT NULL,
    computed_by TEXT NOT NULL,
    computed_name TEXT NOT NULL,
    published_at TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_name TEXT NOT NULL,
    differs TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL,
    document TEXT NOT NULL, -- JSON
    PRIMARY KEY (report_id, number)
);
CREATE TABLE notice (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES app_user (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    once TEXT NOT NULL,
    params TEXT NOT NULL, -- JSON
    todo BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    read_at TEXT NOT NULL,
    done_at TEXT NOT NULL,
    UNIQUE (user_id, kind, subject, once)
);
CREATE INDEX notice_created ON notice (created_at);
CREATE INDEX notice_read ON notice (read_at);
CREATE INDEX notice_subject ON notice (subject, kind);
CREATE INDEX notice_unread ON notice (user_id, read_at);
CREATE INDEX notice_user ON notice (user_id, id);
CREATE TABLE notice_day (
    day TEXT PRIMARY KEY,
    job_id TEXT NOT NULL
);
CREATE TABLE notice_setting (
    user_id TEXT PRIMARY KEY REFERENCES app_user (id),
    muted TEXT NOT NULL, -- kinds, parted by blanks
    digest TEXT NOT NULL
);
CREATE TRIGGER metric_opportunity_gone AFTER DELETE ON opportunity BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('opportunity', OLD.id); END;
CREATE TRIGGER metric_opportunity_new AFTER INSERT ON opportunity BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('opportunity', NEW.id); END;
CREATE TRIGGER metric_opportunity_set AFTER UPDATE OF owner_id, state, amount_minor, currency, ended_on ON opportunity
WHEN OLD.owner_id <> NEW.owner_id OR OLD.state <> NEW.state OR OLD.amount_minor <> NEW.amount_minor OR OLD.currency <> NEW.currency OR OLD.ended_on <> NEW.ended_on
BEGIN INSERT INTO metric_changed (kind, record_id) VALUES ('opportunity', NEW.id); END;
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
, fields TEXT NOT NULL DEFAULT '');
CREATE INDEX opportunity_amount ON opportunity (state, amount_minor, id);
CREATE INDEX opportunity_amount_all ON opportunity (amount_minor, id, currency);
CREATE INDEX opportunity_board ON opportunity (stage, expected_on, id, amount_minor, currency, owner_id, customer_id, source) WHERE state = 'open';
CREATE INDEX opportunity_customer ON opportunity (customer_id);
CREATE INDEX opportunity_deal ON opportunity (deal_key) WHERE deal_key <> '';
CREATE INDEX opportunity_expected ON opportunity (state, expected_on, id);
CREATE INDEX opportunity_expected_all ON opportunity (expected_on, id);
CREATE INDEX opportunity_owner ON opportunity (owner_id, state, stage);
CREATE INDEX opportunity_stage ON opportunity (state, stage, expected_on, id);
CREATE INDEX opportunity_stage_all ON opportunity (stage, id);
CREATE INDEX opportunity_state ON opportunity (state, id);
CREATE INDEX opportunity_won ON opportunity (stage, ended_on, id, amount_minor, currency, owner_id, customer_id, source) WHERE state = 'won';
CREATE TABLE pay_again (
    month TEXT NOT NULL REFERENCES period (month),
    person_id BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    file_id TEXT NOT NULL REFERENCES pay_again_file (id),
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    PRIMARY KEY (month, person_id, attempt)
);
CREATE INDEX pay_again_of_file ON pay_again (file_id);
CREATE TABLE pay_again_file (
    id TEXT PRIMARY KEY,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE pay_file (
    month TEXT NOT NULL REFERENCES period (month),
    format TEXT NOT NULL,
    digest TEXT NOT NULL,
    signature TEXT NOT NULL,
    content BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (month, format)
);
CREATE TABLE pay_receipt (
    month TEXT NOT NULL REFERENCES period (month),
    person_id BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    paid_on TEXT NOT NULL,
    reference TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (month, person_id, attempt, outcome)
);
CREATE INDEX pay_receipt_person ON pay_receipt (person_id, month);
CREATE TABLE payment (
    key TEXT NOT NULL,
    deal_id BIGINT NOT NULL,
    paid_on TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    recorded_in BIGINT NOT NULL,
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (key, recorded_in)
);
CREATE INDEX payment_amount ON payment (amount_minor, key);
CREATE INDEX payment_deal ON payment (deal_id, superseded_in, paid_on, amount_minor, currency);
CREATE INDEX payment_foreign ON payment (currency) WHERE currency <> 'CNY';
CREATE INDEX payment_paid ON payment (paid_on, key);
CREATE INDEX payment_recorded ON payment (recorded_in);
CREATE INDEX payment_superseded ON payment (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE TABLE payout_line (
    run_id TEXT NOT NULL REFERENCES run (id),
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    component TEXT NOT NULL,
    amount_minor BIGINT NOT NULL, carried_minor BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, person_id, plan_id, component)
);
CREATE TABLE period (
    month TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    current_run TEXT NOT NULL,
    running_run TEXT NOT NULL,
    run_by TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    object_until TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    seal_hash TEXT NOT NULL
);
CREATE TABLE person (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    hired_on TEXT NOT NULL,
    left_on TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL, search_text TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (id, recorded_in)
);
CREATE UNIQUE INDEX person_key ON person (key) WHERE superseded_in = 9223372036854775807;
CREATE TABLE plan_acceptance (
    version_id TEXT NOT NULL REFERENCES plan_version (id),
    person_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    paper BOOLEAN NOT NULL, -- signed on paper; the user is who recorded it
    accepted_at TEXT NOT NULL,
    PRIMARY KEY (version_id, person_id)
);
CREATE TABLE plan_announcement (
    version_id TEXT NOT NULL REFERENCES plan_version (id),
    number BIGINT NOT NULL,
    hash TEXT NOT NULL,
    announced_on TEXT NOT NULL,
    text TEXT NOT NULL,
    by_id TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (version_id, number)
);
CREATE TABLE plan_version (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    layer TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    effective_to TEXT NOT NULL,
    author_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (document_id, number)
);
CREATE TABLE points_rules (
    id BIGINT PRIMARY KEY,
    life_months BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE TABLE pool_countdown (
    owner_id BIGINT PRIMARY KEY,
    customers BIGINT NOT NULL,
    first_on TEXT NOT NULL, -- the last day of the first of them
    day TEXT NOT NULL
);
CREATE TABLE pool_day (
    on_day TEXT PRIMARY KEY,
    job_id TEXT NOT NULL
);
CREATE TABLE pool_look (
    person_id BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    PRIMARY KEY (person_id, on_day, customer_id)
);
CREATE TABLE pool_policy (
    number BIGINT PRIMARY KEY,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    state TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    approver_name TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    note TEXT NOT NULL,
    trial TEXT NOT NULL, -- what it would have done to the past; empty: nobody tried
    revision BIGINT NOT NULL
);
CREATE TABLE priority_frame (
    id BIGINT PRIMARY KEY,
    frame TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE TABLE priority_item (
    id BIGINT PRIMARY KEY,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    problem_ids TEXT NOT NULL, -- JSON
    reach BIGINT NOT NULL,
    impact BIGINT NOT NULL, -- hundredths
    confidence BIGINT NOT NULL, -- percent
    effort BIGINT NOT NULL, -- tenths of person-days
    cost_minor BIGINT NOT NULL,
    delay_weeks BIGINT NOT NULL,
    reasons TEXT NOT NULL, -- JSON
    needs TEXT NOT NULL, -- JSON: ids of items
    must BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    initiative_id BIGINT NOT NULL, -- 0: none
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX priority_item_state ON priority_item (state, id);
CREATE TABLE priority_table (
    id BIGINT PRIMARY KEY,
    settled_on TEXT NOT NULL,
    note TEXT NOT NULL,
    content TEXT NOT NULL, -- JSON
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE problem (
    id BIGINT PRIMARY KEY,
    identity TEXT NOT NULL, -- kind and place; empty for what is in own words
    kind TEXT NOT NULL,
    area TEXT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    place_level TEXT NOT NULL,
    place TEXT NOT NULL, -- JSON
    region_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    sources BIGINT NOT NULL, -- a bit for each
    ratings TEXT NOT NULL, -- JSON: proposed, chosen, why
    score BIGINT NOT NULL,
    severity TEXT NOT NULL,
    severity_place BIGINT NOT NULL, -- 1 is the gravest
    fixed TEXT NOT NULL, -- the severity that a rule gives; empty for none
    money_minor BIGINT NOT NULL,
    worth BOOLEAN NOT NULL, -- the money is known
    figure TEXT NOT NULL, -- JSON, empty: nothing was measured
    evidence TEXT NOT NULL, -- JSON
    owner_id BIGINT NOT NULL, -- person; 0: nobody
    status TEXT NOT NULL,
    verdict TEXT NOT NULL,
    merged_into BIGINT NOT NULL, -- 0: in none
    first_run_id BIGINT NOT NULL,
    last_run_id BIGINT NOT NULL,
    unseen_run_id BIGINT NOT NULL,
    seen_at TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX problem_identity ON problem (identity) WHERE identity <> '';
CREATE INDEX problem_merged ON problem (merged_into) WHERE merged_into <> 0;
CREATE INDEX problem_order ON problem (severity_place, score, id);
CREATE INDEX problem_owner ON problem (owner_id, status);
CREATE TABLE problem_event (
    id BIGINT PRIMARY KEY,
    problem_id BIGINT NOT NULL REFERENCES problem (id),
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    source TEXT NOT NULL,
    run_id BIGINT NOT NULL, -- 0: no diagnosis
    other_id BIGINT NOT NULL, -- 0: no other problem
    detail TEXT NOT NULL -- JSON
);
CREATE INDEX problem_event_problem ON problem_event (problem_id, id);
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
CREATE INDEX process_event_handover ON process_event (occurred_at) WHERE activity = 'handover_done';
CREATE TABLE product (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, valid_from, recorded_in)
);
CREATE UNIQUE INDEX product_key ON product (key, valid_from) WHERE superseded_in = 9223372036854775807;
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
CREATE TABLE questionnaire (
    id BIGINT PRIMARY KEY,
    document TEXT NOT NULL, -- JSON
    audience TEXT NOT NULL, -- JSON
    state TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    closes_on TEXT NOT NULL,
    closed_on TEXT NOT NULL,
    before_id BIGINT NOT NULL, -- the round before, 0 for none
    cells TEXT NOT NULL, -- JSON: the groups, fixed at opening
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE TABLE questionnaire_box (
    questionnaire_id BIGINT NOT NULL REFERENCES questionnaire (id),
    kind TEXT NOT NULL,
    part TEXT NOT NULL,
    content TEXT NOT NULL, -- JSON
    PRIMARY KEY (questionnaire_id, kind, part)
);
CREATE TABLE questionnaire_invited (
    questionnaire_id BIGINT NOT NULL REFERENCES questionnaire (id),
    person_id BIGINT NOT NULL,
    cell TEXT NOT NULL,
    layer TEXT NOT NULL,
    answered BOOLEAN NOT NULL,
    link_hash TEXT NOT NULL,
    PRIMARY KEY (questionnaire_id, person_id)
);
CREATE INDEX questionnaire_invited_link ON questionnaire_invited (link_hash) WHERE link_hash <> '';
CREATE TABLE questionnaire_settings (
    id BIGINT PRIMARY KEY,
    settings TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE TABLE quota (
    person_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    quantity TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (person_id, month, quantity, recorded_in)
);
CREATE INDEX quota_month ON quota (month, person_id);
CREATE INDEX quota_recorded ON quota (recorded_in);
CREATE INDEX quota_superseded ON quota (superseded_in) WHERE superseded_in < 9223372036854775807;
CREATE TABLE quote (
    id BIGINT PRIMARY KEY,
    root_id BIGINT NOT NULL, -- of the first version
    version BIGINT NOT NULL,
    latest BOOLEAN NOT NULL,
    opportunity_id BIGINT NOT NULL REFERENCES opportunity (id),
    customer_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL, -- whoever owns the opportunity
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    lines TEXT NOT NULL, -- JSON
    currency TEXT NOT NULL,
    list_minor BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    tax_minor BIGINT NOT NULL,
    discount_ppm BIGINT NOT NULL,
    limit_ppm BIGINT NOT NULL,
    beyond BOOLEAN NOT NULL,
    valid_until TEXT NOT NULL,
    terms TEXT NOT NULL,
    note TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    sent_to TEXT NOT NULL,
    sent_by TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    ended_for TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX quote_amount ON quote (latest, amount_minor, id, currency);
CREATE INDEX quote_customer ON quote (customer_id, id);
CREATE INDEX quote_latest ON quote (latest, id, valid_until);
CREATE INDEX quote_opportunity ON quote (opportunity_id, id);
CREATE INDEX quote_owner ON quote (owner_id, latest, id);
CREATE INDEX quote_state ON quote (latest, state, valid_until, id);
CREATE INDEX quote_state_new ON quote (latest, state, id);
CREATE INDEX quote_valid ON quote (latest, valid_until, id);
CREATE UNIQUE INDEX quote_version ON quote (root_id, version);
CREATE TABLE quote_rules (
    id BIGINT PRIMARY KEY,
    body TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE TABLE reassign_decision (
    id BIGINT PRIMARY KEY,
    run_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    with_work BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    customers BIGINT NOT NULL,
    act_id BIGINT NOT NULL, -- 0: not carried out
    request_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX reassign_decision_run ON reassign_decision (run_id, id);
CREATE TABLE reassign_row (
    run_id BIGINT NOT NULL,
    customer_id BIGINT NOT NULL,
    place BIGINT NOT NULL, -- 1 is the most pressing
    state TEXT NOT NULL,
    decision_id BIGINT NOT NULL, -- 0: nobody accepted it
    from_id BIGINT NOT NULL, -- 0: from a pool
    to_id BIGINT NOT NULL, -- 0: it stays
    detail TEXT NOT NULL, -- JSON, why
    PRIMARY KEY (run_id, customer_id)
);
CREATE INDEX reassign_row_place ON reassign_row (run_id, place);
CREATE TABLE reassign_run (
    id BIGINT PRIMARY KEY,
    state TEXT NOT NULL,
    ask TEXT NOT NULL, -- JSON
    person_ids TEXT NOT NULL, -- JSON, whose customers are looked at
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    job_id TEXT NOT NULL,
    failure TEXT NOT NULL, -- JSON, empty for none
    input TEXT NOT NULL, -- JSON, empty before it is ready
    input_hash TEXT NOT NULL,
    result TEXT NOT NULL, -- JSON, without the customers
    result_hash TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE TABLE recording_month (
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    events BIGINT NOT NULL,
    within_hour BIGINT NOT NULL,
    within_day BIGINT NOT NULL,
    within_three_days BIGINT NOT NULL,
    later BIGINT NOT NULL,
    batched BIGINT NOT NULL, -- of the late ones, those of hours that have at least three
    PRIMARY KEY (month, person_id)
) WITHOUT ROWID;
CREATE TABLE recording_tally (
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    hour TEXT NOT NULL,
    events BIGINT NOT NULL,
    within_hour BIGINT NOT NULL,
    within_day BIGINT NOT NULL,
    within_three_days BIGINT NOT NULL,
    later BIGINT NOT NULL,
    PRIMARY KEY (month, person_id, hour)
);
CREATE TABLE region (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, valid_from, recorded_in)
);
CREATE UNIQUE INDEX region_key ON region (key, valid_from) WHERE superseded_in = 9223372036854775807;
CREATE TABLE report_delivery (
    id BIGINT PRIMARY KEY,
    report_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    month TEXT NOT NULL,
    place_kind TEXT NOT NULL,
    place_id BIGINT NOT NULL,
    place_name TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    letter BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    code BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at TEXT NOT NULL, -- when something is to be done with it; empty: nothing
    created_at TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    UNIQUE (report_id, version, user_id)
);
CREATE INDEX report_delivery_month ON report_delivery (month, id);
CREATE INDEX report_delivery_next ON report_delivery (next_at, id) WHERE next_at <> '';
CREATE TABLE retro (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    months TEXT NOT NULL,
    plans TEXT NOT NULL,
    base TEXT NOT NULL,
    paid_in TEXT NOT NULL,
    recorded BIGINT NOT NULL,
    engine_version TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    job_id TEXT NOT NULL,
    done BIGINT NOT NULL,
    deltas BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    posted_by TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL,
    failure TEXT NOT NULL
);
CREATE INDEX retro_paid_in ON retro (paid_in, state);
CREATE TABLE retro_delta (
    retro_id TEXT NOT NULL REFERENCES retro (id),
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    component TEXT NOT NULL,
    version_id TEXT NOT NULL,
    was_minor BIGINT NOT NULL,
    now_minor BIGINT NOT NULL,
    was_carried BIGINT NOT NULL,
    now_carried BIGINT NOT NULL,
    causes TEXT NOT NULL, parts TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (retro_id, month, person_id, plan_id, component)
);
CREATE INDEX retro_delta_origin ON retro_delta (month, person_id);
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
CREATE INDEX return_visit_customer ON return_visit (customer_id, id);
CREATE INDEX return_visit_done ON return_visit (done_at, id) WHERE done_at <> '';
CREATE INDEX return_visit_due ON return_visit (state, due_on, id);
CREATE UNIQUE INDEX return_visit_once ON return_visit (rule_id, deal_key) WHERE rule_id > 0 AND attempt = 1;
CREATE INDEX return_visit_person ON return_visit (person_id, state, due_on, id);
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
CREATE TABLE review (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    unit_kind TEXT NOT NULL,
    unit_id BIGINT NOT NULL,
    unit_name TEXT NOT NULL,
    held_on TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL, -- the first day behind the span
    through_on TEXT NOT NULL,
    state TEXT NOT NULL,
    basis TEXT NOT NULL,
    total TEXT NOT NULL, -- JSON
    ground TEXT NOT NULL, -- JSON
    carried TEXT NOT NULL, -- JSON
    minutes TEXT NOT NULL,
    prepared_at TEXT NOT NULL,
    prepared_by TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    finished_by TEXT NOT NULL,
    finished_name TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX review_once ON review (kind, held_on, unit_kind, unit_id);
CREATE INDEX review_unit ON review (unit_kind, unit_id, held_on);
CREATE TABLE review_action (
    id BIGINT PRIMARY KEY,
    review_id BIGINT NOT NULL,
    unit_kind TEXT NOT NULL,
    unit_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    agreed_on TEXT NOT NULL,
    text TEXT NOT NULL,
    due_on TEXT NOT NULL,
    state TEXT NOT NULL,
    done_on TEXT NOT NULL,
    words TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
, metric TEXT NOT NULL DEFAULT '');
CREATE INDEX review_action_person ON review_action (person_id, state, due_on);
CREATE INDEX review_action_review ON review_action (review_id, id);
CREATE INDEX review_action_unit ON review_action (unit_kind, unit_id, due_on);
CREATE TABLE review_row (
    review_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    place BIGINT NOT NULL,
    numbers TEXT NOT NULL, -- JSON
    band TEXT NOT NULL,
    band_from BIGINT NOT NULL,
    words TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    proposed_minor BIGINT NOT NULL,
    proposal TEXT NOT NULL,
    change_id BIGINT NOT NULL,
    changed_name TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (review_id, person_id)
);
CREATE INDEX review_row_person ON review_row (person_id, review_id);
CREATE TABLE review_settings (
    id BIGINT PRIMARY KEY,
    settings TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
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
CREATE INDEX reward_grant_person ON reward_grant (person_id);
CREATE TABLE reward_grant_step (
    key TEXT NOT NULL REFERENCES reward_grant (key),
    month TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    PRIMARY KEY (key, month)
);
CREATE INDEX reward_grant_step_month ON reward_grant_step (month);
CREATE TABLE risk (
    id BIGINT PRIMARY KEY,
    key TEXT NOT NULL, -- of a shipped risk
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    score BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    content TEXT NOT NULL, -- JSON
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX risk_key ON risk (key) WHERE key <> '';
CREATE TABLE rule_due (
    person_id BIGINT NOT NULL,
    due TEXT NOT NULL,
    case_id BIGINT NOT NULL,
    rule_id TEXT NOT NULL,
    PRIMARY KEY (person_id, due, case_id, rule_id)
) WITHOUT ROWID;
CREATE TABLE rule_exemption (
    id TEXT PRIMARY KEY,
    case_id BIGINT NOT NULL,
    rule_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    until_on TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    ended_at TEXT NOT NULL
);
CREATE INDEX rule_exemption_case ON rule_exemption (case_id, granted_at);
CREATE TABLE rule_origin (
    kind TEXT NOT NULL,
    rule_id TEXT NOT NULL, -- id of the version; of a target plan its number
    decision_id BIGINT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (kind, rule_id)
);
CREATE INDEX rule_origin_of ON rule_origin (decision_id);
CREATE TABLE run (
    id TEXT PRIMARY KEY,
    month TEXT NOT NULL,
    state TEXT NOT NULL,
    recorded BIGINT NOT NULL,
    plans TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    job_id TEXT NOT NULL,
    statements BIGINT NOT NULL,
    payees BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    digest TEXT NOT NULL,
    failure TEXT NOT NULL
, salt TEXT NOT NULL DEFAULT '');
CREATE INDEX run_month ON run (month, started_at);
CREATE TABLE run_addition (
    run_id TEXT NOT NULL REFERENCES run (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    component TEXT NOT NULL,
    origin TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    was_minor BIGINT NOT NULL,
    now_minor BIGINT NOT NULL,
    causes TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    made_by TEXT NOT NULL,
    approved_by TEXT NOT NULL, parts TEXT NOT NULL DEFAULT '', was_carried BIGINT NOT NULL DEFAULT 0, now_carried BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, position)
);
CREATE INDEX run_addition_person ON run_addition (person_id, run_id);
CREATE TABLE run_exception (
    run_id TEXT NOT NULL REFERENCES run (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    component TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    before_minor BIGINT NOT NULL,
    PRIMARY KEY (run_id, position)
);
CREATE TABLE saved_view (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES app_user (id),
    list TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX saved_view_list ON saved_view (list, user_id);
CREATE TABLE seal (
    month TEXT PRIMARY KEY REFERENCES period (month),
    run_id TEXT NOT NULL,
    run_digest TEXT NOT NULL,
    ledger_seq BIGINT NOT NULL,
    ledger_hash TEXT NOT NULL,
    pay_file_digest TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    closed_at TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    signature TEXT NOT NULL
);
CREATE TABLE search_renamed (
    seq BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    id BIGINT NOT NULL
);
CREATE INDEX search_renamed_kind ON search_renamed (kind, seq);
CREATE TABLE search_state (
    kind TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    done_to BIGINT NOT NULL -- the last id of the texts being made; 9223372036854775807 when all are
);
CREATE TABLE sequence (
    name TEXT PRIMARY KEY,
    next BIGINT NOT NULL
);
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
, fields TEXT NOT NULL DEFAULT '');
CREATE INDEX service_case_closed ON service_case (closed_at, id) WHERE closed_at <> '';
CREATE INDEX service_case_customer ON service_case (customer_id, id);
CREATE INDEX service_case_due ON service_case (due_at, id);
CREATE INDEX service_case_opened ON service_case (opened_at, id);
CREATE INDEX service_case_owner ON service_case (owner_id, id);
CREATE INDEX service_case_seller ON service_case (seller_id, id);
CREATE INDEX service_case_state ON service_case (state, due_at, id);
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
CREATE TABLE service_member (
    case_id BIGINT NOT NULL REFERENCES service_case (id),
    person_id BIGINT NOT NULL,
    PRIMARY KEY (case_id, person_id)
);
CREATE INDEX service_member_person ON service_member (person_id, case_id);
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
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE settlement (
    run_id TEXT NOT NULL REFERENCES run (id),
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    earned_minor BIGINT NOT NULL,
    paid_minor BIGINT NOT NULL,
    opening_digest TEXT NOT NULL,
    digest TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (run_id, person_id, plan_id)
);
CREATE INDEX settlement_account ON settlement (person_id, plan_id, run_id);
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
CREATE TABLE sign_in_failure (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at TEXT NOT NULL,
    blocked_until TEXT NOT NULL
);
CREATE TABLE sign_on_provider (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    settings TEXT NOT NULL, -- JSON
    secret TEXT NOT NULL, -- sealed
    active BOOLEAN NOT NULL,
    exclusive BOOLEAN NOT NULL, -- whoever is linked comes in by it alone
    spare_id TEXT NOT NULL, -- but for this user
    revision BIGINT NOT NULL
);
CREATE TABLE sign_on_used (
    state TEXT PRIMARY KEY, -- digest
    expires_at TEXT NOT NULL
);
CREATE TABLE simulation (
    id TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    state TEXT NOT NULL,
    job_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL DEFAULT '',
    recorded BIGINT NOT NULL,
    failure TEXT NOT NULL DEFAULT '',
    digest TEXT NOT NULL DEFAULT '',
    result BLOB,
    lines BLOB
);
CREATE INDEX simulation_created ON simulation (created_at, id);
CREATE TABLE skill (
    id BIGINT PRIMARY KEY,
    place BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    required TEXT NOT NULL, -- JSON: level of the skill by layer
    active BOOLEAN NOT NULL,
    revision BIGINT NOT NULL
);
CREATE TABLE skill_mark (
    id BIGINT PRIMARY KEY,
    skill_id BIGINT NOT NULL REFERENCES skill (id),
    person_id BIGINT NOT NULL,
    level BIGINT NOT NULL,
    marked_on TEXT NOT NULL,
    words TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX skill_mark_person ON skill_mark (person_id, skill_id, id);
CREATE TABLE standard_version (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    author_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    note TEXT NOT NULL,
    decision TEXT NOT NULL
);
CREATE TABLE statement (
    run_id TEXT NOT NULL REFERENCES run (id),
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    level TEXT NOT NULL,
    team_id BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    digest TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (run_id, person_id, plan_id)
);
CREATE INDEX statement_person ON statement (person_id, run_id);
CREATE TABLE sum_mark (
    kind TEXT NOT NULL, -- a measure, or what keeps sums of its own: compliance, recording, look
    month TEXT NOT NULL, -- empty: what is so at present
    mark BIGINT NOT NULL,
    PRIMARY KEY (kind, month)
) WITHOUT ROWID;
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
, sent_after TEXT NOT NULL DEFAULT '', sent_after_days BIGINT NOT NULL DEFAULT 0, quiet_days BIGINT NOT NULL DEFAULT 90, remind_after_days BIGINT NOT NULL DEFAULT 0, sent_since TEXT NOT NULL DEFAULT '');
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
CREATE INDEX survey_answer_customer ON survey_answer (customer_id);
CREATE INDEX survey_answer_day ON survey_answer (survey_id, answered_on, id);
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
, opened_at TEXT NOT NULL DEFAULT '');
CREATE INDEX survey_invitation_contact ON survey_invitation (contact_id, created_at) WHERE contact_id <> 0;
CREATE INDEX survey_invitation_customer ON survey_invitation (customer_id);
CREATE INDEX survey_invitation_deal ON survey_invitation (survey_id, deal_key);
CREATE INDEX survey_invitation_made ON survey_invitation (survey_id, created_at);
CREATE TABLE survey_mailing (
    id BIGINT PRIMARY KEY,
    survey_id BIGINT NOT NULL REFERENCES survey (id),
    cause TEXT NOT NULL, -- what it is sent after: kind:id
    customer_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL, -- 0: nobody is known
    case_id BIGINT NOT NULL,
    opportunity_id BIGINT NOT NULL,
    deal_key TEXT NOT NULL,
    product_id BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL, -- who hands it over where no letter can go
    invitation_id BIGINT NOT NULL, -- 0: not made yet
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    code BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at TEXT NOT NULL, -- when something is to be done with it; empty: nothing
    sent_at TEXT NOT NULL,
    remind_at TEXT NOT NULL,
    reminded_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (survey_id, cause)
);
CREATE INDEX survey_mailing_contact ON survey_mailing (contact_id, state) WHERE contact_id <> 0;
CREATE INDEX survey_mailing_customer ON survey_mailing (customer_id);
CREATE INDEX survey_mailing_hand ON survey_mailing (person_id, id) WHERE state = 'by_hand';
CREATE INDEX survey_mailing_invitation ON survey_mailing (invitation_id) WHERE invitation_id <> 0;
CREATE INDEX survey_mailing_next ON survey_mailing (next_at, id) WHERE next_at <> '';
CREATE INDEX survey_mailing_remind ON survey_mailing (remind_at, id) WHERE remind_at <> '';
CREATE INDEX survey_mailing_state ON survey_mailing (survey_id, state, id);
CREATE TABLE target_acceptance (
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (plan_id, person_id, hash)
);
CREATE TABLE target_change (
    id BIGINT PRIMARY KEY,
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    other_id BIGINT NOT NULL, -- 0: nobody takes the difference
    from_month TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    before_minor BIGINT NOT NULL,
    after_minor BIGINT NOT NULL,
    months TEXT NOT NULL, -- JSON
    other_months TEXT NOT NULL, -- JSON
    state TEXT NOT NULL,
    request_id TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX target_change_plan ON target_change (plan_id, id);
CREATE TABLE target_fairness (
    until_month TEXT PRIMARY KEY, -- the last of the quarter
    job_id TEXT NOT NULL, -- that gathers it, or has; empty for none
    at TEXT NOT NULL, -- when it was gathered; empty: not yet
    by_name TEXT NOT NULL,
    input TEXT NOT NULL -- JSON; empty before it is gathered
);
CREATE TABLE target_input (
    plan_id BIGINT PRIMARY KEY,
    input TEXT NOT NULL -- JSON
);
CREATE TABLE target_objection (
    id BIGINT PRIMARY KEY,
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    target_minor BIGINT NOT NULL,
    wanted_minor BIGINT NOT NULL, -- 0: none named
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL, -- JSON, what the number rested on
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_name TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX target_objection_plan ON target_objection (plan_id, person_id, id);
CREATE TABLE target_own (
    plan_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    note TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (plan_id, person_id)
);
CREATE TABLE target_plan (
    id BIGINT PRIMARY KEY,
    fiscal_year BIGINT NOT NULL,
    first_month TEXT NOT NULL,
    number BIGINT NOT NULL, -- of the version within the year
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    rules TEXT NOT NULL, -- JSON
    from_month TEXT NOT NULL, -- from which on its numbers are quotas; empty before it is published
    summary TEXT NOT NULL, -- JSON
    input_hash TEXT NOT NULL,
    result_hash TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    job_id TEXT NOT NULL,
    failure TEXT NOT NULL, -- JSON, empty for none
    request_id TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE (fiscal_year, number)
);
CREATE TABLE target_row (
    plan_id BIGINT NOT NULL,
    unit TEXT NOT NULL,
    parent TEXT NOT NULL, -- empty for the company
    depth BIGINT NOT NULL,
    place BIGINT NOT NULL, -- parents before children
    person_id BIGINT NOT NULL, -- 0: no person
    people BIGINT NOT NULL, -- below it
    name TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    months TEXT NOT NULL, -- JSON
    detail TEXT NOT NULL, -- JSON, why
    PRIMARY KEY (plan_id, unit)
);
CREATE INDEX target_row_parent ON target_row (plan_id, parent, place);
CREATE INDEX target_row_place ON target_row (plan_id, place);
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
, customer_id BIGINT NOT NULL DEFAULT 0);
CREATE INDEX task_customer ON task (customer_id, state) WHERE customer_id <> 0;
CREATE INDEX task_opportunity ON task (opportunity_id, state);
CREATE INDEX task_person ON task (person_id, state, due_on, id);
CREATE TABLE team (
    id BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (id, valid_from, recorded_in)
);
CREATE UNIQUE INDEX team_key ON team (key, valid_from) WHERE superseded_in = 9223372036854775807;
CREATE TABLE team_leader (
    team_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_in BIGINT NOT NULL REFERENCES batch (id),
    superseded_in BIGINT NOT NULL,
    PRIMARY KEY (team_id, valid_from, recorded_in)
);
CREATE INDEX team_leader_person ON team_leader (person_id);
CREATE TABLE tier_change (
    seq BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    from_tier TEXT NOT NULL,
    to_tier TEXT NOT NULL,
    review_id BIGINT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX tier_change_customer ON tier_change (customer_id, seq);
CREATE TABLE tier_policy (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    author_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    note TEXT NOT NULL,
    trial_job TEXT NOT NULL,
    trial TEXT NOT NULL, -- JSON, what the draft would change
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX tier_policy_number ON tier_policy (number);
CREATE TABLE tier_proposal (
    id BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    review_id BIGINT NOT NULL,
    from_tier TEXT NOT NULL,
    to_tier TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    score BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    note TEXT NOT NULL
, request_id TEXT NOT NULL DEFAULT '');
CREATE INDEX tier_proposal_state ON tier_proposal (state, id);
CREATE INDEX tier_proposal_unasked ON tier_proposal (id) WHERE state = 'waiting' AND request_id = '';
CREATE UNIQUE INDEX tier_proposal_waiting ON tier_proposal (customer_id) WHERE state = 'waiting';
CREATE TABLE tier_review (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    month TEXT NOT NULL,
    as_of TEXT NOT NULL,
    policy_id TEXT NOT NULL, -- empty: the one that ships with the product
    policy_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    job_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    failure TEXT NOT NULL,
    summary TEXT NOT NULL -- JSON
);
CREATE UNIQUE INDEX tier_review_month ON tier_review (month) WHERE kind = 'review';
CREATE TABLE tier_standing (
    customer_id BIGINT PRIMARY KEY,
    tier TEXT NOT NULL,
    due TEXT NOT NULL,
    ground TEXT NOT NULL,
    score BIGINT NOT NULL, -- parts per million
    judged BOOLEAN NOT NULL,
    potential BIGINT NOT NULL,
    relation TEXT NOT NULL,
    warnings TEXT NOT NULL, -- parted by blanks
    standing TEXT NOT NULL,
    pending BIGINT NOT NULL,
    before_tier TEXT NOT NULL, -- the standing before the review that counted last
    before_pending BIGINT NOT NULL,
    review_id BIGINT NOT NULL, -- that review
    decided_in BIGINT NOT NULL, -- the review whose proposal somebody decided last
    proposal TEXT NOT NULL, -- what the last review changed or would: from, to, approval, jump; parted by blanks
    as_of TEXT NOT NULL,
    policy_hash TEXT NOT NULL,
    margin_minor BIGINT NOT NULL,
    spend_minor BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    first_order TEXT NOT NULL,
    last_order TEXT NOT NULL,
    interval_days BIGINT NOT NULL,
    contract_end TEXT NOT NULL,
    lift_minor BIGINT NOT NULL, -- -1: no amount lifts it
    recency BIGINT NOT NULL,
    frequency BIGINT NOT NULL,
    monetary BIGINT NOT NULL,
    rfm TEXT NOT NULL,
    alive BIGINT NOT NULL, -- parts per million; -1: not estimated
    expected BIGINT NOT NULL, -- purchases of the next year in millionths; -1: not estimated
    expected_minor BIGINT NOT NULL,
    complete BIGINT NOT NULL,
    owner_id BIGINT NOT NULL, -- 0: nobody
    owner_level TEXT NOT NULL,
    last_contact TEXT NOT NULL,
    contact_due TEXT NOT NULL, -- empty: nobody is to contact it
    override_tier TEXT NOT NULL, -- empty: not set by hand
    override_from TEXT NOT NULL,
    override_until TEXT NOT NULL,
    override_for TEXT NOT NULL,
    override_by TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX tier_standing_due ON tier_standing (contact_due, customer_id);
CREATE INDEX tier_standing_override ON tier_standing (score, customer_id) WHERE override_tier <> '';
CREATE INDEX tier_standing_owner ON tier_standing (owner_id, contact_due, customer_id);
CREATE INDEX tier_standing_owner_score ON tier_standing (owner_id, score, customer_id);
CREATE INDEX tier_standing_relation ON tier_standing (relation, score, customer_id);
CREATE INDEX tier_standing_rfm ON tier_standing (rfm, score, customer_id);
CREATE INDEX tier_standing_score ON tier_standing (score, customer_id);
CREATE INDEX tier_standing_tier ON tier_standing (tier, score, customer_id);
CREATE TABLE training (
    id BIGINT PRIMARY KEY,
    person_id BIGINT NOT NULL,
    held_on TEXT NOT NULL,
    tenths BIGINT NOT NULL, -- of hours
    topic TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    removed_at TEXT NOT NULL,
    removed_by TEXT NOT NULL
);
CREATE INDEX training_day ON training (held_on, id);
CREATE INDEX training_person ON training (person_id, held_on);
CREATE TABLE user_grant (
    user_id TEXT NOT NULL REFERENCES app_user (id),
    position BIGINT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    PRIMARY KEY (user_id, role, scope, region_id)
);
CREATE TABLE user_identity (
    provider TEXT NOT NULL REFERENCES sign_on_provider (key),
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES app_user (id),
    name TEXT NOT NULL, -- as the provider calls them
    how TEXT NOT NULL,
    linked_at TEXT NOT NULL,
    used_at TEXT NOT NULL,
    PRIMARY KEY (provider, subject),
    UNIQUE (provider, user_id)
);
CREATE INDEX user_identity_of ON user_identity (user_id);
CREATE TABLE user_session (
    token_hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES app_user (id),
    second_factor BOOLEAN NOT NULL,
    client TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
, provider TEXT NOT NULL DEFAULT '');
CREATE INDEX user_session_user ON user_session (user_id);
CREATE TABLE voice_document (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    document TEXT NOT NULL, -- JSON
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL, -- parted by blanks
    active BOOLEAN NOT NULL,
    generation BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
, format TEXT NOT NULL DEFAULT 'plain', lang TEXT NOT NULL DEFAULT 'zh-CN', bot_secret TEXT NOT NULL DEFAULT '', failures BIGINT NOT NULL DEFAULT 0, next_at TEXT NOT NULL DEFAULT '');
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
CREATE TABLE work_import (
    import_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    before TEXT NOT NULL,
    PRIMARY KEY (import_id, kind, record_id)
);
CREATE TABLE work_key (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX work_key_record ON work_key (kind, record_id);
CREATE TABLE work_year (
    year BIGINT PRIMARY KEY,
    complete BOOLEAN NOT NULL, -- all days off of the year are listed
    days TEXT NOT NULL, -- JSON
    reason TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
