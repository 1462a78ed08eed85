-- +goose Up
CREATE TABLE app_user (
    id TEXT COLLATE "C" PRIMARY KEY,
    login TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    must_change BOOLEAN NOT NULL,
    totp_secret TEXT COLLATE "C" NOT NULL,
    totp_last BIGINT NOT NULL,
    recovery_codes TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    theme TEXT COLLATE "C" NOT NULL,
    updown TEXT COLLATE "C" NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    last_sign_in_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX app_user_person ON app_user (person_id);

CREATE TABLE user_grant (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    position BIGINT NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    region_id BIGINT NOT NULL,
    PRIMARY KEY (user_id, role, scope, region_id)
);

-- token_hash is the SHA-256 of the cookie's token: a copy of this table signs nobody in.
CREATE TABLE user_session (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    second_factor BOOLEAN NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    agent TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    seen_at TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX user_session_user ON user_session (user_id);

CREATE TABLE api_key (
    id TEXT COLLATE "C" PRIMARY KEY,
    key_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    prefix TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    read_only BOOLEAN NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL,
    last_used_at TEXT COLLATE "C" NOT NULL,
    revoked_at TEXT COLLATE "C" NOT NULL
);

-- Failed sign-ins by login and by client address, for throttling.
CREATE TABLE sign_in_failure (
    subject TEXT COLLATE "C" PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at TEXT COLLATE "C" NOT NULL,
    blocked_until TEXT COLLATE "C" NOT NULL
);

CREATE TABLE audit_entry (
    seq BIGINT PRIMARY KEY,
    at TEXT COLLATE "C" NOT NULL,
    actor_id TEXT COLLATE "C" NOT NULL,
    actor_name TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    before_state TEXT COLLATE "C" NOT NULL,
    after_state TEXT COLLATE "C" NOT NULL,
    prev_hash TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_subject ON audit_entry (subject, seq);
CREATE INDEX audit_actor ON audit_entry (actor_id, seq);

-- Answers to requests with an idempotency key, so that a repeated one is answered and not done again.
CREATE TABLE idempotency (
    user_id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    request_hash TEXT COLLATE "C" NOT NULL,
    status BIGINT NOT NULL,
    response TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE TABLE saved_view (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    list TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    query TEXT COLLATE "C" NOT NULL,
    shared BOOLEAN NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX saved_view_list ON saved_view (list, user_id);
