-- +goose Up
-- Who else may prove who somebody is.
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

-- Whose identities at providers open which account.
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

-- Sign-ons that came back, so that none comes back twice.
CREATE TABLE sign_on_used (
    state TEXT PRIMARY KEY, -- digest
    expires_at TEXT NOT NULL
);

ALTER TABLE user_session ADD COLUMN provider TEXT NOT NULL DEFAULT '';
