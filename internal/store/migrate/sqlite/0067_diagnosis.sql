-- +goose Up
-- Runs of the diagnosis with what they found: never changed once they are ready.
CREATE TABLE diagnosis_run (
    id BIGINT PRIMARY KEY,
    state TEXT NOT NULL,
    origin TEXT NOT NULL, -- own: the installation's records; sheets: files that were handed in
    as_of TEXT NOT NULL, -- empty before the sheets were read
    note TEXT NOT NULL,
    found BIGINT NOT NULL,
    tests BIGINT NOT NULL,
    digest TEXT NOT NULL, -- of what was looked at
    created_by TEXT NOT NULL,
    created_name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    job_id TEXT NOT NULL,
    failure TEXT NOT NULL, -- JSON, empty for none
    outcome TEXT NOT NULL, -- JSON: sheets, findings, what is missing, what was looked for
    revision BIGINT NOT NULL
);

-- Files that were handed in and are not read yet.
CREATE TABLE diagnosis_file (
    run_id BIGINT NOT NULL REFERENCES diagnosis_run (id),
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (run_id, number)
);
INSERT INTO sequence (name, next) VALUES ('diagnosis_run', 1);
