-- +goose Up
-- Surveys may be sent after a hand-over to service: few of the events are one, and only those are in this index.
CREATE INDEX process_event_handover ON process_event (occurred_at) WHERE activity = 'handover_done';
