-- +goose Up
-- What people are told inside the product. A kind about a subject reaches a person once for each value of once.
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
CREATE INDEX notice_user ON notice (user_id, id);
CREATE INDEX notice_unread ON notice (user_id, read_at);
CREATE INDEX notice_subject ON notice (subject, kind);
CREATE INDEX notice_read ON notice (read_at);

CREATE TABLE notice_setting (
    user_id TEXT PRIMARY KEY REFERENCES app_user (id),
    muted TEXT NOT NULL, -- kinds, parted by blanks
    digest TEXT NOT NULL
);

-- The job that made the reminders of a day.
CREATE TABLE notice_day (
    day TEXT PRIMARY KEY,
    job_id TEXT NOT NULL
);

-- The devices from which a user has signed in, by digest.
CREATE TABLE known_device (
    user_id TEXT NOT NULL REFERENCES app_user (id),
    device TEXT NOT NULL,
    first_at TEXT NOT NULL,
    PRIMARY KEY (user_id, device)
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
);

-- What goes out. The announcements that waited for bots move here.
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
CREATE INDEX delivery_due ON delivery (channel, state, next_at, id);
CREATE INDEX delivery_ended ON delivery (ended_at);
INSERT INTO delivery (id, channel, webhook_id, kind, subject, payload, state, attempts, failure, next_at, created_at, ended_at)
SELECT id, 'bots', '', kind, subject, payload, 'queued', 0, '', created_at, created_at, '' FROM announcement;
DROP TABLE announcement;
