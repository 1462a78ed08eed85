-- +goose Up
-- Meetings of teams and regions with the numbers that were prepared for them.
CREATE TABLE review (
    id BIGINT PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    unit_kind TEXT COLLATE "C" NOT NULL,
    unit_id BIGINT NOT NULL,
    unit_name TEXT COLLATE "C" NOT NULL,
    held_on TEXT COLLATE "C" NOT NULL,
    from_on TEXT COLLATE "C" NOT NULL,
    to_on TEXT COLLATE "C" NOT NULL, -- the first day behind the span
    through_on TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    basis TEXT COLLATE "C" NOT NULL,
    total TEXT COLLATE "C" NOT NULL, -- JSON
    ground TEXT COLLATE "C" NOT NULL, -- JSON
    carried TEXT COLLATE "C" NOT NULL, -- JSON
    minutes TEXT COLLATE "C" NOT NULL,
    prepared_at TEXT COLLATE "C" NOT NULL,
    prepared_by TEXT COLLATE "C" NOT NULL,
    finished_at TEXT COLLATE "C" NOT NULL,
    finished_by TEXT COLLATE "C" NOT NULL,
    finished_name TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX review_once ON review (kind, held_on, unit_kind, unit_id);
CREATE INDEX review_unit ON review (unit_kind, unit_id, held_on);

CREATE TABLE review_row (
    review_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    numbers TEXT COLLATE "C" NOT NULL, -- JSON
    band TEXT COLLATE "C" NOT NULL,
    band_from BIGINT NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    seen_at TEXT COLLATE "C" NOT NULL,
    proposed_minor BIGINT NOT NULL,
    proposal TEXT COLLATE "C" NOT NULL,
    change_id BIGINT NOT NULL,
    changed_name TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (review_id, person_id)
);
CREATE INDEX review_row_person ON review_row (person_id, review_id);

-- What was agreed in meetings.
CREATE TABLE review_action (
    id BIGINT PRIMARY KEY,
    review_id BIGINT NOT NULL,
    unit_kind TEXT COLLATE "C" NOT NULL,
    unit_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    agreed_on TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    due_on TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    done_on TEXT COLLATE "C" NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX review_action_review ON review_action (review_id, id);
CREATE INDEX review_action_unit ON review_action (unit_kind, unit_id, due_on);
CREATE INDEX review_action_person ON review_action (person_id, state, due_on);

-- How the company holds its meetings: one row, or none.
CREATE TABLE review_settings (
    id BIGINT PRIMARY KEY,
    settings TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL
);

-- What was decided, on what evidence, and what came of it.
CREATE TABLE decision (
    id BIGINT PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    decided_on TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL, -- who decided; 0 for who is no person of the company
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    review_id BIGINT NOT NULL, -- 0: none
    evidence TEXT COLLATE "C" NOT NULL, -- JSON
    evidence_count BIGINT NOT NULL,
    expected TEXT COLLATE "C" NOT NULL,
    due_on TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    outcome_values TEXT COLLATE "C" NOT NULL, -- JSON
    closed_at TEXT COLLATE "C" NOT NULL,
    closed_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX decision_day ON decision (decided_on, id);
CREATE INDEX decision_due ON decision (state, due_on, id);
CREATE INDEX decision_person ON decision (person_id, decided_on, id);
INSERT INTO sequence (name, next) VALUES ('review', 1), ('review_action', 1), ('decision', 1);
