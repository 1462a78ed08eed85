-- +goose Up
-- Where the world finds the installation: links in letters and messages begin with it.
ALTER TABLE company ADD COLUMN public_url TEXT NOT NULL DEFAULT '';

-- In which language a contact is written to, and since when they want no messages, by whose word.
ALTER TABLE contact ADD COLUMN lang TEXT NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN silent_at TEXT NOT NULL DEFAULT '';
ALTER TABLE contact ADD COLUMN silent_by TEXT NOT NULL DEFAULT '';

-- The server through which letters go out.
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

-- When a survey is sent by itself.
ALTER TABLE survey ADD COLUMN sent_after TEXT NOT NULL DEFAULT '';
ALTER TABLE survey ADD COLUMN sent_after_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey ADD COLUMN quiet_days BIGINT NOT NULL DEFAULT 90;
ALTER TABLE survey ADD COLUMN remind_after_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE survey ADD COLUMN sent_since TEXT NOT NULL DEFAULT '';
ALTER TABLE survey_invitation ADD COLUMN opened_at TEXT NOT NULL DEFAULT '';
CREATE INDEX survey_invitation_contact ON survey_invitation (contact_id, created_at) WHERE contact_id <> 0;

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
CREATE INDEX survey_mailing_next ON survey_mailing (next_at, id) WHERE next_at <> '';
CREATE INDEX survey_mailing_remind ON survey_mailing (remind_at, id) WHERE remind_at <> '';
CREATE INDEX survey_mailing_state ON survey_mailing (survey_id, state, id);
CREATE INDEX survey_mailing_hand ON survey_mailing (person_id, id) WHERE state = 'by_hand';
CREATE INDEX survey_mailing_customer ON survey_mailing (customer_id);
CREATE INDEX survey_mailing_contact ON survey_mailing (contact_id, state) WHERE contact_id <> 0;
CREATE INDEX survey_mailing_invitation ON survey_mailing (invitation_id) WHERE invitation_id <> 0;
CREATE INDEX service_case_closed ON service_case (closed_at, id) WHERE closed_at <> '';
CREATE INDEX return_visit_done ON return_visit (done_at, id) WHERE done_at <> '';
INSERT INTO sequence (name, next) VALUES ('survey_mailing', 1);

-- Where a content lies: here, or in the object storage under its key; and keys that nobody needs any more.
ALTER TABLE attachment_content ADD COLUMN object_key TEXT NOT NULL DEFAULT '';
CREATE INDEX attachment_content_object ON attachment_content (object_key, digest);
CREATE TABLE attachment_leftover (
    object_key TEXT PRIMARY KEY,
    since TEXT NOT NULL
);
CREATE INDEX attachment_leftover_since ON attachment_leftover (since, object_key);
