-- +goose Up
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
);
CREATE INDEX app_user_person ON app_user (person_id);

CREATE TABLE user_grant (
    user_id TEXT NOT NULL REFERENCES app_user (id),
    position BIGINT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    region_id BIGINT NOT NULL,
    PRIMARY KEY (user_id, role, scope, region_id)
);

-- token_hash is the SHA-256 of the cookie's token: a copy of this table signs nobody in.
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
);
CREATE INDEX user_session_user ON user_session (user_id);

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

-- Failed sign-ins by login and by client address, for throttling.
CREATE TABLE sign_in_failure (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at TEXT NOT NULL,
    blocked_until TEXT NOT NULL
);

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
CREATE INDEX audit_subject ON audit_entry (subject, seq);
CREATE INDEX audit_actor ON audit_entry (actor_id, seq);

-- Answers to requests with an idempotency key, so that a repeated one is answered and not done again.
CREATE TABLE idempotency (
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    response TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (user_id, key)
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
