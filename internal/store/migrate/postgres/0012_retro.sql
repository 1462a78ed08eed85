-- +goose Up
-- Closed months recomputed as of now, and the differences that this makes.
CREATE TABLE retro (
    id TEXT COLLATE "C" PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL,
    months TEXT COLLATE "C" NOT NULL,
    plans TEXT COLLATE "C" NOT NULL,
    base TEXT COLLATE "C" NOT NULL,
    paid_in TEXT COLLATE "C" NOT NULL,
    recorded BIGINT NOT NULL,
    engine_version TEXT COLLATE "C" NOT NULL,
    started_by TEXT COLLATE "C" NOT NULL,
    started_at TEXT COLLATE "C" NOT NULL,
    finished_at TEXT COLLATE "C" NOT NULL,
    job_id TEXT COLLATE "C" NOT NULL,
    done BIGINT NOT NULL,
    deltas BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    posted_by TEXT COLLATE "C" NOT NULL,
    posted_at TEXT COLLATE "C" NOT NULL,
    withdrawn_by TEXT COLLATE "C" NOT NULL,
    withdrawn_at TEXT COLLATE "C" NOT NULL,
    failure TEXT COLLATE "C" NOT NULL
);
CREATE INDEX retro_paid_in ON retro (paid_in, state);

CREATE TABLE retro_delta (
    retro_id TEXT COLLATE "C" NOT NULL REFERENCES retro (id),
    month TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    component TEXT COLLATE "C" NOT NULL,
    version_id TEXT COLLATE "C" NOT NULL,
    was_minor BIGINT NOT NULL,
    now_minor BIGINT NOT NULL,
    was_carried BIGINT NOT NULL,
    now_carried BIGINT NOT NULL,
    causes TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (retro_id, month, person_id, plan_id, component)
);
CREATE INDEX retro_delta_origin ON retro_delta (month, person_id);

-- Manual lines: asked for by one person, approved by another.
CREATE TABLE adjustment (
    id TEXT COLLATE "C" PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    version_id TEXT COLLATE "C" NOT NULL,
    component TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    evidence TEXT COLLATE "C" NOT NULL,
    paid_in TEXT COLLATE "C" NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    made_at TEXT COLLATE "C" NOT NULL,
    decided_by TEXT COLLATE "C" NOT NULL,
    decided_at TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL
);
CREATE INDEX adjustment_paid_in ON adjustment (paid_in, state);
CREATE INDEX adjustment_made ON adjustment (made_at, id);

-- What a run took up from outside its month, as it was then.
CREATE TABLE run_addition (
    run_id TEXT COLLATE "C" NOT NULL REFERENCES run (id),
    position BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    person_id BIGINT NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    version_id TEXT COLLATE "C" NOT NULL,
    component TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    was_minor BIGINT NOT NULL,
    now_minor BIGINT NOT NULL,
    causes TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    evidence TEXT COLLATE "C" NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    approved_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (run_id, position)
);
CREATE INDEX run_addition_person ON run_addition (person_id, run_id);
