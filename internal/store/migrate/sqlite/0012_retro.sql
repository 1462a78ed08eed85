-- +goose Up
-- Closed months recomputed as of now, and the differences that this makes.
CREATE TABLE retro (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    months TEXT NOT NULL,
    plans TEXT NOT NULL,
    base TEXT NOT NULL,
    paid_in TEXT NOT NULL,
    recorded BIGINT NOT NULL,
    engine_version TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    job_id TEXT NOT NULL,
    done BIGINT NOT NULL,
    deltas BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    posted_by TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    withdrawn_by TEXT NOT NULL,
    withdrawn_at TEXT NOT NULL,
    failure TEXT NOT NULL
);
CREATE INDEX retro_paid_in ON retro (paid_in, state);

CREATE TABLE retro_delta (
    retro_id TEXT NOT NULL REFERENCES retro (id),
    month TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    component TEXT NOT NULL,
    version_id TEXT NOT NULL,
    was_minor BIGINT NOT NULL,
    now_minor BIGINT NOT NULL,
    was_carried BIGINT NOT NULL,
    now_carried BIGINT NOT NULL,
    causes TEXT NOT NULL,
    PRIMARY KEY (retro_id, month, person_id, plan_id, component)
);
CREATE INDEX retro_delta_origin ON retro_delta (month, person_id);

-- Manual lines: asked for by one person, approved by another.
CREATE TABLE adjustment (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    component TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    paid_in TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX adjustment_paid_in ON adjustment (paid_in, state);
CREATE INDEX adjustment_made ON adjustment (made_at, id);

-- What a run took up from outside its month, as it was then.
CREATE TABLE run_addition (
    run_id TEXT NOT NULL REFERENCES run (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    component TEXT NOT NULL,
    origin TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    was_minor BIGINT NOT NULL,
    now_minor BIGINT NOT NULL,
    causes TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    made_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    PRIMARY KEY (run_id, position)
);
CREATE INDEX run_addition_person ON run_addition (person_id, run_id);
