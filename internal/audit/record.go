package audit

import "encoding/json"

// Record builds the entry of a write. before and after are what is kept of the record's state, marshalled to JSON; nil is nothing.
// They must not hold secrets. Time, number and hashes are given when the entry is appended.
func Record(actorID, actorName, client, action, subject string, before, after any) Entry {
	return Entry{ActorID: actorID, ActorName: actorName, Client: client, Action: action, Subject: subject,
		Before: state(before), After: state(after)}
}

// state marshals what is kept of a record. Maps are written in key order, so equal states have equal bytes.
func state(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		// Only values that JSON cannot hold come here, such as functions: a mistake in the code, shown in the log itself.
		text, _ = json.Marshal(map[string]string{"unrecorded": err.Error()})
	}
	return text
}
