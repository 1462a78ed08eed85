-- The schema as the migrations make it, without the tables of the libraries. Written by go test ./internal/store -update.

CREATE TABLE adjustment (
    id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    month text COLLATE "C" NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    version_id text COLLATE "C" NOT NULL,
    component text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    reason text COLLATE "C" NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    paid_in text COLLATE "C" NOT NULL,
    made_by text COLLATE "C" NOT NULL,
    made_at text COLLATE "C" NOT NULL,
    decided_by text COLLATE "C" NOT NULL,
    decided_at text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    CONSTRAINT adjustment_pkey PRIMARY KEY (id)
);
CREATE INDEX adjustment_decider ON public.adjustment USING btree (decided_by, decided_at);
CREATE INDEX adjustment_made ON public.adjustment USING btree (made_at, id);
CREATE INDEX adjustment_maker ON public.adjustment USING btree (made_by, made_at);
CREATE INDEX adjustment_paid_in ON public.adjustment USING btree (paid_in, state);
CREATE TABLE api_key (
    id text COLLATE "C" NOT NULL,
    key_hash text COLLATE "C" NOT NULL,
    prefix text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    read_only boolean NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL,
    last_used_at text COLLATE "C" NOT NULL,
    revoked_at text COLLATE "C" NOT NULL,
    CONSTRAINT api_key_key_hash_key UNIQUE (key_hash),
    CONSTRAINT api_key_pkey PRIMARY KEY (id),
    CONSTRAINT api_key_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id)
);
CREATE TABLE app_user (
    id text COLLATE "C" NOT NULL,
    login text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    password_hash text COLLATE "C" NOT NULL,
    must_change boolean NOT NULL,
    totp_secret text COLLATE "C" NOT NULL,
    totp_last bigint NOT NULL,
    recovery_codes text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    theme text COLLATE "C" NOT NULL,
    updown text COLLATE "C" NOT NULL,
    disabled boolean NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    last_sign_in_at text COLLATE "C" NOT NULL,
    devices_watched_from text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT app_user_login_key UNIQUE (login),
    CONSTRAINT app_user_pkey PRIMARY KEY (id)
);
CREATE INDEX app_user_person ON public.app_user USING btree (person_id);
CREATE TABLE approval_delegation (
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    deputy_id text COLLATE "C" NOT NULL,
    from_on text COLLATE "C" NOT NULL,
    until_on text COLLATE "C" NOT NULL,
    made_by text COLLATE "C" NOT NULL,
    made_at text COLLATE "C" NOT NULL,
    ended_at text COLLATE "C" NOT NULL,
    CONSTRAINT approval_delegation_pkey PRIMARY KEY (id)
);
CREATE INDEX approval_delegation_deputy ON public.approval_delegation USING btree (deputy_id);
CREATE INDEX approval_delegation_user ON public.approval_delegation USING btree (user_id);
CREATE TABLE approval_event (
    request_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    round bigint NOT NULL,
    turn bigint NOT NULL,
    act text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    actor_name text COLLATE "C" NOT NULL,
    for_id text COLLATE "C" NOT NULL,
    to_ids text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    CONSTRAINT approval_event_pkey PRIMARY KEY (request_id, seq),
    CONSTRAINT approval_event_request_id_fkey FOREIGN KEY (request_id) REFERENCES approval_request(id)
);
CREATE TABLE approval_flow (
    kind text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    flow text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    published_by text COLLATE "C" NOT NULL,
    published_at text COLLATE "C" NOT NULL,
    proposed_by text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT approval_flow_pkey PRIMARY KEY (kind, version)
);
CREATE TABLE approval_flow_draft (
    kind text COLLATE "C" NOT NULL,
    based_on bigint NOT NULL,
    flow text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    proposed_by text COLLATE "C" NOT NULL,
    proposed_name text COLLATE "C" NOT NULL,
    proposed_at text COLLATE "C" NOT NULL,
    CONSTRAINT approval_flow_draft_pkey PRIMARY KEY (kind)
);
CREATE TABLE approval_part (
    request_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    CONSTRAINT approval_part_pkey PRIMARY KEY (request_id, user_id, part),
    CONSTRAINT approval_part_request_id_fkey FOREIGN KEY (request_id) REFERENCES approval_request(id)
);
CREATE INDEX approval_part_user ON public.approval_part USING btree (user_id, part, request_id);
CREATE TABLE approval_request (
    id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject_id text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    stuck boolean NOT NULL,
    round bigint NOT NULL,
    at_turn bigint NOT NULL,
    turns text COLLATE "C" NOT NULL,
    submitter_id text COLLATE "C" NOT NULL,
    submitter_name text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    excluded text COLLATE "C" NOT NULL,
    flow_version bigint NOT NULL,
    route text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    data text COLLATE "C" NOT NULL,
    facts text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    submitted_at text COLLATE "C" NOT NULL,
    decided_at text COLLATE "C" NOT NULL,
    due_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT approval_request_pkey PRIMARY KEY (id)
);
CREATE INDEX approval_request_due ON public.approval_request USING btree (due_at) WHERE (due_at <> ''::text);
CREATE UNIQUE INDEX approval_request_open ON public.approval_request USING btree (kind, subject_id) WHERE (state = ANY (ARRAY['pending'::text, 'returned'::text]));
CREATE INDEX approval_request_person ON public.approval_request USING btree (person_id, id);
CREATE INDEX approval_request_subject ON public.approval_request USING btree (kind, subject_id, id);
CREATE INDEX approval_request_submitter ON public.approval_request USING btree (submitter_id, id);
CREATE TABLE approval_round (
    request_id text COLLATE "C" NOT NULL,
    round bigint NOT NULL,
    data text COLLATE "C" NOT NULL,
    facts text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    submitted_at text COLLATE "C" NOT NULL,
    CONSTRAINT approval_round_pkey PRIMARY KEY (request_id, round),
    CONSTRAINT approval_round_request_id_fkey FOREIGN KEY (request_id) REFERENCES approval_request(id)
);
CREATE TABLE assignment (
    person_id bigint NOT NULL,
    team_id bigint NOT NULL,
    level text COLLATE "C" NOT NULL,
    roles text COLLATE "C" NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT assignment_pkey PRIMARY KEY (person_id, valid_from, recorded_in),
    CONSTRAINT assignment_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE INDEX assignment_team ON public.assignment USING btree (team_id);
CREATE TABLE attachment (
    id text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    bytes bigint NOT NULL,
    digest text COLLATE "C" NOT NULL,
    added_by text COLLATE "C" NOT NULL,
    added_at text COLLATE "C" NOT NULL,
    removed_by text COLLATE "C" NOT NULL,
    removed_at text COLLATE "C" NOT NULL,
    CONSTRAINT attachment_pkey PRIMARY KEY (id)
);
CREATE INDEX attachment_digest ON public.attachment USING btree (digest) WHERE (removed_at = ''::text);
CREATE INDEX attachment_subject ON public.attachment USING btree (subject, id) WHERE (removed_at = ''::text);
CREATE TABLE attachment_content (
    digest text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    object_key text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT attachment_content_pkey PRIMARY KEY (digest)
);
CREATE INDEX attachment_content_object ON public.attachment_content USING btree (object_key, digest);
CREATE TABLE attachment_leftover (
    object_key text COLLATE "C" NOT NULL,
    since text COLLATE "C" NOT NULL,
    CONSTRAINT attachment_leftover_pkey PRIMARY KEY (object_key)
);
CREATE INDEX attachment_leftover_since ON public.attachment_leftover USING btree (since, object_key);
CREATE TABLE audit_entry (
    seq bigint NOT NULL,
    at text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    actor_name text COLLATE "C" NOT NULL,
    client text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    before_state text COLLATE "C" NOT NULL,
    after_state text COLLATE "C" NOT NULL,
    prev_hash text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    CONSTRAINT audit_entry_pkey PRIMARY KEY (seq)
);
CREATE INDEX audit_actor ON public.audit_entry USING btree (actor_id, seq);
CREATE INDEX audit_subject ON public.audit_entry USING btree (subject, seq);
CREATE TABLE batch (
    id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    recorded_at text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    row_count bigint NOT NULL,
    earliest_month text COLLATE "C" NOT NULL,
    CONSTRAINT batch_pkey PRIMARY KEY (id)
);
CREATE INDEX batch_document ON public.batch USING btree (document);
CREATE TABLE board (
    id bigint NOT NULL,
    owner_id text COLLATE "C" NOT NULL,
    owner_name text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    shared boolean NOT NULL,
    tiles text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    updated_at text COLLATE "C" NOT NULL,
    CONSTRAINT board_pkey PRIMARY KEY (id)
);
CREATE INDEX board_owner ON public.board USING btree (owner_id, name, id);
CREATE INDEX board_shared ON public.board USING btree (name, id) WHERE shared;
CREATE TABLE board_alert (
    id bigint NOT NULL,
    owner_id text COLLATE "C" NOT NULL,
    metric text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    waits_for text COLLATE "C" NOT NULL,
    limit_amount bigint NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    crossed boolean NOT NULL,
    side bigint NOT NULL,
    known boolean NOT NULL,
    amount bigint NOT NULL,
    judged text COLLATE "C" NOT NULL,
    checked_at text COLLATE "C" NOT NULL,
    told_at text COLLATE "C" NOT NULL,
    why text COLLATE "C" NOT NULL,
    CONSTRAINT board_alert_pkey PRIMARY KEY (id)
);
CREATE INDEX board_alert_owner ON public.board_alert USING btree (owner_id, id);
CREATE TABLE board_home (
    user_id text COLLATE "C" NOT NULL,
    board text COLLATE "C" NOT NULL,
    CONSTRAINT board_home_pkey PRIMARY KEY (user_id)
);
CREATE TABLE budget (
    fiscal_year bigint NOT NULL,
    number bigint NOT NULL,
    note text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    lines text COLLATE "C" NOT NULL,
    CONSTRAINT budget_pkey PRIMARY KEY (fiscal_year, number)
);
CREATE TABLE calendar_feed (
    user_id text COLLATE "C" NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    made_at text COLLATE "C" NOT NULL,
    CONSTRAINT calendar_feed_token_hash_key UNIQUE (token_hash),
    CONSTRAINT calendar_feed_pkey PRIMARY KEY (user_id)
);
CREATE TABLE case_finding (
    month text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    case_id bigint NOT NULL,
    rules text COLLATE "C" NOT NULL,
    CONSTRAINT finding_of_month_pkey PRIMARY KEY (month, status, person_id, case_id)
);
CREATE TABLE case_judgement (
    case_id bigint NOT NULL,
    version_id text COLLATE "C" NOT NULL,
    due text COLLATE "C" NOT NULL,
    marks text COLLATE "C" NOT NULL,
    CONSTRAINT case_judgement_pkey PRIMARY KEY (case_id)
);
CREATE INDEX case_judgement_due ON public.case_judgement USING btree (due) WHERE (due <> ''::text);
CREATE TABLE checklist (
    id bigint NOT NULL,
    list text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    answers text COLLATE "C" NOT NULL,
    held_on text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    created_by_id text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT checklist_pkey PRIMARY KEY (id)
);
CREATE TABLE collection_report (
    id bigint NOT NULL,
    contract_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    paid_on text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    payer text COLLATE "C" NOT NULL,
    way text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    payment_key text COLLATE "C" NOT NULL,
    reply text COLLATE "C" NOT NULL,
    reported_by text COLLATE "C" NOT NULL,
    reported_name text COLLATE "C" NOT NULL,
    reported_person bigint NOT NULL,
    reported_at text COLLATE "C" NOT NULL,
    decided_by text COLLATE "C" NOT NULL,
    decided_name text COLLATE "C" NOT NULL,
    decided_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT collection_report_pkey PRIMARY KEY (id),
    CONSTRAINT collection_report_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES contract(id)
);
CREATE INDEX collection_report_contract ON public.collection_report USING btree (contract_id, id);
CREATE INDEX collection_report_owner ON public.collection_report USING btree (owner_id, state, id);
CREATE INDEX collection_report_state ON public.collection_report USING btree (state, id);
CREATE TABLE company (
    id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    fiscal_first_month bigint NOT NULL,
    time_zone text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    instalment_notice_days bigint NOT NULL DEFAULT 3,
    public_url text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT company_pkey PRIMARY KEY (id),
    CONSTRAINT company_id_check CHECK ((id = 1))
);
CREATE TABLE compliance_month (
    month text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    counts text COLLATE "C" NOT NULL,
    CONSTRAINT compliance_month_pkey PRIMARY KEY (month, person_id)
);
CREATE TABLE contact (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    phone text COLLATE "C" NOT NULL,
    wechat text COLLATE "C" NOT NULL,
    email text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    gone boolean NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    search_text text COLLATE "C" NOT NULL DEFAULT ''::text,
    fields text COLLATE "C" NOT NULL DEFAULT ''::text,
    lang text COLLATE "C" NOT NULL DEFAULT ''::text,
    silent_at text COLLATE "C" NOT NULL DEFAULT ''::text,
    silent_by text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT contact_pkey PRIMARY KEY (id)
);
CREATE INDEX contact_customer ON public.contact USING btree (customer_id, id);
CREATE INDEX contact_name ON public.contact USING btree (name, id, customer_id);
CREATE INDEX contact_phone ON public.contact USING btree (phone) WHERE (phone <> ''::text);
CREATE TABLE contract (
    id bigint NOT NULL,
    number text COLLATE "C" NOT NULL,
    opportunity_id bigint NOT NULL,
    quote_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    title text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    lines text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    our_party text COLLATE "C" NOT NULL,
    their_party text COLLATE "C" NOT NULL,
    starts_on text COLLATE "C" NOT NULL,
    ends_on text COLLATE "C" NOT NULL,
    signed_on text COLLATE "C" NOT NULL,
    ended_on text COLLATE "C" NOT NULL,
    ended_for text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    plan_revision bigint NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    fields text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT contract_number_key UNIQUE (number),
    CONSTRAINT contract_pkey PRIMARY KEY (id)
);
CREATE INDEX contract_amount ON public.contract USING btree (amount_minor, id, currency);
CREATE INDEX contract_customer ON public.contract USING btree (customer_id, id);
CREATE INDEX contract_ends ON public.contract USING btree (state, ends_on, id);
CREATE INDEX contract_ends_all ON public.contract USING btree (ends_on, id);
CREATE INDEX contract_opportunity ON public.contract USING btree (opportunity_id, id);
CREATE INDEX contract_owner ON public.contract USING btree (owner_id, id);
CREATE INDEX contract_quote ON public.contract USING btree (quote_id);
CREATE INDEX contract_signed ON public.contract USING btree (signed_on, id);
CREATE INDEX contract_state ON public.contract USING btree (state, id);
CREATE TABLE contract_amendment (
    contract_id bigint NOT NULL,
    number bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    effective_on text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    lines text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    ends_on text COLLATE "C" NOT NULL,
    before_minor bigint NOT NULL,
    before_ends_on text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    decided_at text COLLATE "C" NOT NULL,
    CONSTRAINT contract_amendment_pkey PRIMARY KEY (contract_id, number),
    CONSTRAINT contract_amendment_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES contract(id)
);
CREATE TABLE custom_field (
    id bigint NOT NULL,
    object text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    help_zh text COLLATE "C" NOT NULL,
    help_en text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    choices text COLLATE "C" NOT NULL,
    required text COLLATE "C" NOT NULL,
    personal boolean NOT NULL,
    position bigint NOT NULL,
    retired boolean NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT custom_field_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX custom_field_key ON public.custom_field USING btree (object, key);
CREATE TABLE custom_value (
    field_id bigint NOT NULL,
    record_id bigint NOT NULL,
    item text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    text text COLLATE "C" NOT NULL,
    CONSTRAINT custom_value_pkey PRIMARY KEY (field_id, record_id, item)
);
CREATE INDEX custom_value_number ON public.custom_value USING btree (field_id, number, record_id);
CREATE INDEX custom_value_text ON public.custom_value USING btree (field_id, text, record_id);
CREATE TABLE customer (
    id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    industry text COLLATE "C" NOT NULL,
    city text COLLATE "C" NOT NULL,
    credit_code text COLLATE "C" NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    tier text COLLATE "C" NOT NULL DEFAULT ''::text,
    region text COLLATE "C" NOT NULL DEFAULT ''::text,
    search_text text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT customer_pkey PRIMARY KEY (id, valid_from, recorded_in),
    CONSTRAINT customer_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE INDEX customer_city ON public.customer USING btree (city, key);
CREATE INDEX customer_code ON public.customer USING btree (credit_code) WHERE ((superseded_in = '9223372036854775807'::bigint) AND (credit_code <> ''::text));
CREATE INDEX customer_ended ON public.customer USING btree (superseded_in, id) WHERE (superseded_in < '9223372036854775807'::bigint);
CREATE UNIQUE INDEX customer_key ON public.customer USING btree (key, valid_from) WHERE (superseded_in = '9223372036854775807'::bigint);
CREATE INDEX customer_recorded ON public.customer USING btree (recorded_in);
CREATE INDEX customer_search ON public.customer USING btree (name, key, credit_code, id, superseded_in);
CREATE TABLE customer_alias (
    customer_id bigint NOT NULL,
    survivor_id bigint NOT NULL,
    merge_id bigint NOT NULL,
    CONSTRAINT customer_alias_pkey PRIMARY KEY (customer_id)
);
CREATE INDEX customer_alias_survivor ON public.customer_alias USING btree (survivor_id);
CREATE TABLE customer_keeping (
    customer_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    tier text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    first_on text COLLATE "C" NOT NULL,
    last_on text COLLATE "C" NOT NULL,
    base_orders bigint NOT NULL,
    base_minor bigint NOT NULL,
    now_orders bigint NOT NULL,
    now_minor bigint NOT NULL,
    foreign_orders bigint NOT NULL,
    CONSTRAINT customer_keeping_pkey PRIMARY KEY (customer_id)
);
CREATE INDEX customer_keeping_owner ON public.customer_keeping USING btree (owner_id, customer_id);
CREATE INDEX customer_keeping_state ON public.customer_keeping USING btree (state, customer_id);
CREATE TABLE customer_look (
    id bigint NOT NULL,
    on_day text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    finished_at text COLLATE "C" NOT NULL,
    customers bigint NOT NULL,
    pairs bigint NOT NULL,
    CONSTRAINT customer_look_pkey PRIMARY KEY (id)
);
CREATE TABLE customer_merge (
    id bigint NOT NULL,
    survivor_id bigint NOT NULL,
    merged_id bigint NOT NULL,
    at text COLLATE "C" NOT NULL,
    until text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    actor_name text COLLATE "C" NOT NULL,
    change text COLLATE "C" NOT NULL,
    moved text COLLATE "C" NOT NULL,
    undone_at text COLLATE "C" NOT NULL,
    undone_by text COLLATE "C" NOT NULL,
    stayed text COLLATE "C" NOT NULL,
    CONSTRAINT customer_merge_pkey PRIMARY KEY (id)
);
CREATE INDEX customer_merge_merged ON public.customer_merge USING btree (merged_id, id);
CREATE INDEX customer_merge_survivor ON public.customer_merge USING btree (survivor_id, id);
CREATE TABLE customer_moved (
    merge_id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    mark text COLLATE "C" NOT NULL,
    CONSTRAINT customer_moved_pkey PRIMARY KEY (merge_id, kind, record_id),
    CONSTRAINT customer_moved_merge_id_fkey FOREIGN KEY (merge_id) REFERENCES customer_merge(id)
);
CREATE TABLE customer_pair (
    low_id bigint NOT NULL,
    high_id bigint NOT NULL,
    rank bigint NOT NULL,
    grounds text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    look_id bigint NOT NULL,
    decided_by text COLLATE "C" NOT NULL,
    decided_at text COLLATE "C" NOT NULL,
    CONSTRAINT customer_pair_pkey PRIMARY KEY (low_id, high_id)
);
CREATE INDEX customer_pair_high ON public.customer_pair USING btree (high_id);
CREATE INDEX customer_pair_state ON public.customer_pair USING btree (state, rank, low_id, high_id);
CREATE TABLE customer_profile (
    customer_id bigint NOT NULL,
    need text COLLATE "C" NOT NULL,
    budget_minor bigint NOT NULL,
    decision_maker text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    region_code text COLLATE "C" NOT NULL,
    invoice_title text COLLATE "C" NOT NULL,
    contract_end text COLLATE "C" NOT NULL,
    ratings text COLLATE "C" NOT NULL,
    confirmed text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    fields text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT customer_profile_pkey PRIMARY KEY (customer_id)
);
CREATE TABLE deal (
    id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    customer_id bigint NOT NULL,
    product_id bigint NOT NULL,
    signed_on text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT deal_pkey PRIMARY KEY (id, recorded_in),
    CONSTRAINT deal_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE INDEX deal_amount ON public.deal USING btree (amount_minor, id);
CREATE INDEX deal_customer ON public.deal USING btree (customer_id);
CREATE INDEX deal_ended ON public.deal USING btree (superseded_in, id) WHERE (superseded_in < '9223372036854775807'::bigint);
CREATE INDEX deal_foreign ON public.deal USING btree (currency) WHERE (currency <> 'CNY'::text);
CREATE UNIQUE INDEX deal_key ON public.deal USING btree (key) WHERE (superseded_in = '9223372036854775807'::bigint);
CREATE INDEX deal_product ON public.deal USING btree (product_id);
CREATE INDEX deal_recorded ON public.deal USING btree (recorded_in);
CREATE INDEX deal_signed ON public.deal USING btree (signed_on, id);
CREATE INDEX deal_superseded ON public.deal USING btree (superseded_in) WHERE (superseded_in < '9223372036854775807'::bigint);
CREATE TABLE deal_detail (
    deal_id bigint NOT NULL,
    units bigint NOT NULL,
    cost_minor bigint NOT NULL,
    referrer_id bigint NOT NULL,
    cancelled_on text COLLATE "C" NOT NULL,
    cancel_reason text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT deal_detail_pkey PRIMARY KEY (deal_id, recorded_in),
    CONSTRAINT deal_detail_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE UNIQUE INDEX deal_detail_current ON public.deal_detail USING btree (deal_id) WHERE (superseded_in = '9223372036854775807'::bigint);
CREATE INDEX deal_detail_recorded ON public.deal_detail USING btree (recorded_in);
CREATE INDEX deal_detail_superseded ON public.deal_detail USING btree (superseded_in) WHERE (superseded_in < '9223372036854775807'::bigint);
CREATE TABLE deal_share (
    deal_id bigint NOT NULL,
    position bigint NOT NULL,
    person_id bigint NOT NULL,
    basis_points bigint NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT deal_share_pkey PRIMARY KEY (deal_id, "position", recorded_in),
    CONSTRAINT deal_share_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE INDEX deal_share_person ON public.deal_share USING btree (person_id, superseded_in, deal_id);
CREATE INDEX deal_share_recorded ON public.deal_share USING btree (recorded_in);
CREATE INDEX deal_share_superseded ON public.deal_share USING btree (superseded_in) WHERE (superseded_in < '9223372036854775807'::bigint);
CREATE TABLE decision (
    id bigint NOT NULL,
    title text COLLATE "C" NOT NULL,
    detail text COLLATE "C" NOT NULL,
    decided_on text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    review_id bigint NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    evidence_count bigint NOT NULL,
    expected text COLLATE "C" NOT NULL,
    due_on text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    outcome_values text COLLATE "C" NOT NULL,
    closed_at text COLLATE "C" NOT NULL,
    closed_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT decision_pkey PRIMARY KEY (id)
);
CREATE INDEX decision_day ON public.decision USING btree (decided_on, id);
CREATE INDEX decision_due ON public.decision USING btree (state, due_on, id);
CREATE INDEX decision_person ON public.decision USING btree (person_id, decided_on, id);
CREATE TABLE delivery (
    id text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    webhook_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    payload text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL,
    failure text COLLATE "C" NOT NULL,
    next_at text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    ended_at text COLLATE "C" NOT NULL,
    CONSTRAINT delivery_pkey PRIMARY KEY (id)
);
CREATE INDEX delivery_ended ON public.delivery USING btree (ended_at);
CREATE INDEX delivery_hook ON public.delivery USING btree (webhook_id, state, id);
CREATE INDEX delivery_queue ON public.delivery USING btree (channel, state, created_at);
CREATE TABLE diagnosis_file (
    run_id bigint NOT NULL,
    number bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT diagnosis_file_pkey PRIMARY KEY (run_id, number),
    CONSTRAINT diagnosis_file_run_id_fkey FOREIGN KEY (run_id) REFERENCES diagnosis_run(id)
);
CREATE TABLE diagnosis_run (
    id bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    as_of text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    found bigint NOT NULL,
    tests bigint NOT NULL,
    digest text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    finished_at text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    failure text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT diagnosis_run_pkey PRIMARY KEY (id)
);
CREATE TABLE dispute (
    id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    month text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    team_id bigint NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    version_id text COLLATE "C" NOT NULL,
    run_id text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    line text COLLATE "C" NOT NULL,
    zero boolean NOT NULL,
    shown_minor bigint NOT NULL,
    expected_minor bigint,
    cause text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    awarded_minor bigint,
    unanimous boolean NOT NULL,
    raised_by text COLLATE "C" NOT NULL,
    raised_at text COLLATE "C" NOT NULL,
    due_on text COLLATE "C" NOT NULL,
    ended_at text COLLATE "C" NOT NULL,
    deferred_to text COLLATE "C" NOT NULL,
    correction_kind text COLLATE "C" NOT NULL,
    correction_id text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT dispute_number_key UNIQUE (number),
    CONSTRAINT dispute_pkey PRIMARY KEY (id),
    CONSTRAINT dispute_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id)
);
CREATE UNIQUE INDEX dispute_open ON public.dispute USING btree (month, person_id, plan_id, line) WHERE (state = ANY (ARRAY['raised'::text, 'in_review'::text]));
CREATE INDEX dispute_person ON public.dispute USING btree (person_id, number);
CREATE TABLE dispute_event (
    dispute_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    at text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    actor_name text COLLATE "C" NOT NULL,
    voice text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    amount_minor bigint,
    text text COLLATE "C" NOT NULL,
    reference text COLLATE "C" NOT NULL,
    state_before text COLLATE "C" NOT NULL,
    state_after text COLLATE "C" NOT NULL,
    CONSTRAINT dispute_event_pkey PRIMARY KEY (dispute_id, seq),
    CONSTRAINT dispute_event_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES dispute(id)
);
CREATE TABLE dispute_file (
    id text COLLATE "C" NOT NULL,
    dispute_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    bytes bigint NOT NULL,
    digest text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    added_by text COLLATE "C" NOT NULL,
    added_at text COLLATE "C" NOT NULL,
    CONSTRAINT dispute_file_pkey PRIMARY KEY (id),
    CONSTRAINT dispute_file_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES dispute(id)
);
CREATE INDEX dispute_file_of ON public.dispute_file USING btree (dispute_id);
CREATE TABLE dispute_reminder (
    dispute_id text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    addressee text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    void_at text COLLATE "C" NOT NULL,
    CONSTRAINT dispute_reminder_pkey PRIMARY KEY (dispute_id, seq),
    CONSTRAINT dispute_reminder_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES dispute(id)
);
CREATE INDEX dispute_reminder_due ON public.dispute_reminder USING btree (at);
CREATE TABLE dispute_rules (
    id bigint NOT NULL,
    appeal_days bigint NOT NULL,
    answer_work_days bigint NOT NULL,
    approval text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT dispute_rules_pkey PRIMARY KEY (id),
    CONSTRAINT dispute_rules_id_check CHECK ((id = 1))
);
CREATE TABLE distribution_issue (
    report_id bigint NOT NULL,
    version bigint NOT NULL,
    told_at text COLLATE "C" NOT NULL,
    CONSTRAINT distribution_issue_pkey PRIMARY KEY (report_id, version)
);
CREATE TABLE distribution_run (
    month text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    computed text COLLATE "C" NOT NULL,
    failed bigint NOT NULL,
    started_at text COLLATE "C" NOT NULL,
    ended_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT distribution_run_pkey PRIMARY KEY (month)
);
CREATE TABLE distribution_settings (
    id bigint NOT NULL,
    settings text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT distribution_settings_pkey PRIMARY KEY (id)
);
CREATE TABLE document_copy (
    id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    fiscal_year bigint NOT NULL,
    quarter bigint NOT NULL,
    note text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    zh text COLLATE "C" NOT NULL,
    en text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    kept_at text COLLATE "C" NOT NULL,
    CONSTRAINT document_copy_pkey PRIMARY KEY (id)
);
CREATE TABLE employment_term (
    person_id bigint NOT NULL,
    from_day text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    taken boolean NOT NULL,
    work text COLLATE "C" NOT NULL,
    fixed_minor bigint NOT NULL,
    city text COLLATE "C" NOT NULL,
    probation_until text COLLATE "C" NOT NULL,
    regular_minor bigint NOT NULL,
    note text COLLATE "C" NOT NULL,
    recorded_by text COLLATE "C" NOT NULL,
    recorded_at text COLLATE "C" NOT NULL,
    CONSTRAINT employment_term_pkey PRIMARY KEY (person_id, from_day, number)
);
CREATE TABLE exchange_rate (
    base text COLLATE "C" NOT NULL,
    quote text COLLATE "C" NOT NULL,
    valid_on text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    rate text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT exchange_rate_pkey PRIMARY KEY (base, quote, valid_on, kind, recorded_in),
    CONSTRAINT exchange_rate_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE TABLE follow_up (
    id bigint NOT NULL,
    opportunity_id bigint NOT NULL,
    person_id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    occurred_at text COLLATE "C" NOT NULL,
    recorded_at text COLLATE "C" NOT NULL,
    next_on text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    customer_id bigint NOT NULL DEFAULT 0,
    CONSTRAINT follow_up_pkey PRIMARY KEY (id)
);
CREATE INDEX follow_up_customer ON public.follow_up USING btree (customer_id, occurred_at, id) WHERE (customer_id <> 0);
CREATE INDEX follow_up_occurred ON public.follow_up USING btree (occurred_at, id);
CREATE INDEX follow_up_opportunity ON public.follow_up USING btree (opportunity_id, id);
CREATE INDEX follow_up_recorded ON public.follow_up USING btree (recorded_at);
CREATE TABLE follow_up_place (
    follow_up_id bigint NOT NULL,
    north bigint NOT NULL,
    east bigint NOT NULL,
    given_at text COLLATE "C" NOT NULL,
    CONSTRAINT follow_up_place_pkey PRIMARY KEY (follow_up_id),
    CONSTRAINT follow_up_place_follow_up_id_fkey FOREIGN KEY (follow_up_id) REFERENCES follow_up(id)
);
CREATE INDEX follow_up_place_given ON public.follow_up_place USING btree (given_at);
CREATE TABLE given_value (
    person_id bigint NOT NULL,
    month text COLLATE "C" NOT NULL,
    measure text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    unit text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT given_value_pkey PRIMARY KEY (person_id, month, measure, recorded_in),
    CONSTRAINT given_value_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE INDEX given_value_month ON public.given_value USING btree (month, measure, person_id);
CREATE TABLE goal (
    id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    metric text COLLATE "C" NOT NULL,
    owner_id bigint NOT NULL,
    baseline text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT goal_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX goal_key ON public.goal USING btree (key) WHERE (key <> ''::text);
CREATE TABLE goal_reading (
    goal_id bigint NOT NULL,
    month text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    read_at text COLLATE "C" NOT NULL,
    CONSTRAINT goal_reading_pkey PRIMARY KEY (goal_id, month)
);
CREATE TABLE handbook_case (
    id text COLLATE "C" NOT NULL,
    case_id bigint NOT NULL,
    good boolean NOT NULL,
    title text COLLATE "C" NOT NULL,
    lesson text COLLATE "C" NOT NULL,
    steps text COLLATE "C" NOT NULL,
    rules text COLLATE "C" NOT NULL,
    chosen_by text COLLATE "C" NOT NULL,
    chosen_at text COLLATE "C" NOT NULL,
    dropped_at text COLLATE "C" NOT NULL,
    CONSTRAINT handbook_case_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX handbook_case_shown ON public.handbook_case USING btree (case_id) WHERE (dropped_at = ''::text);
CREATE TABLE handbook_reading (
    version_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    right_answers bigint NOT NULL,
    asked bigint NOT NULL,
    CONSTRAINT handbook_reading_pkey PRIMARY KEY (version_id, user_id, at)
);
CREATE TABLE holding (
    customer_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    pool text COLLATE "C" NOT NULL,
    since text COLLATE "C" NOT NULL,
    former_id bigint NOT NULL,
    locked boolean NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT holding_pkey PRIMARY KEY (customer_id)
);
CREATE INDEX holding_owner ON public.holding USING btree (owner_id, customer_id);
CREATE INDEX holding_pool ON public.holding USING btree (pool, since, customer_id) WHERE (pool <> ''::text);
CREATE TABLE holding_act (
    id bigint NOT NULL,
    way text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    on_day text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    actor_name text COLLATE "C" NOT NULL,
    cause text COLLATE "C" NOT NULL,
    customers bigint NOT NULL,
    opportunities bigint NOT NULL,
    tasks bigint NOT NULL,
    undone_in bigint NOT NULL,
    undoes bigint NOT NULL,
    CONSTRAINT holding_act_pkey PRIMARY KEY (id)
);
CREATE TABLE holding_step (
    id bigint NOT NULL,
    act_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    revision bigint NOT NULL,
    at text COLLATE "C" NOT NULL,
    on_day text COLLATE "C" NOT NULL,
    way text COLLATE "C" NOT NULL,
    from_owner bigint NOT NULL,
    from_pool text COLLATE "C" NOT NULL,
    from_since text COLLATE "C" NOT NULL,
    from_former bigint NOT NULL,
    from_locked boolean NOT NULL,
    to_owner bigint NOT NULL,
    to_pool text COLLATE "C" NOT NULL,
    cause text COLLATE "C" NOT NULL,
    passed text COLLATE "C" NOT NULL,
    actor_name text COLLATE "C" NOT NULL,
    undone_in bigint NOT NULL,
    CONSTRAINT holding_step_pkey PRIMARY KEY (id)
);
CREATE INDEX holding_step_act ON public.holding_step USING btree (act_id, id);
CREATE INDEX holding_step_customer ON public.holding_step USING btree (customer_id, id);
CREATE INDEX holding_step_taken ON public.holding_step USING btree (to_owner, way, on_day);
CREATE TABLE honour_award (
    id text COLLATE "C" NOT NULL,
    round_id text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    version_id text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    term text COLLATE "C" NOT NULL,
    group_name text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    person_name text COLLATE "C" NOT NULL,
    team_name text COLLATE "C" NOT NULL,
    level text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    measure_zh text COLLATE "C" NOT NULL,
    measure_en text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    cash_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    points bigint NOT NULL,
    priority_until text COLLATE "C" NOT NULL,
    evidence_digest text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    announced_at text COLLATE "C" NOT NULL,
    CONSTRAINT honour_award_document_id_term_person_id_key UNIQUE (document_id, term, person_id),
    CONSTRAINT honour_award_number_key UNIQUE (number),
    CONSTRAINT honour_award_pkey PRIMARY KEY (id),
    CONSTRAINT honour_award_round_id_fkey FOREIGN KEY (round_id) REFERENCES honour_round(id)
);
CREATE INDEX honour_award_announced ON public.honour_award USING btree (announced_at, number);
CREATE INDEX honour_award_person ON public.honour_award USING btree (person_id);
CREATE TABLE honour_revocation (
    award_id text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    revoked_by text COLLATE "C" NOT NULL,
    revoked_at text COLLATE "C" NOT NULL,
    CONSTRAINT honour_revocation_pkey PRIMARY KEY (award_id),
    CONSTRAINT honour_revocation_award_id_fkey FOREIGN KEY (award_id) REFERENCES honour_award(id)
);
CREATE TABLE honour_round (
    id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    version_id text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    term text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    computed_by text COLLATE "C" NOT NULL,
    computed_at text COLLATE "C" NOT NULL,
    approved_by text COLLATE "C" NOT NULL,
    approved_at text COLLATE "C" NOT NULL,
    announced_by text COLLATE "C" NOT NULL,
    announced_at text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    CONSTRAINT honour_round_pkey PRIMARY KEY (id)
);
CREATE INDEX honour_round_computed ON public.honour_round USING btree (computed_at, id);
CREATE UNIQUE INDEX honour_round_live ON public.honour_round USING btree (kind, document_id, term) WHERE (state <> 'discarded'::text);
CREATE TABLE idempotency (
    user_id text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    request_hash text COLLATE "C" NOT NULL,
    status bigint NOT NULL,
    response text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (user_id, key)
);
CREATE TABLE import (
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    source_path text COLLATE "C" NOT NULL,
    source_size bigint NOT NULL,
    source_digest text COLLATE "C" NOT NULL,
    mapping text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    applied_at text COLLATE "C" NOT NULL,
    undone_at text COLLATE "C" NOT NULL,
    batch_id bigint NOT NULL,
    undo_batch_id bigint NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    CONSTRAINT import_pkey PRIMARY KEY (id)
);
CREATE INDEX import_created ON public.import USING btree (created_at, id);
CREATE TABLE import_mapping (
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    mapping text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT import_mapping_name_key UNIQUE (name),
    CONSTRAINT import_mapping_pkey PRIMARY KEY (id)
);
CREATE TABLE initiative (
    id bigint NOT NULL,
    title text COLLATE "C" NOT NULL,
    phase text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    owner_id bigint NOT NULL,
    budget_fen bigint NOT NULL,
    content text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT initiative_pkey PRIMARY KEY (id)
);
CREATE TABLE initiative_effect (
    id bigint NOT NULL,
    initiative_id bigint NOT NULL,
    verdict text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    found_at text COLLATE "C" NOT NULL,
    CONSTRAINT initiative_effect_pkey PRIMARY KEY (id)
);
CREATE INDEX initiative_effect_of ON public.initiative_effect USING btree (initiative_id, id);
CREATE TABLE instalment (
    id bigint NOT NULL,
    contract_id bigint NOT NULL,
    number bigint NOT NULL,
    owner_id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    due_on text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    until_minor bigint NOT NULL,
    collected_minor bigint NOT NULL,
    left_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    invoice_key text COLLATE "C" NOT NULL,
    CONSTRAINT instalment_pkey PRIMARY KEY (id),
    CONSTRAINT instalment_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES contract(id)
);
CREATE INDEX instalment_contract ON public.instalment USING btree (contract_id, number);
CREATE INDEX instalment_due ON public.instalment USING btree (due_on, id);
CREATE INDEX instalment_invoice ON public.instalment USING btree (invoice_key) WHERE (invoice_key <> ''::text);
CREATE INDEX instalment_open ON public.instalment USING btree (due_on, id) WHERE (left_minor > 0);
CREATE INDEX instalment_owner ON public.instalment USING btree (owner_id, due_on, id);
CREATE TABLE interview (
    id bigint NOT NULL,
    role text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    person_name text COLLATE "C" NOT NULL,
    held_on text COLLATE "C" NOT NULL,
    notes text COLLATE "C" NOT NULL,
    interviewer_id text COLLATE "C" NOT NULL,
    interviewer_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT interview_pkey PRIMARY KEY (id)
);
CREATE INDEX interview_held ON public.interview USING btree (held_on, id);
CREATE TABLE interview_passage (
    id bigint NOT NULL,
    interview_id bigint NOT NULL,
    quoted text COLLATE "C" NOT NULL,
    themes text COLLATE "C" NOT NULL,
    problem_id bigint NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT interview_passage_pkey PRIMARY KEY (id),
    CONSTRAINT interview_passage_interview_id_fkey FOREIGN KEY (interview_id) REFERENCES interview(id)
);
CREATE INDEX interview_passage_of ON public.interview_passage USING btree (interview_id, id);
CREATE TABLE invoice (
    key text COLLATE "C" NOT NULL,
    deal_id bigint NOT NULL,
    invoiced_on text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT invoice_pkey PRIMARY KEY (key, recorded_in)
);
CREATE INDEX invoice_amount ON public.invoice USING btree (amount_minor, key);
CREATE INDEX invoice_deal ON public.invoice USING btree (deal_id, superseded_in, invoiced_on, amount_minor, currency);
CREATE INDEX invoice_foreign ON public.invoice USING btree (currency) WHERE (currency <> 'CNY'::text);
CREATE INDEX invoice_invoiced ON public.invoice USING btree (invoiced_on, key);
CREATE INDEX invoice_recorded ON public.invoice USING btree (recorded_in);
CREATE INDEX invoice_superseded ON public.invoice USING btree (superseded_in) WHERE (superseded_in < '9223372036854775807'::bigint);
CREATE TABLE job (
    id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    args text COLLATE "C" NOT NULL,
    unique_key text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    stage text COLLATE "C" NOT NULL,
    done bigint NOT NULL,
    total bigint NOT NULL,
    result text COLLATE "C" NOT NULL,
    failure text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL,
    cancel_asked boolean NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    started_at text COLLATE "C" NOT NULL,
    finished_at text COLLATE "C" NOT NULL,
    failures bigint NOT NULL,
    not_before text COLLATE "C" NOT NULL,
    node text COLLATE "C" NOT NULL,
    delivery bigint NOT NULL,
    CONSTRAINT job_pkey PRIMARY KEY (id)
);
CREATE INDEX job_created ON public.job USING btree (created_at, id);
CREATE INDEX job_state ON public.job USING btree (state, node) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE UNIQUE INDEX job_unfinished ON public.job USING btree (unique_key) WHERE ((unique_key <> ''::text) AND (state = ANY (ARRAY['queued'::text, 'running'::text])));
CREATE TABLE judge_progress (
    name text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    basis text COLLATE "C" NOT NULL,
    swept bigint NOT NULL,
    CONSTRAINT judge_progress_pkey PRIMARY KEY (name)
);
CREATE TABLE keeping_cohort (
    quarter bigint NOT NULL,
    owner_id bigint NOT NULL,
    tier text COLLATE "C" NOT NULL,
    customers bigint NOT NULL,
    ripe bigint NOT NULL,
    again bigint NOT NULL,
    CONSTRAINT keeping_cohort_pkey PRIMARY KEY (owner_id, quarter, tier)
);
CREATE TABLE keeping_look (
    id bigint NOT NULL,
    day text COLLATE "C" NOT NULL,
    CONSTRAINT keeping_look_pkey PRIMARY KEY (id)
);
CREATE TABLE keeping_tally (
    day text COLLATE "C" NOT NULL,
    owner_id bigint NOT NULL,
    tier text COLLATE "C" NOT NULL,
    base bigint NOT NULL,
    kept bigint NOT NULL,
    base_minor bigint NOT NULL,
    held_minor bigint NOT NULL,
    now_minor bigint NOT NULL,
    buyers bigint NOT NULL,
    again bigint NOT NULL,
    foreign_orders bigint NOT NULL,
    CONSTRAINT keeping_tally_pkey PRIMARY KEY (owner_id, day, tier)
);
CREATE INDEX keeping_tally_day ON public.keeping_tally USING btree (day, owner_id, base, kept, base_minor, held_minor, now_minor, buyers, again);
CREATE TABLE known_device (
    user_id text COLLATE "C" NOT NULL,
    device text COLLATE "C" NOT NULL,
    first_at text COLLATE "C" NOT NULL,
    CONSTRAINT known_device_pkey PRIMARY KEY (user_id, device),
    CONSTRAINT known_device_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id)
);
CREATE TABLE law_acknowledgement (
    finding_id text COLLATE "C" NOT NULL,
    fingerprint text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    acknowledged_at text COLLATE "C" NOT NULL,
    CONSTRAINT law_acknowledgement_pkey PRIMARY KEY (finding_id, fingerprint)
);
CREATE TABLE law_settings (
    number bigint NOT NULL,
    body text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT law_settings_pkey PRIMARY KEY (number)
);
CREATE TABLE lead (
    id bigint NOT NULL,
    company text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    phone text COLLATE "C" NOT NULL,
    wechat text COLLATE "C" NOT NULL,
    email text COLLATE "C" NOT NULL,
    city text COLLATE "C" NOT NULL,
    industry text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    campaign text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    owner_id bigint NOT NULL,
    assigned_at text COLLATE "C" NOT NULL,
    first_at text COLLATE "C" NOT NULL,
    followed_at text COLLATE "C" NOT NULL,
    next_on text COLLATE "C" NOT NULL,
    invalid_for text COLLATE "C" NOT NULL,
    invalid_why text COLLATE "C" NOT NULL,
    customer_id bigint NOT NULL,
    opportunity_id bigint NOT NULL,
    core text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    fields text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT lead_pkey PRIMARY KEY (id)
);
CREATE INDEX lead_assigned ON public.lead USING btree (owner_id, assigned_at);
CREATE INDEX lead_assigned_all ON public.lead USING btree (assigned_at, id);
CREATE INDEX lead_campaign ON public.lead USING btree (campaign, id) WHERE (campaign <> ''::text);
CREATE INDEX lead_core ON public.lead USING btree (core) WHERE (core <> ''::text);
CREATE INDEX lead_customer ON public.lead USING btree (customer_id);
CREATE INDEX lead_next ON public.lead USING btree (owner_id, next_on) WHERE (next_on <> ''::text);
CREATE INDEX lead_owner ON public.lead USING btree (owner_id, status, id);
CREATE INDEX lead_phone ON public.lead USING btree (phone) WHERE (phone <> ''::text);
CREATE INDEX lead_status ON public.lead USING btree (status, id);
CREATE INDEX lead_waiting ON public.lead USING btree (assigned_at, id) WHERE ((first_at = ''::text) AND (assigned_at <> ''::text) AND (status = 'new'::text));
CREATE TABLE lead_event (
    id bigint NOT NULL,
    lead_id bigint NOT NULL,
    activity text COLLATE "C" NOT NULL,
    occurred_at text COLLATE "C" NOT NULL,
    recorded_at text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    data text COLLATE "C" NOT NULL,
    CONSTRAINT lead_event_pkey PRIMARY KEY (id),
    CONSTRAINT lead_event_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES lead(id)
);
CREATE INDEX lead_event_lead ON public.lead_event USING btree (lead_id, id);
CREATE TABLE lead_follow_up (
    id bigint NOT NULL,
    lead_id bigint NOT NULL,
    person_id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    occurred_at text COLLATE "C" NOT NULL,
    recorded_at text COLLATE "C" NOT NULL,
    next_on text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    CONSTRAINT lead_follow_up_pkey PRIMARY KEY (id),
    CONSTRAINT lead_follow_up_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES lead(id)
);
CREATE INDEX lead_follow_up_lead ON public.lead_follow_up USING btree (lead_id, id);
CREATE INDEX lead_follow_up_occurred ON public.lead_follow_up USING btree (occurred_at, id);
CREATE INDEX lead_follow_up_recorded ON public.lead_follow_up USING btree (recorded_at);
CREATE TABLE ledger_entry (
    seq bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    component text COLLATE "C" NOT NULL,
    debit text COLLATE "C" NOT NULL,
    credit text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    posted_at text COLLATE "C" NOT NULL,
    prev_hash text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    CONSTRAINT ledger_entry_key_key UNIQUE (key),
    CONSTRAINT ledger_entry_pkey PRIMARY KEY (seq)
);
CREATE INDEX ledger_month ON public.ledger_entry USING btree (month, seq);
CREATE INDEX ledger_person ON public.ledger_entry USING btree (person_id, seq);
CREATE TABLE lesson (
    id bigint NOT NULL,
    initiative_id bigint NOT NULL,
    title text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    search_text text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT lesson_pkey PRIMARY KEY (id)
);
CREATE INDEX lesson_initiative ON public.lesson USING btree (initiative_id, id);
CREATE TABLE mail_connection (
    id bigint NOT NULL,
    host text COLLATE "C" NOT NULL,
    port bigint NOT NULL,
    security text COLLATE "C" NOT NULL,
    login text COLLATE "C" NOT NULL,
    password text COLLATE "C" NOT NULL,
    sender_address text COLLATE "C" NOT NULL,
    sender_name text COLLATE "C" NOT NULL,
    active boolean NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT mail_connection_pkey PRIMARY KEY (id)
);
CREATE TABLE market_potential (
    fiscal_year bigint NOT NULL,
    unit text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    CONSTRAINT market_potential_pkey PRIMARY KEY (fiscal_year, unit)
);
CREATE TABLE maturity_assessment (
    id bigint NOT NULL,
    assessed_on text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    model text COLLATE "C" NOT NULL,
    result text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT maturity_assessment_pkey PRIMARY KEY (id)
);
CREATE INDEX maturity_assessment_day ON public.maturity_assessment USING btree (assessed_on, id);
CREATE TABLE maturity_model (
    version bigint NOT NULL,
    model text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT maturity_model_pkey PRIMARY KEY (version)
);
CREATE TABLE maturity_statement (
    id bigint NOT NULL,
    criterion text COLLATE "C" NOT NULL,
    holds boolean NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    said_on text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT maturity_statement_pkey PRIMARY KEY (id)
);
CREATE INDEX maturity_statement_criterion ON public.maturity_statement USING btree (criterion, id);
CREATE TABLE mentorship (
    trainee_id bigint NOT NULL,
    mentor_id bigint NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT mentorship_pkey PRIMARY KEY (trainee_id, valid_from, recorded_in),
    CONSTRAINT mentorship_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE INDEX mentorship_mentor ON public.mentorship USING btree (mentor_id);
CREATE TABLE metric_changed (
    seq bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    record_id bigint NOT NULL,
    CONSTRAINT metric_changed_pkey PRIMARY KEY (seq)
);
CREATE TABLE metric_choice (
    family text COLLATE "C" NOT NULL,
    metric text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    CONSTRAINT metric_choice_pkey PRIMARY KEY (family)
);
CREATE TABLE metric_day (
    measure text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    day text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    facts bigint NOT NULL,
    CONSTRAINT metric_day_pkey PRIMARY KEY (measure, person_id, day)
);
CREATE INDEX metric_day_all ON public.metric_day USING btree (measure, day, person_id, amount, facts);
CREATE TABLE metric_month (
    measure text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    amount bigint NOT NULL,
    facts bigint NOT NULL,
    CONSTRAINT metric_month_pkey PRIMARY KEY (measure, month, person_id)
);
CREATE INDEX metric_month_person ON public.metric_month USING btree (measure, person_id, month, amount, facts);
CREATE TABLE metric_part (
    kind text COLLATE "C" NOT NULL,
    record_id bigint NOT NULL,
    body text COLLATE "C" NOT NULL,
    CONSTRAINT metric_part_pkey PRIMARY KEY (kind, record_id)
);
CREATE TABLE metric_progress (
    id bigint NOT NULL,
    from_batch bigint NOT NULL,
    to_batch bigint NOT NULL,
    CONSTRAINT metric_progress_pkey PRIMARY KEY (id)
);
CREATE TABLE metric_touched (
    deal_id bigint NOT NULL,
    CONSTRAINT metric_touched_pkey PRIMARY KEY (deal_id)
);
CREATE TABLE metric_version (
    metric text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    from_day text COLLATE "C" NOT NULL,
    author_id text COLLATE "C" NOT NULL,
    author_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    approver_id text COLLATE "C" NOT NULL,
    approver_name text COLLATE "C" NOT NULL,
    approved_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT metric_version_pkey PRIMARY KEY (metric, version)
);
CREATE TABLE month_report (
    id bigint NOT NULL,
    month text COLLATE "C" NOT NULL,
    place_kind text COLLATE "C" NOT NULL,
    place_id bigint NOT NULL,
    place_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    newest bigint NOT NULL,
    published bigint NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT month_report_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX month_report_once ON public.month_report USING btree (month, place_kind, place_id);
CREATE TABLE month_report_note (
    report_id bigint NOT NULL,
    version bigint NOT NULL,
    section text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT month_report_note_pkey PRIMARY KEY (report_id, version, section)
);
CREATE TABLE month_report_version (
    report_id bigint NOT NULL,
    number bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    newest_fact text COLLATE "C" NOT NULL,
    computed_at text COLLATE "C" NOT NULL,
    computed_by text COLLATE "C" NOT NULL,
    computed_name text COLLATE "C" NOT NULL,
    published_at text COLLATE "C" NOT NULL,
    published_by text COLLATE "C" NOT NULL,
    published_name text COLLATE "C" NOT NULL,
    differs text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    document text COLLATE "C" NOT NULL,
    CONSTRAINT month_report_version_pkey PRIMARY KEY (report_id, number),
    CONSTRAINT month_report_version_report_id_fkey FOREIGN KEY (report_id) REFERENCES month_report(id)
);
CREATE TABLE notice (
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    once text COLLATE "C" NOT NULL,
    params text COLLATE "C" NOT NULL,
    todo boolean NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    read_at text COLLATE "C" NOT NULL,
    done_at text COLLATE "C" NOT NULL,
    CONSTRAINT notice_user_id_kind_subject_once_key UNIQUE (user_id, kind, subject, once),
    CONSTRAINT notice_pkey PRIMARY KEY (id),
    CONSTRAINT notice_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id)
);
CREATE INDEX notice_created ON public.notice USING btree (created_at);
CREATE INDEX notice_read ON public.notice USING btree (read_at);
CREATE INDEX notice_subject ON public.notice USING btree (subject, kind);
CREATE INDEX notice_unread ON public.notice USING btree (user_id, read_at);
CREATE INDEX notice_user ON public.notice USING btree (user_id, id);
CREATE TABLE notice_day (
    day text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    CONSTRAINT notice_day_pkey PRIMARY KEY (day)
);
CREATE TABLE notice_setting (
    user_id text COLLATE "C" NOT NULL,
    muted text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    CONSTRAINT notice_setting_pkey PRIMARY KEY (user_id),
    CONSTRAINT notice_setting_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id)
);
CREATE TABLE opportunity (
    id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    customer_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    stage text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    expected_on text COLLATE "C" NOT NULL,
    product_ids text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    lost_for text COLLATE "C" NOT NULL,
    ended_for text COLLATE "C" NOT NULL,
    ended_on text COLLATE "C" NOT NULL,
    deal_key text COLLATE "C" NOT NULL,
    lead_id bigint NOT NULL,
    stage_since text COLLATE "C" NOT NULL,
    followed_at text COLLATE "C" NOT NULL,
    next_on text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    fields text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT opportunity_pkey PRIMARY KEY (id)
);
CREATE INDEX opportunity_amount ON public.opportunity USING btree (state, amount_minor, id);
CREATE INDEX opportunity_amount_all ON public.opportunity USING btree (amount_minor, id, currency);
CREATE INDEX opportunity_board ON public.opportunity USING btree (stage, expected_on, id, amount_minor, currency, owner_id, customer_id, source) WHERE (state = 'open'::text);
CREATE INDEX opportunity_customer ON public.opportunity USING btree (customer_id);
CREATE INDEX opportunity_deal ON public.opportunity USING btree (deal_key) WHERE (deal_key <> ''::text);
CREATE INDEX opportunity_expected ON public.opportunity USING btree (state, expected_on, id);
CREATE INDEX opportunity_expected_all ON public.opportunity USING btree (expected_on, id);
CREATE INDEX opportunity_owner ON public.opportunity USING btree (owner_id, state, stage);
CREATE INDEX opportunity_stage ON public.opportunity USING btree (state, stage, expected_on, id);
CREATE INDEX opportunity_stage_all ON public.opportunity USING btree (stage, id);
CREATE INDEX opportunity_state ON public.opportunity USING btree (state, id);
CREATE INDEX opportunity_won ON public.opportunity USING btree (stage, ended_on, id, amount_minor, currency, owner_id, customer_id, source) WHERE (state = 'won'::text);
CREATE TABLE pay_again (
    month text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    attempt bigint NOT NULL,
    file_id text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    CONSTRAINT pay_again_pkey PRIMARY KEY (month, person_id, attempt),
    CONSTRAINT pay_again_file_id_fkey FOREIGN KEY (file_id) REFERENCES pay_again_file(id),
    CONSTRAINT pay_again_month_fkey FOREIGN KEY (month) REFERENCES period(month)
);
CREATE INDEX pay_again_of_file ON public.pay_again USING btree (file_id);
CREATE TABLE pay_again_file (
    id text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT pay_again_file_pkey PRIMARY KEY (id)
);
CREATE TABLE pay_file (
    month text COLLATE "C" NOT NULL,
    format text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    signature text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT pay_file_pkey PRIMARY KEY (month, format),
    CONSTRAINT pay_file_month_fkey FOREIGN KEY (month) REFERENCES period(month)
);
CREATE TABLE pay_receipt (
    month text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    attempt bigint NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    paid_on text COLLATE "C" NOT NULL,
    reference text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    recorded_by text COLLATE "C" NOT NULL,
    recorded_at text COLLATE "C" NOT NULL,
    CONSTRAINT pay_receipt_pkey PRIMARY KEY (month, person_id, attempt, outcome),
    CONSTRAINT pay_receipt_month_fkey FOREIGN KEY (month) REFERENCES period(month)
);
CREATE INDEX pay_receipt_person ON public.pay_receipt USING btree (person_id, month);
CREATE TABLE payment (
    key text COLLATE "C" NOT NULL,
    deal_id bigint NOT NULL,
    paid_on text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT payment_pkey PRIMARY KEY (key, recorded_in)
);
CREATE INDEX payment_amount ON public.payment USING btree (amount_minor, key);
CREATE INDEX payment_deal ON public.payment USING btree (deal_id, superseded_in, paid_on, amount_minor, currency);
CREATE INDEX payment_foreign ON public.payment USING btree (currency) WHERE (currency <> 'CNY'::text);
CREATE INDEX payment_paid ON public.payment USING btree (paid_on, key);
CREATE INDEX payment_recorded ON public.payment USING btree (recorded_in);
CREATE INDEX payment_superseded ON public.payment USING btree (superseded_in) WHERE (superseded_in < '9223372036854775807'::bigint);
CREATE TABLE payout_line (
    run_id text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    component text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    carried_minor bigint NOT NULL DEFAULT 0,
    CONSTRAINT payout_line_pkey PRIMARY KEY (run_id, person_id, plan_id, component),
    CONSTRAINT payout_line_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id)
);
CREATE TABLE period (
    month text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    current_run text COLLATE "C" NOT NULL,
    running_run text COLLATE "C" NOT NULL,
    run_by text COLLATE "C" NOT NULL,
    published_by text COLLATE "C" NOT NULL,
    published_at text COLLATE "C" NOT NULL,
    object_until text COLLATE "C" NOT NULL,
    approved_by text COLLATE "C" NOT NULL,
    approved_at text COLLATE "C" NOT NULL,
    closed_by text COLLATE "C" NOT NULL,
    closed_at text COLLATE "C" NOT NULL,
    seal_hash text COLLATE "C" NOT NULL,
    CONSTRAINT period_pkey PRIMARY KEY (month)
);
CREATE TABLE person (
    id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    hired_on text COLLATE "C" NOT NULL,
    left_on text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    search_text text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT person_pkey PRIMARY KEY (id, recorded_in),
    CONSTRAINT person_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE UNIQUE INDEX person_key ON public.person USING btree (key) WHERE (superseded_in = '9223372036854775807'::bigint);
CREATE TABLE plan_acceptance (
    version_id text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    hash text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    paper boolean NOT NULL,
    accepted_at text COLLATE "C" NOT NULL,
    CONSTRAINT plan_acceptance_pkey PRIMARY KEY (version_id, person_id),
    CONSTRAINT plan_acceptance_version_id_fkey FOREIGN KEY (version_id) REFERENCES plan_version(id)
);
CREATE TABLE plan_announcement (
    version_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    hash text COLLATE "C" NOT NULL,
    announced_on text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    recorded_at text COLLATE "C" NOT NULL,
    CONSTRAINT plan_announcement_pkey PRIMARY KEY (version_id, number),
    CONSTRAINT plan_announcement_version_id_fkey FOREIGN KEY (version_id) REFERENCES plan_version(id)
);
CREATE TABLE plan_version (
    id text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    layer text COLLATE "C" NOT NULL,
    effective_from text COLLATE "C" NOT NULL,
    effective_to text COLLATE "C" NOT NULL,
    author_id text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    approver_id text COLLATE "C" NOT NULL,
    approved_at text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    CONSTRAINT plan_version_document_id_number_key UNIQUE (document_id, number),
    CONSTRAINT plan_version_pkey PRIMARY KEY (id)
);
CREATE TABLE points_rules (
    id bigint NOT NULL,
    life_months bigint NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT points_rules_pkey PRIMARY KEY (id)
);
CREATE TABLE pool_countdown (
    owner_id bigint NOT NULL,
    customers bigint NOT NULL,
    first_on text COLLATE "C" NOT NULL,
    day text COLLATE "C" NOT NULL,
    CONSTRAINT pool_countdown_pkey PRIMARY KEY (owner_id)
);
CREATE TABLE pool_day (
    on_day text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    CONSTRAINT pool_day_pkey PRIMARY KEY (on_day)
);
CREATE TABLE pool_look (
    person_id bigint NOT NULL,
    on_day text COLLATE "C" NOT NULL,
    customer_id bigint NOT NULL,
    CONSTRAINT pool_look_pkey PRIMARY KEY (person_id, on_day, customer_id)
);
CREATE TABLE pool_policy (
    number bigint NOT NULL,
    text text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    effective_from text COLLATE "C" NOT NULL,
    author_id text COLLATE "C" NOT NULL,
    author_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    approver_id text COLLATE "C" NOT NULL,
    approver_name text COLLATE "C" NOT NULL,
    approved_at text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    trial text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT pool_policy_pkey PRIMARY KEY (number)
);
CREATE TABLE priority_frame (
    id bigint NOT NULL,
    frame text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT priority_frame_pkey PRIMARY KEY (id)
);
CREATE TABLE priority_item (
    id bigint NOT NULL,
    title text COLLATE "C" NOT NULL,
    detail text COLLATE "C" NOT NULL,
    problem_ids text COLLATE "C" NOT NULL,
    reach bigint NOT NULL,
    impact bigint NOT NULL,
    confidence bigint NOT NULL,
    effort bigint NOT NULL,
    cost_minor bigint NOT NULL,
    delay_weeks bigint NOT NULL,
    reasons text COLLATE "C" NOT NULL,
    needs text COLLATE "C" NOT NULL,
    must boolean NOT NULL,
    state text COLLATE "C" NOT NULL,
    initiative_id bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT priority_item_pkey PRIMARY KEY (id)
);
CREATE INDEX priority_item_state ON public.priority_item USING btree (state, id);
CREATE TABLE priority_table (
    id bigint NOT NULL,
    settled_on text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT priority_table_pkey PRIMARY KEY (id)
);
CREATE TABLE problem (
    id bigint NOT NULL,
    identity text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    area text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    detail text COLLATE "C" NOT NULL,
    place_level text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    region_id bigint NOT NULL,
    team_id bigint NOT NULL,
    person_id bigint NOT NULL,
    sources bigint NOT NULL,
    ratings text COLLATE "C" NOT NULL,
    score bigint NOT NULL,
    severity text COLLATE "C" NOT NULL,
    severity_place bigint NOT NULL,
    fixed text COLLATE "C" NOT NULL,
    money_minor bigint NOT NULL,
    worth boolean NOT NULL,
    figure text COLLATE "C" NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    owner_id bigint NOT NULL,
    status text COLLATE "C" NOT NULL,
    verdict text COLLATE "C" NOT NULL,
    merged_into bigint NOT NULL,
    first_run_id bigint NOT NULL,
    last_run_id bigint NOT NULL,
    unseen_run_id bigint NOT NULL,
    seen_at text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT problem_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX problem_identity ON public.problem USING btree (identity) WHERE (identity <> ''::text);
CREATE INDEX problem_merged ON public.problem USING btree (merged_into) WHERE (merged_into <> 0);
CREATE INDEX problem_order ON public.problem USING btree (severity_place, score, id);
CREATE INDEX problem_owner ON public.problem USING btree (owner_id, status);
CREATE TABLE problem_event (
    id bigint NOT NULL,
    problem_id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    run_id bigint NOT NULL,
    other_id bigint NOT NULL,
    detail text COLLATE "C" NOT NULL,
    CONSTRAINT problem_event_pkey PRIMARY KEY (id),
    CONSTRAINT problem_event_problem_id_fkey FOREIGN KEY (problem_id) REFERENCES problem(id)
);
CREATE INDEX problem_event_problem ON public.problem_event USING btree (problem_id, id);
CREATE TABLE process_event (
    seq bigint NOT NULL,
    case_id bigint NOT NULL,
    activity text COLLATE "C" NOT NULL,
    occurred_at text COLLATE "C" NOT NULL,
    recorded_at text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    data text COLLATE "C" NOT NULL,
    CONSTRAINT process_event_pkey PRIMARY KEY (seq)
);
CREATE INDEX process_event_case ON public.process_event USING btree (case_id, seq);
CREATE INDEX process_event_handover ON public.process_event USING btree (occurred_at) WHERE (activity = 'handover_done'::text);
CREATE TABLE product (
    id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    category text COLLATE "C" NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT product_pkey PRIMARY KEY (id, valid_from, recorded_in),
    CONSTRAINT product_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE UNIQUE INDEX product_key ON public.product USING btree (key, valid_from) WHERE (superseded_in = '9223372036854775807'::bigint);
CREATE TABLE promotion_proposal (
    id text COLLATE "C" NOT NULL,
    round_id text COLLATE "C" NOT NULL,
    version_id text COLLATE "C" NOT NULL,
    term text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    person_name text COLLATE "C" NOT NULL,
    team_name text COLLATE "C" NOT NULL,
    from_level text COLLATE "C" NOT NULL,
    to_level text COLLATE "C" NOT NULL,
    preferred bigint NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    proposed_by text COLLATE "C" NOT NULL,
    proposed_at text COLLATE "C" NOT NULL,
    decided_by text COLLATE "C" NOT NULL,
    decided_at text COLLATE "C" NOT NULL,
    effective_on text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    CONSTRAINT promotion_proposal_pkey PRIMARY KEY (id),
    CONSTRAINT promotion_proposal_round_id_fkey FOREIGN KEY (round_id) REFERENCES honour_round(id)
);
CREATE UNIQUE INDEX promotion_proposal_open ON public.promotion_proposal USING btree (person_id) WHERE (state = 'proposed'::text);
CREATE INDEX promotion_proposal_round ON public.promotion_proposal USING btree (round_id, person_id);
CREATE TABLE questionnaire (
    id bigint NOT NULL,
    document text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    opened_on text COLLATE "C" NOT NULL,
    closes_on text COLLATE "C" NOT NULL,
    closed_on text COLLATE "C" NOT NULL,
    before_id bigint NOT NULL,
    cells text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT questionnaire_pkey PRIMARY KEY (id)
);
CREATE TABLE questionnaire_box (
    questionnaire_id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    CONSTRAINT questionnaire_box_pkey PRIMARY KEY (questionnaire_id, kind, part),
    CONSTRAINT questionnaire_box_questionnaire_id_fkey FOREIGN KEY (questionnaire_id) REFERENCES questionnaire(id)
);
CREATE TABLE questionnaire_invited (
    questionnaire_id bigint NOT NULL,
    person_id bigint NOT NULL,
    cell text COLLATE "C" NOT NULL,
    layer text COLLATE "C" NOT NULL,
    answered boolean NOT NULL,
    link_hash text COLLATE "C" NOT NULL,
    CONSTRAINT questionnaire_invited_pkey PRIMARY KEY (questionnaire_id, person_id),
    CONSTRAINT questionnaire_invited_questionnaire_id_fkey FOREIGN KEY (questionnaire_id) REFERENCES questionnaire(id)
);
CREATE INDEX questionnaire_invited_link ON public.questionnaire_invited USING btree (link_hash) WHERE (link_hash <> ''::text);
CREATE TABLE questionnaire_settings (
    id bigint NOT NULL,
    settings text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT questionnaire_settings_pkey PRIMARY KEY (id)
);
CREATE TABLE quota (
    person_id bigint NOT NULL,
    month text COLLATE "C" NOT NULL,
    quantity text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT quota_pkey PRIMARY KEY (person_id, month, quantity, recorded_in),
    CONSTRAINT quota_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE INDEX quota_month ON public.quota USING btree (month, person_id);
CREATE INDEX quota_recorded ON public.quota USING btree (recorded_in);
CREATE INDEX quota_superseded ON public.quota USING btree (superseded_in) WHERE (superseded_in < '9223372036854775807'::bigint);
CREATE TABLE quote (
    id bigint NOT NULL,
    root_id bigint NOT NULL,
    version bigint NOT NULL,
    latest boolean NOT NULL,
    opportunity_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    title text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    lines text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    list_minor bigint NOT NULL,
    amount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    discount_ppm bigint NOT NULL,
    limit_ppm bigint NOT NULL,
    beyond boolean NOT NULL,
    valid_until text COLLATE "C" NOT NULL,
    terms text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    sent_on text COLLATE "C" NOT NULL,
    sent_to text COLLATE "C" NOT NULL,
    sent_by text COLLATE "C" NOT NULL,
    ended_on text COLLATE "C" NOT NULL,
    ended_for text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT quote_pkey PRIMARY KEY (id),
    CONSTRAINT quote_opportunity_id_fkey FOREIGN KEY (opportunity_id) REFERENCES opportunity(id)
);
CREATE INDEX quote_amount ON public.quote USING btree (latest, amount_minor, id, currency);
CREATE INDEX quote_customer ON public.quote USING btree (customer_id, id);
CREATE INDEX quote_latest ON public.quote USING btree (latest, id, valid_until);
CREATE INDEX quote_opportunity ON public.quote USING btree (opportunity_id, id);
CREATE INDEX quote_owner ON public.quote USING btree (owner_id, latest, id);
CREATE INDEX quote_state ON public.quote USING btree (latest, state, valid_until, id);
CREATE INDEX quote_state_new ON public.quote USING btree (latest, state, id);
CREATE INDEX quote_valid ON public.quote USING btree (latest, valid_until, id);
CREATE UNIQUE INDEX quote_version ON public.quote USING btree (root_id, version);
CREATE TABLE quote_rules (
    id bigint NOT NULL,
    body text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT quote_rules_pkey PRIMARY KEY (id)
);
CREATE TABLE reassign_decision (
    id bigint NOT NULL,
    run_id bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    with_work boolean NOT NULL,
    reason text COLLATE "C" NOT NULL,
    customers bigint NOT NULL,
    act_id bigint NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT reassign_decision_pkey PRIMARY KEY (id)
);
CREATE INDEX reassign_decision_run ON public.reassign_decision USING btree (run_id, id);
CREATE TABLE reassign_row (
    run_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    place bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    decision_id bigint NOT NULL,
    from_id bigint NOT NULL,
    to_id bigint NOT NULL,
    detail text COLLATE "C" NOT NULL,
    CONSTRAINT reassign_row_pkey PRIMARY KEY (run_id, customer_id)
);
CREATE INDEX reassign_row_place ON public.reassign_row USING btree (run_id, place);
CREATE TABLE reassign_run (
    id bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    ask text COLLATE "C" NOT NULL,
    person_ids text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    finished_at text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    failure text COLLATE "C" NOT NULL,
    input text COLLATE "C" NOT NULL,
    input_hash text COLLATE "C" NOT NULL,
    result text COLLATE "C" NOT NULL,
    result_hash text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT reassign_run_pkey PRIMARY KEY (id)
);
CREATE TABLE recording_month (
    month text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    events bigint NOT NULL,
    within_hour bigint NOT NULL,
    within_day bigint NOT NULL,
    within_three_days bigint NOT NULL,
    later bigint NOT NULL,
    batched bigint NOT NULL,
    CONSTRAINT recording_month_pkey PRIMARY KEY (month, person_id)
);
CREATE TABLE recording_tally (
    month text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    hour text COLLATE "C" NOT NULL,
    events bigint NOT NULL,
    within_hour bigint NOT NULL,
    within_day bigint NOT NULL,
    within_three_days bigint NOT NULL,
    later bigint NOT NULL,
    CONSTRAINT recording_tally_pkey PRIMARY KEY (month, person_id, hour)
);
CREATE TABLE region (
    id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT region_pkey PRIMARY KEY (id, valid_from, recorded_in),
    CONSTRAINT region_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE UNIQUE INDEX region_key ON public.region USING btree (key, valid_from) WHERE (superseded_in = '9223372036854775807'::bigint);
CREATE TABLE report_delivery (
    id bigint NOT NULL,
    report_id bigint NOT NULL,
    version bigint NOT NULL,
    month text COLLATE "C" NOT NULL,
    place_kind text COLLATE "C" NOT NULL,
    place_id bigint NOT NULL,
    place_name text COLLATE "C" NOT NULL,
    region_id bigint NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    letter boolean NOT NULL,
    state text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    code bigint NOT NULL,
    attempts bigint NOT NULL,
    next_at text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    sent_at text COLLATE "C" NOT NULL,
    CONSTRAINT report_delivery_report_id_version_user_id_key UNIQUE (report_id, version, user_id),
    CONSTRAINT report_delivery_pkey PRIMARY KEY (id)
);
CREATE INDEX report_delivery_month ON public.report_delivery USING btree (month, id);
CREATE INDEX report_delivery_next ON public.report_delivery USING btree (next_at, id) WHERE (next_at <> ''::text);
CREATE TABLE retro (
    id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    months text COLLATE "C" NOT NULL,
    plans text COLLATE "C" NOT NULL,
    base text COLLATE "C" NOT NULL,
    paid_in text COLLATE "C" NOT NULL,
    recorded bigint NOT NULL,
    engine_version text COLLATE "C" NOT NULL,
    started_by text COLLATE "C" NOT NULL,
    started_at text COLLATE "C" NOT NULL,
    finished_at text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    done bigint NOT NULL,
    deltas bigint NOT NULL,
    total_minor bigint NOT NULL,
    posted_by text COLLATE "C" NOT NULL,
    posted_at text COLLATE "C" NOT NULL,
    withdrawn_by text COLLATE "C" NOT NULL,
    withdrawn_at text COLLATE "C" NOT NULL,
    failure text COLLATE "C" NOT NULL,
    CONSTRAINT retro_pkey PRIMARY KEY (id)
);
CREATE INDEX retro_paid_in ON public.retro USING btree (paid_in, state);
CREATE TABLE retro_delta (
    retro_id text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    component text COLLATE "C" NOT NULL,
    version_id text COLLATE "C" NOT NULL,
    was_minor bigint NOT NULL,
    now_minor bigint NOT NULL,
    was_carried bigint NOT NULL,
    now_carried bigint NOT NULL,
    causes text COLLATE "C" NOT NULL,
    parts text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT retro_delta_pkey PRIMARY KEY (retro_id, month, person_id, plan_id, component),
    CONSTRAINT retro_delta_retro_id_fkey FOREIGN KEY (retro_id) REFERENCES retro(id)
);
CREATE INDEX retro_delta_origin ON public.retro_delta USING btree (month, person_id);
CREATE TABLE return_visit (
    id bigint NOT NULL,
    rule_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    opportunity_id bigint NOT NULL,
    deal_key text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    due_on text COLLATE "C" NOT NULL,
    attempt bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    score bigint NOT NULL,
    text text COLLATE "C" NOT NULL,
    done_at text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT return_visit_pkey PRIMARY KEY (id)
);
CREATE INDEX return_visit_customer ON public.return_visit USING btree (customer_id, id);
CREATE INDEX return_visit_done ON public.return_visit USING btree (done_at, id) WHERE (done_at <> ''::text);
CREATE INDEX return_visit_due ON public.return_visit USING btree (state, due_on, id);
CREATE UNIQUE INDEX return_visit_once ON public.return_visit USING btree (rule_id, deal_key) WHERE ((rule_id > 0) AND (attempt = 1));
CREATE INDEX return_visit_person ON public.return_visit USING btree (person_id, state, due_on, id);
CREATE TABLE return_visit_rule (
    id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    days bigint NOT NULL,
    tier text COLLATE "C" NOT NULL,
    active boolean NOT NULL,
    since text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT return_visit_rule_pkey PRIMARY KEY (id)
);
CREATE TABLE review (
    id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    unit_kind text COLLATE "C" NOT NULL,
    unit_id bigint NOT NULL,
    unit_name text COLLATE "C" NOT NULL,
    held_on text COLLATE "C" NOT NULL,
    from_on text COLLATE "C" NOT NULL,
    to_on text COLLATE "C" NOT NULL,
    through_on text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    basis text COLLATE "C" NOT NULL,
    total text COLLATE "C" NOT NULL,
    ground text COLLATE "C" NOT NULL,
    carried text COLLATE "C" NOT NULL,
    minutes text COLLATE "C" NOT NULL,
    prepared_at text COLLATE "C" NOT NULL,
    prepared_by text COLLATE "C" NOT NULL,
    finished_at text COLLATE "C" NOT NULL,
    finished_by text COLLATE "C" NOT NULL,
    finished_name text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT review_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX review_once ON public.review USING btree (kind, held_on, unit_kind, unit_id);
CREATE INDEX review_unit ON public.review USING btree (unit_kind, unit_id, held_on);
CREATE TABLE review_action (
    id bigint NOT NULL,
    review_id bigint NOT NULL,
    unit_kind text COLLATE "C" NOT NULL,
    unit_id bigint NOT NULL,
    person_id bigint NOT NULL,
    agreed_on text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    due_on text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    done_on text COLLATE "C" NOT NULL,
    words text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    metric text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT review_action_pkey PRIMARY KEY (id)
);
CREATE INDEX review_action_person ON public.review_action USING btree (person_id, state, due_on);
CREATE INDEX review_action_review ON public.review_action USING btree (review_id, id);
CREATE INDEX review_action_unit ON public.review_action USING btree (unit_kind, unit_id, due_on);
CREATE TABLE review_row (
    review_id bigint NOT NULL,
    person_id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    numbers text COLLATE "C" NOT NULL,
    band text COLLATE "C" NOT NULL,
    band_from bigint NOT NULL,
    words text COLLATE "C" NOT NULL,
    seen_at text COLLATE "C" NOT NULL,
    proposed_minor bigint NOT NULL,
    proposal text COLLATE "C" NOT NULL,
    change_id bigint NOT NULL,
    changed_name text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT review_row_pkey PRIMARY KEY (review_id, person_id)
);
CREATE INDEX review_row_person ON public.review_row USING btree (person_id, review_id);
CREATE TABLE review_settings (
    id bigint NOT NULL,
    settings text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT review_settings_pkey PRIMARY KEY (id)
);
CREATE TABLE reward_grant (
    key text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    component text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    granted_at text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    CONSTRAINT reward_grant_pkey PRIMARY KEY (key)
);
CREATE INDEX reward_grant_month ON public.reward_grant USING btree (month);
CREATE INDEX reward_grant_person ON public.reward_grant USING btree (person_id);
CREATE TABLE reward_grant_step (
    key text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT reward_grant_step_pkey PRIMARY KEY (key, month),
    CONSTRAINT reward_grant_step_key_fkey FOREIGN KEY (key) REFERENCES reward_grant(key)
);
CREATE INDEX reward_grant_step_month ON public.reward_grant_step USING btree (month);
CREATE TABLE risk (
    id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    score bigint NOT NULL,
    owner_id bigint NOT NULL,
    content text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT risk_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX risk_key ON public.risk USING btree (key) WHERE (key <> ''::text);
CREATE TABLE rule_due (
    person_id bigint NOT NULL,
    due text COLLATE "C" NOT NULL,
    case_id bigint NOT NULL,
    rule_id text COLLATE "C" NOT NULL,
    CONSTRAINT rule_due_pkey PRIMARY KEY (person_id, due, case_id, rule_id)
);
CREATE TABLE rule_exemption (
    id text COLLATE "C" NOT NULL,
    case_id bigint NOT NULL,
    rule_id text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    until_on text COLLATE "C" NOT NULL,
    granted_by text COLLATE "C" NOT NULL,
    granted_at text COLLATE "C" NOT NULL,
    ended_by text COLLATE "C" NOT NULL,
    ended_at text COLLATE "C" NOT NULL,
    CONSTRAINT rule_exemption_pkey PRIMARY KEY (id)
);
CREATE INDEX rule_exemption_case ON public.rule_exemption USING btree (case_id, granted_at);
CREATE TABLE rule_origin (
    kind text COLLATE "C" NOT NULL,
    rule_id text COLLATE "C" NOT NULL,
    decision_id bigint NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    CONSTRAINT rule_origin_pkey PRIMARY KEY (kind, rule_id)
);
CREATE INDEX rule_origin_of ON public.rule_origin USING btree (decision_id);
CREATE TABLE run (
    id text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    recorded bigint NOT NULL,
    plans text COLLATE "C" NOT NULL,
    engine_version text COLLATE "C" NOT NULL,
    started_by text COLLATE "C" NOT NULL,
    started_at text COLLATE "C" NOT NULL,
    finished_at text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    statements bigint NOT NULL,
    payees bigint NOT NULL,
    total_minor bigint NOT NULL,
    digest text COLLATE "C" NOT NULL,
    failure text COLLATE "C" NOT NULL,
    salt text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT run_pkey PRIMARY KEY (id)
);
CREATE INDEX run_month ON public.run USING btree (month, started_at);
CREATE TABLE run_addition (
    run_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    version_id text COLLATE "C" NOT NULL,
    component text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    was_minor bigint NOT NULL,
    now_minor bigint NOT NULL,
    causes text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    made_by text COLLATE "C" NOT NULL,
    approved_by text COLLATE "C" NOT NULL,
    parts text COLLATE "C" NOT NULL DEFAULT ''::text,
    was_carried bigint NOT NULL DEFAULT 0,
    now_carried bigint NOT NULL DEFAULT 0,
    CONSTRAINT run_addition_pkey PRIMARY KEY (run_id, "position"),
    CONSTRAINT run_addition_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id)
);
CREATE INDEX run_addition_person ON public.run_addition USING btree (person_id, run_id);
CREATE TABLE run_exception (
    run_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    component text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    before_minor bigint NOT NULL,
    CONSTRAINT run_exception_pkey PRIMARY KEY (run_id, "position"),
    CONSTRAINT run_exception_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id)
);
CREATE TABLE saved_view (
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    list text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    query text COLLATE "C" NOT NULL,
    shared boolean NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT saved_view_pkey PRIMARY KEY (id),
    CONSTRAINT saved_view_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id)
);
CREATE INDEX saved_view_list ON public.saved_view USING btree (list, user_id);
CREATE TABLE seal (
    month text COLLATE "C" NOT NULL,
    run_id text COLLATE "C" NOT NULL,
    run_digest text COLLATE "C" NOT NULL,
    ledger_seq bigint NOT NULL,
    ledger_hash text COLLATE "C" NOT NULL,
    pay_file_digest text COLLATE "C" NOT NULL,
    closed_by text COLLATE "C" NOT NULL,
    approved_by text COLLATE "C" NOT NULL,
    closed_at text COLLATE "C" NOT NULL,
    prev_hash text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    signature text COLLATE "C" NOT NULL,
    CONSTRAINT seal_pkey PRIMARY KEY (month),
    CONSTRAINT seal_month_fkey FOREIGN KEY (month) REFERENCES period(month)
);
CREATE TABLE search_renamed (
    seq bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id bigint NOT NULL,
    CONSTRAINT search_renamed_pkey PRIMARY KEY (seq)
);
CREATE INDEX search_renamed_kind ON public.search_renamed USING btree (kind, seq);
CREATE TABLE search_state (
    kind text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    done_to bigint NOT NULL,
    CONSTRAINT search_state_pkey PRIMARY KEY (kind)
);
CREATE TABLE sequence (
    name text COLLATE "C" NOT NULL,
    next bigint NOT NULL,
    CONSTRAINT sequence_pkey PRIMARY KEY (name)
);
CREATE TABLE service_case (
    id bigint NOT NULL,
    title text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    severity text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    solution text COLLATE "C" NOT NULL,
    customer_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    opportunity_id bigint NOT NULL,
    deal_key text COLLATE "C" NOT NULL,
    product_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    opened_at text COLLATE "C" NOT NULL,
    answer_due text COLLATE "C" NOT NULL,
    answered_at text COLLATE "C" NOT NULL,
    solve_from text COLLATE "C" NOT NULL,
    solve_due text COLLATE "C" NOT NULL,
    waiting_since text COLLATE "C" NOT NULL,
    waited bigint NOT NULL,
    solved_at text COLLATE "C" NOT NULL,
    closed_at text COLLATE "C" NOT NULL,
    reopened bigint NOT NULL,
    told boolean NOT NULL,
    due_at text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    fields text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT service_case_pkey PRIMARY KEY (id)
);
CREATE INDEX service_case_closed ON public.service_case USING btree (closed_at, id) WHERE (closed_at <> ''::text);
CREATE INDEX service_case_customer ON public.service_case USING btree (customer_id, id);
CREATE INDEX service_case_due ON public.service_case USING btree (due_at, id);
CREATE INDEX service_case_opened ON public.service_case USING btree (opened_at, id);
CREATE INDEX service_case_owner ON public.service_case USING btree (owner_id, id);
CREATE INDEX service_case_seller ON public.service_case USING btree (seller_id, id);
CREATE INDEX service_case_state ON public.service_case USING btree (state, due_at, id);
CREATE INDEX service_case_untold ON public.service_case USING btree (due_at) WHERE ((told = false) AND (due_at < '~'::text));
CREATE TABLE service_comment (
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    person_id bigint NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    user_name text COLLATE "C" NOT NULL,
    public boolean NOT NULL,
    text text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    CONSTRAINT service_comment_pkey PRIMARY KEY (id),
    CONSTRAINT service_comment_case_id_fkey FOREIGN KEY (case_id) REFERENCES service_case(id)
);
CREATE INDEX service_comment_case ON public.service_comment USING btree (case_id, id);
CREATE TABLE service_member (
    case_id bigint NOT NULL,
    person_id bigint NOT NULL,
    CONSTRAINT service_member_pkey PRIMARY KEY (case_id, person_id),
    CONSTRAINT service_member_case_id_fkey FOREIGN KEY (case_id) REFERENCES service_case(id)
);
CREATE INDEX service_member_person ON public.service_member USING btree (person_id, case_id);
CREATE TABLE service_owner (
    customer_id bigint NOT NULL,
    person_id bigint NOT NULL,
    since text COLLATE "C" NOT NULL,
    set_by text COLLATE "C" NOT NULL,
    CONSTRAINT service_owner_pkey PRIMARY KEY (customer_id)
);
CREATE INDEX service_owner_person ON public.service_owner USING btree (person_id, customer_id);
CREATE TABLE service_rules (
    id bigint NOT NULL,
    rules text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT service_rules_pkey PRIMARY KEY (id)
);
CREATE TABLE setting (
    name text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    CONSTRAINT setting_pkey PRIMARY KEY (name)
);
CREATE TABLE settlement (
    run_id text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    earned_minor bigint NOT NULL,
    paid_minor bigint NOT NULL,
    opening_digest text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT settlement_pkey PRIMARY KEY (run_id, person_id, plan_id),
    CONSTRAINT settlement_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id)
);
CREATE INDEX settlement_account ON public.settlement USING btree (person_id, plan_id, run_id);
CREATE TABLE shop_item (
    id text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    cost bigint NOT NULL,
    stock bigint NOT NULL,
    offered bigint NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT shop_item_pkey PRIMARY KEY (id),
    CONSTRAINT shop_item_stock_check CHECK ((stock >= 0))
);
CREATE TABLE shop_redemption (
    id text COLLATE "C" NOT NULL,
    item_id text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    cost bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    asked_by text COLLATE "C" NOT NULL,
    asked_at text COLLATE "C" NOT NULL,
    decided_by text COLLATE "C" NOT NULL,
    decided_at text COLLATE "C" NOT NULL,
    delivered_by text COLLATE "C" NOT NULL,
    delivered_at text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    CONSTRAINT shop_redemption_pkey PRIMARY KEY (id),
    CONSTRAINT shop_redemption_item_id_fkey FOREIGN KEY (item_id) REFERENCES shop_item(id)
);
CREATE INDEX shop_redemption_person ON public.shop_redemption USING btree (person_id, asked_at);
CREATE INDEX shop_redemption_state ON public.shop_redemption USING btree (state, asked_at);
CREATE TABLE sign_in_failure (
    subject text COLLATE "C" NOT NULL,
    failures bigint NOT NULL,
    last_at text COLLATE "C" NOT NULL,
    blocked_until text COLLATE "C" NOT NULL,
    CONSTRAINT sign_in_failure_pkey PRIMARY KEY (subject)
);
CREATE TABLE sign_on_provider (
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    settings text COLLATE "C" NOT NULL,
    secret text COLLATE "C" NOT NULL,
    active boolean NOT NULL,
    exclusive boolean NOT NULL,
    spare_id text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT sign_on_provider_pkey PRIMARY KEY (key)
);
CREATE TABLE sign_on_used (
    state text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL,
    CONSTRAINT sign_on_used_pkey PRIMARY KEY (state)
);
CREATE TABLE simulation (
    id text COLLATE "C" NOT NULL,
    request text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    finished_at text COLLATE "C" NOT NULL DEFAULT ''::text,
    recorded bigint NOT NULL,
    failure text COLLATE "C" NOT NULL DEFAULT ''::text,
    digest text COLLATE "C" NOT NULL DEFAULT ''::text,
    result bytea,
    lines bytea,
    CONSTRAINT simulation_pkey PRIMARY KEY (id)
);
CREATE INDEX simulation_created ON public.simulation USING btree (created_at, id);
CREATE TABLE skill (
    id bigint NOT NULL,
    place bigint NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    required text COLLATE "C" NOT NULL,
    active boolean NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT skill_pkey PRIMARY KEY (id)
);
CREATE TABLE skill_mark (
    id bigint NOT NULL,
    skill_id bigint NOT NULL,
    person_id bigint NOT NULL,
    level bigint NOT NULL,
    marked_on text COLLATE "C" NOT NULL,
    words text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT skill_mark_pkey PRIMARY KEY (id),
    CONSTRAINT skill_mark_skill_id_fkey FOREIGN KEY (skill_id) REFERENCES skill(id)
);
CREATE INDEX skill_mark_person ON public.skill_mark USING btree (person_id, skill_id, id);
CREATE TABLE standard_version (
    id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    effective_on text COLLATE "C" NOT NULL,
    author_id text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    submitted_at text COLLATE "C" NOT NULL,
    approver_id text COLLATE "C" NOT NULL,
    approved_at text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    decision text COLLATE "C" NOT NULL,
    CONSTRAINT standard_version_number_key UNIQUE (number),
    CONSTRAINT standard_version_pkey PRIMARY KEY (id)
);
CREATE TABLE statement (
    run_id text COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    plan_id text COLLATE "C" NOT NULL,
    version_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    level text COLLATE "C" NOT NULL,
    team_id bigint NOT NULL,
    total_minor bigint NOT NULL,
    digest text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT statement_pkey PRIMARY KEY (run_id, person_id, plan_id),
    CONSTRAINT statement_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id)
);
CREATE INDEX statement_person ON public.statement USING btree (person_id, run_id);
CREATE TABLE sum_mark (
    kind text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    mark bigint NOT NULL,
    CONSTRAINT sum_mark_pkey PRIMARY KEY (kind, month)
);
CREATE TABLE survey (
    id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    anonymous boolean NOT NULL,
    valid_days bigint NOT NULL,
    low_until bigint NOT NULL,
    opens_case boolean NOT NULL,
    active boolean NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    sent_after text COLLATE "C" NOT NULL DEFAULT ''::text,
    sent_after_days bigint NOT NULL DEFAULT 0,
    quiet_days bigint NOT NULL DEFAULT 90,
    remind_after_days bigint NOT NULL DEFAULT 0,
    sent_since text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT survey_pkey PRIMARY KEY (id)
);
CREATE TABLE survey_answer (
    id text COLLATE "C" NOT NULL,
    survey_id bigint NOT NULL,
    answered_on text COLLATE "C" NOT NULL,
    score bigint NOT NULL,
    comment text COLLATE "C" NOT NULL,
    lang text COLLATE "C" NOT NULL,
    customer_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    case_id bigint NOT NULL,
    opportunity_id bigint NOT NULL,
    deal_key text COLLATE "C" NOT NULL,
    product_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    team_id bigint NOT NULL,
    raised_id bigint NOT NULL,
    CONSTRAINT survey_answer_pkey PRIMARY KEY (id),
    CONSTRAINT survey_answer_survey_id_fkey FOREIGN KEY (survey_id) REFERENCES survey(id)
);
CREATE INDEX survey_answer_customer ON public.survey_answer USING btree (customer_id);
CREATE INDEX survey_answer_day ON public.survey_answer USING btree (survey_id, answered_on, id);
CREATE TABLE survey_invitation (
    id bigint NOT NULL,
    survey_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    case_id bigint NOT NULL,
    opportunity_id bigint NOT NULL,
    deal_key text COLLATE "C" NOT NULL,
    product_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    team_id bigint NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL,
    answered boolean NOT NULL,
    opened_at text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT survey_invitation_token_hash_key UNIQUE (token_hash),
    CONSTRAINT survey_invitation_pkey PRIMARY KEY (id),
    CONSTRAINT survey_invitation_survey_id_fkey FOREIGN KEY (survey_id) REFERENCES survey(id)
);
CREATE INDEX survey_invitation_contact ON public.survey_invitation USING btree (contact_id, created_at) WHERE (contact_id <> 0);
CREATE INDEX survey_invitation_customer ON public.survey_invitation USING btree (customer_id);
CREATE INDEX survey_invitation_deal ON public.survey_invitation USING btree (survey_id, deal_key);
CREATE INDEX survey_invitation_made ON public.survey_invitation USING btree (survey_id, created_at);
CREATE TABLE survey_mailing (
    id bigint NOT NULL,
    survey_id bigint NOT NULL,
    cause text COLLATE "C" NOT NULL,
    customer_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    case_id bigint NOT NULL,
    opportunity_id bigint NOT NULL,
    deal_key text COLLATE "C" NOT NULL,
    product_id bigint NOT NULL,
    seller_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    team_id bigint NOT NULL,
    person_id bigint NOT NULL,
    invitation_id bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    code bigint NOT NULL,
    attempts bigint NOT NULL,
    next_at text COLLATE "C" NOT NULL,
    sent_at text COLLATE "C" NOT NULL,
    remind_at text COLLATE "C" NOT NULL,
    reminded_at text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    CONSTRAINT survey_mailing_survey_id_cause_key UNIQUE (survey_id, cause),
    CONSTRAINT survey_mailing_pkey PRIMARY KEY (id),
    CONSTRAINT survey_mailing_survey_id_fkey FOREIGN KEY (survey_id) REFERENCES survey(id)
);
CREATE INDEX survey_mailing_contact ON public.survey_mailing USING btree (contact_id, state) WHERE (contact_id <> 0);
CREATE INDEX survey_mailing_customer ON public.survey_mailing USING btree (customer_id);
CREATE INDEX survey_mailing_hand ON public.survey_mailing USING btree (person_id, id) WHERE (state = 'by_hand'::text);
CREATE INDEX survey_mailing_invitation ON public.survey_mailing USING btree (invitation_id) WHERE (invitation_id <> 0);
CREATE INDEX survey_mailing_next ON public.survey_mailing USING btree (next_at, id) WHERE (next_at <> ''::text);
CREATE INDEX survey_mailing_remind ON public.survey_mailing USING btree (remind_at, id) WHERE (remind_at <> ''::text);
CREATE INDEX survey_mailing_state ON public.survey_mailing USING btree (survey_id, state, id);
CREATE TABLE target_acceptance (
    plan_id bigint NOT NULL,
    person_id bigint NOT NULL,
    hash text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    user_name text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    CONSTRAINT target_acceptance_pkey PRIMARY KEY (plan_id, person_id, hash)
);
CREATE TABLE target_change (
    id bigint NOT NULL,
    plan_id bigint NOT NULL,
    person_id bigint NOT NULL,
    other_id bigint NOT NULL,
    from_month text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    before_minor bigint NOT NULL,
    after_minor bigint NOT NULL,
    months text COLLATE "C" NOT NULL,
    other_months text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT target_change_pkey PRIMARY KEY (id)
);
CREATE INDEX target_change_plan ON public.target_change USING btree (plan_id, id);
CREATE TABLE target_fairness (
    until_month text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    input text COLLATE "C" NOT NULL,
    CONSTRAINT target_fairness_pkey PRIMARY KEY (until_month)
);
CREATE TABLE target_input (
    plan_id bigint NOT NULL,
    input text COLLATE "C" NOT NULL,
    CONSTRAINT target_input_pkey PRIMARY KEY (plan_id)
);
CREATE TABLE target_objection (
    id bigint NOT NULL,
    plan_id bigint NOT NULL,
    person_id bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    target_minor bigint NOT NULL,
    wanted_minor bigint NOT NULL,
    reason text COLLATE "C" NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    answer text COLLATE "C" NOT NULL,
    answered_name text COLLATE "C" NOT NULL,
    answered_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT target_objection_pkey PRIMARY KEY (id)
);
CREATE INDEX target_objection_plan ON public.target_objection USING btree (plan_id, person_id, id);
CREATE TABLE target_own (
    plan_id bigint NOT NULL,
    person_id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    note text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    CONSTRAINT target_own_pkey PRIMARY KEY (plan_id, person_id)
);
CREATE TABLE target_plan (
    id bigint NOT NULL,
    fiscal_year bigint NOT NULL,
    first_month text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    rules text COLLATE "C" NOT NULL,
    from_month text COLLATE "C" NOT NULL,
    summary text COLLATE "C" NOT NULL,
    input_hash text COLLATE "C" NOT NULL,
    result_hash text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    failure text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    published_by text COLLATE "C" NOT NULL,
    published_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT target_plan_fiscal_year_number_key UNIQUE (fiscal_year, number),
    CONSTRAINT target_plan_pkey PRIMARY KEY (id)
);
CREATE TABLE target_row (
    plan_id bigint NOT NULL,
    unit text COLLATE "C" NOT NULL,
    parent text COLLATE "C" NOT NULL,
    depth bigint NOT NULL,
    place bigint NOT NULL,
    person_id bigint NOT NULL,
    people bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    amount_minor bigint NOT NULL,
    months text COLLATE "C" NOT NULL,
    detail text COLLATE "C" NOT NULL,
    CONSTRAINT target_row_pkey PRIMARY KEY (plan_id, unit)
);
CREATE INDEX target_row_parent ON public.target_row USING btree (plan_id, parent, place);
CREATE INDEX target_row_place ON public.target_row USING btree (plan_id, place);
CREATE TABLE task (
    id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    opportunity_id bigint NOT NULL,
    person_id bigint NOT NULL,
    due_on text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    ended_at text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    customer_id bigint NOT NULL DEFAULT 0,
    CONSTRAINT task_pkey PRIMARY KEY (id)
);
CREATE INDEX task_customer ON public.task USING btree (customer_id, state) WHERE (customer_id <> 0);
CREATE INDEX task_opportunity ON public.task USING btree (opportunity_id, state);
CREATE INDEX task_person ON public.task USING btree (person_id, state, due_on, id);
CREATE TABLE team (
    id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    region_id bigint NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT team_pkey PRIMARY KEY (id, valid_from, recorded_in),
    CONSTRAINT team_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE UNIQUE INDEX team_key ON public.team USING btree (key, valid_from) WHERE (superseded_in = '9223372036854775807'::bigint);
CREATE TABLE team_leader (
    team_id bigint NOT NULL,
    person_id bigint NOT NULL,
    valid_from text COLLATE "C" NOT NULL,
    valid_to text COLLATE "C" NOT NULL,
    recorded_in bigint NOT NULL,
    superseded_in bigint NOT NULL,
    CONSTRAINT team_leader_pkey PRIMARY KEY (team_id, valid_from, recorded_in),
    CONSTRAINT team_leader_recorded_in_fkey FOREIGN KEY (recorded_in) REFERENCES batch(id)
);
CREATE INDEX team_leader_person ON public.team_leader USING btree (person_id);
CREATE TABLE tier_change (
    seq bigint NOT NULL,
    customer_id bigint NOT NULL,
    at text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    from_tier text COLLATE "C" NOT NULL,
    to_tier text COLLATE "C" NOT NULL,
    review_id bigint NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    actor_name text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    CONSTRAINT tier_change_pkey PRIMARY KEY (seq)
);
CREATE INDEX tier_change_customer ON public.tier_change USING btree (customer_id, seq);
CREATE TABLE tier_policy (
    id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    name_zh text COLLATE "C" NOT NULL,
    name_en text COLLATE "C" NOT NULL,
    effective_from text COLLATE "C" NOT NULL,
    author_id text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    approver_id text COLLATE "C" NOT NULL,
    approved_at text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    trial_job text COLLATE "C" NOT NULL,
    trial text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT tier_policy_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX tier_policy_number ON public.tier_policy USING btree (number);
CREATE TABLE tier_proposal (
    id bigint NOT NULL,
    customer_id bigint NOT NULL,
    review_id bigint NOT NULL,
    from_tier text COLLATE "C" NOT NULL,
    to_tier text COLLATE "C" NOT NULL,
    owner_id bigint NOT NULL,
    score bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    decided_by text COLLATE "C" NOT NULL,
    decided_at text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT tier_proposal_pkey PRIMARY KEY (id)
);
CREATE INDEX tier_proposal_state ON public.tier_proposal USING btree (state, id);
CREATE INDEX tier_proposal_unasked ON public.tier_proposal USING btree (id) WHERE ((state = 'waiting'::text) AND (request_id = ''::text));
CREATE UNIQUE INDEX tier_proposal_waiting ON public.tier_proposal USING btree (customer_id) WHERE (state = 'waiting'::text);
CREATE TABLE tier_review (
    id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    as_of text COLLATE "C" NOT NULL,
    policy_id text COLLATE "C" NOT NULL,
    policy_hash text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    finished_at text COLLATE "C" NOT NULL,
    failure text COLLATE "C" NOT NULL,
    summary text COLLATE "C" NOT NULL,
    CONSTRAINT tier_review_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX tier_review_month ON public.tier_review USING btree (month) WHERE (kind = 'review'::text);
CREATE TABLE tier_standing (
    customer_id bigint NOT NULL,
    tier text COLLATE "C" NOT NULL,
    due text COLLATE "C" NOT NULL,
    ground text COLLATE "C" NOT NULL,
    score bigint NOT NULL,
    judged boolean NOT NULL,
    potential bigint NOT NULL,
    relation text COLLATE "C" NOT NULL,
    warnings text COLLATE "C" NOT NULL,
    standing text COLLATE "C" NOT NULL,
    pending bigint NOT NULL,
    before_tier text COLLATE "C" NOT NULL,
    before_pending bigint NOT NULL,
    review_id bigint NOT NULL,
    decided_in bigint NOT NULL,
    proposal text COLLATE "C" NOT NULL,
    as_of text COLLATE "C" NOT NULL,
    policy_hash text COLLATE "C" NOT NULL,
    margin_minor bigint NOT NULL,
    spend_minor bigint NOT NULL,
    orders bigint NOT NULL,
    first_order text COLLATE "C" NOT NULL,
    last_order text COLLATE "C" NOT NULL,
    interval_days bigint NOT NULL,
    contract_end text COLLATE "C" NOT NULL,
    lift_minor bigint NOT NULL,
    recency bigint NOT NULL,
    frequency bigint NOT NULL,
    monetary bigint NOT NULL,
    rfm text COLLATE "C" NOT NULL,
    alive bigint NOT NULL,
    expected bigint NOT NULL,
    expected_minor bigint NOT NULL,
    complete bigint NOT NULL,
    owner_id bigint NOT NULL,
    owner_level text COLLATE "C" NOT NULL,
    last_contact text COLLATE "C" NOT NULL,
    contact_due text COLLATE "C" NOT NULL,
    override_tier text COLLATE "C" NOT NULL,
    override_from text COLLATE "C" NOT NULL,
    override_until text COLLATE "C" NOT NULL,
    override_for text COLLATE "C" NOT NULL,
    override_by text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT tier_standing_pkey PRIMARY KEY (customer_id)
);
CREATE INDEX tier_standing_due ON public.tier_standing USING btree (contact_due, customer_id);
CREATE INDEX tier_standing_override ON public.tier_standing USING btree (score, customer_id) WHERE (override_tier <> ''::text);
CREATE INDEX tier_standing_owner ON public.tier_standing USING btree (owner_id, contact_due, customer_id);
CREATE INDEX tier_standing_owner_score ON public.tier_standing USING btree (owner_id, score, customer_id);
CREATE INDEX tier_standing_relation ON public.tier_standing USING btree (relation, score, customer_id);
CREATE INDEX tier_standing_rfm ON public.tier_standing USING btree (rfm, score, customer_id);
CREATE INDEX tier_standing_score ON public.tier_standing USING btree (score, customer_id);
CREATE INDEX tier_standing_tier ON public.tier_standing USING btree (tier, score, customer_id);
CREATE TABLE training (
    id bigint NOT NULL,
    person_id bigint NOT NULL,
    held_on text COLLATE "C" NOT NULL,
    tenths bigint NOT NULL,
    topic text COLLATE "C" NOT NULL,
    by_id text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    removed_at text COLLATE "C" NOT NULL,
    removed_by text COLLATE "C" NOT NULL,
    CONSTRAINT training_pkey PRIMARY KEY (id)
);
CREATE INDEX training_day ON public.training USING btree (held_on, id);
CREATE INDEX training_person ON public.training USING btree (person_id, held_on);
CREATE TABLE user_grant (
    user_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    role text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL,
    region_id bigint NOT NULL,
    CONSTRAINT user_grant_pkey PRIMARY KEY (user_id, role, scope, region_id),
    CONSTRAINT user_grant_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id)
);
CREATE TABLE user_identity (
    provider text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    how text COLLATE "C" NOT NULL,
    linked_at text COLLATE "C" NOT NULL,
    used_at text COLLATE "C" NOT NULL,
    CONSTRAINT user_identity_provider_user_id_key UNIQUE (provider, user_id),
    CONSTRAINT user_identity_pkey PRIMARY KEY (provider, subject),
    CONSTRAINT user_identity_provider_fkey FOREIGN KEY (provider) REFERENCES sign_on_provider(key),
    CONSTRAINT user_identity_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id)
);
CREATE INDEX user_identity_of ON public.user_identity USING btree (user_id);
CREATE TABLE user_session (
    token_hash text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    second_factor boolean NOT NULL,
    client text COLLATE "C" NOT NULL,
    agent text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    seen_at text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT user_session_id_key UNIQUE (id),
    CONSTRAINT user_session_pkey PRIMARY KEY (token_hash),
    CONSTRAINT user_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user(id)
);
CREATE INDEX user_session_user ON public.user_session USING btree (user_id);
CREATE TABLE voice_document (
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    changed_by text COLLATE "C" NOT NULL,
    changed_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT voice_document_pkey PRIMARY KEY (kind, key)
);
CREATE TABLE webhook (
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    kinds text COLLATE "C" NOT NULL,
    active boolean NOT NULL,
    generation bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    created_at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    format text COLLATE "C" NOT NULL DEFAULT 'plain'::text,
    lang text COLLATE "C" NOT NULL DEFAULT 'zh-CN'::text,
    bot_secret text COLLATE "C" NOT NULL DEFAULT ''::text,
    failures bigint NOT NULL DEFAULT 0,
    next_at text COLLATE "C" NOT NULL DEFAULT ''::text,
    CONSTRAINT webhook_pkey PRIMARY KEY (id)
);
CREATE TABLE work_change (
    subject text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    at text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C" NOT NULL,
    actor_name text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    before text COLLATE "C" NOT NULL,
    after text COLLATE "C" NOT NULL,
    CONSTRAINT work_change_pkey PRIMARY KEY (subject, revision)
);
CREATE TABLE work_import (
    import_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    record_id bigint NOT NULL,
    revision bigint NOT NULL,
    before text COLLATE "C" NOT NULL,
    CONSTRAINT work_import_pkey PRIMARY KEY (import_id, kind, record_id)
);
CREATE TABLE work_key (
    kind text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    record_id bigint NOT NULL,
    CONSTRAINT work_key_pkey PRIMARY KEY (kind, key)
);
CREATE INDEX work_key_record ON public.work_key USING btree (kind, record_id);
CREATE TABLE work_year (
    year bigint NOT NULL,
    complete boolean NOT NULL,
    days text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    by_name text COLLATE "C" NOT NULL,
    at text COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT work_year_pkey PRIMARY KEY (year)
);
