-- +goose Up
-- Questionnaires of the staff.
CREATE TABLE questionnaire (
    id BIGINT PRIMARY KEY,
    document TEXT NOT NULL, -- JSON
    audience TEXT NOT NULL, -- JSON
    state TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    closes_on TEXT NOT NULL,
    closed_on TEXT NOT NULL,
    before_id BIGINT NOT NULL, -- the round before, 0 for none
    cells TEXT NOT NULL, -- JSON: the groups, fixed at opening
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);

-- Who was asked, and whether they have answered: neither what nor when.
CREATE TABLE questionnaire_invited (
    questionnaire_id BIGINT NOT NULL REFERENCES questionnaire (id),
    person_id BIGINT NOT NULL,
    cell TEXT NOT NULL,
    layer TEXT NOT NULL,
    answered BOOLEAN NOT NULL,
    link_hash TEXT NOT NULL,
    PRIMARY KEY (questionnaire_id, person_id)
);
CREATE INDEX questionnaire_invited_link ON questionnaire_invited (link_hash) WHERE link_hash <> '';

-- What was answered, by group and without an order: one row for a group, written anew with each sheet.
CREATE TABLE questionnaire_box (
    questionnaire_id BIGINT NOT NULL REFERENCES questionnaire (id),
    kind TEXT NOT NULL,
    part TEXT NOT NULL,
    content TEXT NOT NULL, -- JSON
    PRIMARY KEY (questionnaire_id, kind, part)
);

-- Guides and the code book of interviews, and checklists, where the company has its own.
CREATE TABLE voice_document (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    document TEXT NOT NULL, -- JSON
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE TABLE interview (
    id BIGINT PRIMARY KEY,
    role TEXT NOT NULL,
    person_id BIGINT NOT NULL, -- 0 where the interviewee wants no name
    person_name TEXT NOT NULL,
    held_on TEXT NOT NULL,
    notes TEXT NOT NULL,
    interviewer_id TEXT NOT NULL,
    interviewer_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX interview_held ON interview (held_on, id);

-- Passages of notes that were coded.
CREATE TABLE interview_passage (
    id BIGINT PRIMARY KEY,
    interview_id BIGINT NOT NULL REFERENCES interview (id),
    quoted TEXT NOT NULL,
    themes TEXT NOT NULL, -- JSON
    problem_id BIGINT NOT NULL, -- the problem that was made of it, 0 for none
    created_at TEXT NOT NULL
);
CREATE INDEX interview_passage_of ON interview_passage (interview_id, id);

CREATE TABLE checklist (
    id BIGINT PRIMARY KEY,
    list TEXT NOT NULL,
    document TEXT NOT NULL, -- JSON: the questions as they were when it was begun
    answers TEXT NOT NULL, -- JSON
    held_on TEXT NOT NULL,
    state TEXT NOT NULL,
    created_by_id TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision BIGINT NOT NULL
);
INSERT INTO sequence (name, next) VALUES ('questionnaire', 1), ('interview', 1), ('interview_passage', 1), ('checklist', 1);
