-- +goose Up
-- Who else may prove who somebody is.
CREATE TABLE sign_on_provider (
    key TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    settings TEXT COLLATE "C" NOT NULL, -- JSON
    secret TEXT COLLATE "C" NOT NULL, -- sealed
    active BOOLEAN NOT NULL,
    exclusive BOOLEAN NOT NULL, -- whoever is linked comes in by it alone
    spare_id TEXT COLLATE "C" NOT NULL, -- but for this user
    revision BIGINT NOT NULL
);

-- Whose identities at providers open which account.
CREATE TABLE user_identity (
    provider TEXT COLLATE "C" NOT NULL REFERENCES sign_on_provider (key),
    subject TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    name TEXT COLLATE "C" NOT NULL, -- as the provider calls them
    how TEXT COLLATE "C" NOT NULL,
    linked_at TEXT COLLATE "C" NOT NULL,
    used_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (provider, subject),
    UNIQUE (provider, user_id)
);
CREATE INDEX user_identity_of ON user_identity (user_id);

-- Sign-ons that came back, so that none comes back twice.
CREATE TABLE sign_on_used (
    state TEXT COLLATE "C" PRIMARY KEY, -- digest
    expires_at TEXT COLLATE "C" NOT NULL
);

ALTER TABLE user_session ADD COLUMN provider TEXT COLLATE "C" NOT NULL DEFAULT '';
