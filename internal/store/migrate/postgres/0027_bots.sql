-- +goose Up
-- A connection may be a bot of a group chat: format says whose, lang in which language it speaks, bot_secret (sealed) what its requests are signed with. What goes to one connection
-- keeps its order and waits together: failures counts failed attempts in a row, next_at is when the connection may be tried again; empty: now.
ALTER TABLE webhook ADD COLUMN format TEXT COLLATE "C" NOT NULL DEFAULT 'plain';
ALTER TABLE webhook ADD COLUMN lang TEXT COLLATE "C" NOT NULL DEFAULT 'zh-CN';
ALTER TABLE webhook ADD COLUMN bot_secret TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE webhook ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook ADD COLUMN next_at TEXT COLLATE "C" NOT NULL DEFAULT '';
DROP INDEX delivery_due;
CREATE INDEX delivery_hook ON delivery (webhook_id, state, id);
CREATE INDEX delivery_queue ON delivery (channel, state, created_at);

-- A failure is a class and a number. Texts of before may name what lies in the network.
UPDATE delivery SET failure = CASE WHEN failure LIKE 'answered %' THEN 'status ' || SUBSTR(failure, 10) WHEN failure = 'the connection is off' THEN 'off' ELSE 'unreachable' END WHERE failure <> '';

-- Who had signed in before devices were remembered has some that are not known. They are not called new for two weeks.
ALTER TABLE app_user ADD COLUMN devices_watched_from TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE app_user SET devices_watched_from = TO_CHAR((NOW() + INTERVAL '14 days') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || '.000000Z'
WHERE last_sign_in_at <> '' AND NOT EXISTS (SELECT 1 FROM known_device d WHERE d.user_id = app_user.id);

CREATE INDEX notice_created ON notice (created_at);
