-- +goose Up
-- What assessors said of criteria of maturity; the latest of each counts.
CREATE TABLE maturity_statement (
    id BIGINT PRIMARY KEY,
    criterion TEXT COLLATE "C" NOT NULL,
    holds BOOLEAN NOT NULL,
    evidence TEXT COLLATE "C" NOT NULL,
    said_on TEXT COLLATE "C" NOT NULL,
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX maturity_statement_criterion ON maturity_statement (criterion, id);

-- Weights and bounds that the company set, version by version; none: those that ship.
CREATE TABLE maturity_model (
    version BIGINT PRIMARY KEY,
    model TEXT COLLATE "C" NOT NULL, -- JSON
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);

-- Assessments with everything that they rest on.
CREATE TABLE maturity_assessment (
    id BIGINT PRIMARY KEY,
    assessed_on TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    model TEXT COLLATE "C" NOT NULL, -- JSON
    result TEXT COLLATE "C" NOT NULL, -- JSON
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX maturity_assessment_day ON maturity_assessment (assessed_on, id);

-- What people of the sales organisation should be able to do.
CREATE TABLE skill (
    id BIGINT PRIMARY KEY,
    place BIGINT NOT NULL,
    name_zh TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    required TEXT COLLATE "C" NOT NULL, -- JSON: level of the skill by layer
    active BOOLEAN NOT NULL,
    revision BIGINT NOT NULL
);
INSERT INTO skill (id, place, name_zh, name_en, required, active, revision) VALUES
    (1, 1, '客户开发与拜访', 'Prospecting and visits', '{"newcomer":2,"regular":3,"core":4,"manager":4}', TRUE, 1),
    (2, 2, '需求挖掘与提问', 'Finding needs', '{"newcomer":2,"regular":3,"core":4,"manager":4}', TRUE, 1),
    (3, 3, '产品与方案讲解', 'Product and proposal', '{"newcomer":2,"regular":3,"core":4,"manager":3}', TRUE, 1),
    (4, 4, '谈判与签约', 'Negotiation and closing', '{"newcomer":1,"regular":3,"core":4,"manager":5}', TRUE, 1),
    (5, 5, '回款与风险控制', 'Collection and risk', '{"newcomer":1,"regular":3,"core":4,"manager":4}', TRUE, 1),
    (6, 6, '大客户经营', 'Key accounts', '{"regular":2,"core":4,"manager":4}', TRUE, 1),
    (7, 7, '流程与系统使用', 'Process and system', '{"newcomer":3,"regular":3,"core":3,"manager":4}', TRUE, 1),
    (8, 8, '行业与竞品知识', 'Industry and rivals', '{"newcomer":1,"regular":2,"core":4,"manager":4}', TRUE, 1),
    (9, 9, '带教与团队管理', 'Coaching and leading', '{"core":3,"manager":4}', TRUE, 1),
    (10, 10, '数据分析与复盘', 'Reading numbers', '{"regular":2,"core":3,"manager":4}', TRUE, 1);

-- How well people can do it; the latest of each person and skill counts.
CREATE TABLE skill_mark (
    id BIGINT PRIMARY KEY,
    skill_id BIGINT NOT NULL REFERENCES skill (id),
    person_id BIGINT NOT NULL,
    level BIGINT NOT NULL,
    marked_on TEXT COLLATE "C" NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
CREATE INDEX skill_mark_person ON skill_mark (person_id, skill_id, id);

-- Hours of training of people; what was entered wrongly is taken back, and stays.
CREATE TABLE training (
    id BIGINT PRIMARY KEY,
    person_id BIGINT NOT NULL,
    held_on TEXT COLLATE "C" NOT NULL,
    tenths BIGINT NOT NULL, -- of hours
    topic TEXT COLLATE "C" NOT NULL,
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    removed_at TEXT COLLATE "C" NOT NULL,
    removed_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX training_person ON training (person_id, held_on);
CREATE INDEX training_day ON training (held_on, id);

-- Measures that could be taken, with what each would reach, bring and take.
CREATE TABLE priority_item (
    id BIGINT PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    problem_ids TEXT COLLATE "C" NOT NULL, -- JSON
    reach BIGINT NOT NULL,
    impact BIGINT NOT NULL, -- hundredths
    confidence BIGINT NOT NULL, -- percent
    effort BIGINT NOT NULL, -- tenths of person-days
    cost_minor BIGINT NOT NULL,
    delay_weeks BIGINT NOT NULL,
    reasons TEXT COLLATE "C" NOT NULL, -- JSON
    needs TEXT COLLATE "C" NOT NULL, -- JSON: ids of items
    must BOOLEAN NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    initiative_id BIGINT NOT NULL, -- 0: none
    created_by TEXT COLLATE "C" NOT NULL,
    created_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL
);
CREATE INDEX priority_item_state ON priority_item (state, id);

-- What there is to spend: one row, or none.
CREATE TABLE priority_frame (
    id BIGINT PRIMARY KEY,
    frame TEXT COLLATE "C" NOT NULL, -- JSON
    revision BIGINT NOT NULL
);

-- Tables as they were settled.
CREATE TABLE priority_table (
    id BIGINT PRIMARY KEY,
    settled_on TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    content TEXT COLLATE "C" NOT NULL, -- JSON
    by_id TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL
);
INSERT INTO sequence (name, next) VALUES ('maturity_statement', 1), ('maturity_assessment', 1), ('skill', 11), ('skill_mark', 1), ('training', 1), ('priority_item', 1), ('priority_table', 1);
