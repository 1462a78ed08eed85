-- +goose Up
-- What people are told inside the product. A kind about a subject reaches a person once for each value of once.
CREATE TABLE notice (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    once TEXT COLLATE "C" NOT NULL,
    params TEXT COLLATE "C" NOT NULL, -- JSON
    todo BOOLEAN NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    read_at TEXT COLLATE "C" NOT NULL,
    done_at TEXT COLLATE "C" NOT NULL,
    UNIQUE (user_id, kind, subject, once)
);
CREATE INDEX notice_user ON notice (user_id, id);
CREATE INDEX notice_unread ON notice (user_id, read_at);
CREATE INDEX notice_subject ON notice (subject, kind);
CREATE INDEX notice_read ON notice (read_at);

CREATE TABLE notice_setting (
    user_id TEXT COLLATE "C" PRIMARY KEY REFERENCES app_user (id),
    muted TEXT COLLATE "C" NOT NULL, -- kinds, parted by blanks
    digest TEXT COLLATE "C" NOT NULL
);

-- The job that made the reminders of a day.
CREATE TABLE notice_day (
    day TEXT COLLATE "C" PRIMARY KEY,
    job_id TEXT COLLATE "C" NOT NULL
);

-- The devices from which a user has signed in, by digest.
CREATE TABLE known_device (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES app_user (id),
    device TEXT COLLATE "C" NOT NULL,
    first_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, device)
);

CREATE TABLE webhook (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    kinds TEXT COLLATE "C" NOT NULL, -- parted by blanks
    active BOOLEAN NOT NULL,
    generation BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);

-- What goes out. The announcements that waited for bots move here.
CREATE TABLE delivery (
    id TEXT COLLATE "C" PRIMARY KEY,
    channel TEXT COLLATE "C" NOT NULL,
    webhook_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    failure TEXT COLLATE "C" NOT NULL,
    next_at TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX delivery_due ON delivery (channel, state, next_at, id);
CREATE INDEX delivery_ended ON delivery (ended_at);
INSERT INTO delivery (id, channel, webhook_id, kind, subject, payload, state, attempts, failure, next_at, created_at, ended_at)
SELECT id, 'bots', '', kind, subject, payload, 'queued', 0, '', created_at, created_at, '' FROM announcement;
DROP TABLE announcement;
