// Package audit is the hash-chained log of every write: who did what to which record, when, with the state before and after.
//
// Entries are appended in the writer's transaction and never changed. Each carries the hash of the one before, so that a byte changed
// by hand, an entry removed or one slipped in is found by Verify, which names the first broken entry. The log proves order and
// content, not that the clock was right.
package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"
)

// Entry is one audited write. Before and After are canonical JSON of the record or its changed fields, empty when there is none;
// they never hold secrets.
type Entry struct {
	Seq       int64     // 1, 2, 3 … without a gap; given by the store
	At        time.Time // UTC, microseconds
	ActorID   string
	ActorName string
	Client    string
	Action    string // domain.verb, such as "period.close"
	Subject   string // kind:id, such as "period:2026-09"
	Before    json.RawMessage
	After     json.RawMessage
	PrevHash  string // hex; empty for the first
	Hash      string // hex
}

// TimeLayout is how At enters the hash.
const TimeLayout = "2006-01-02T15:04:05.000000Z"

// ComputeHash returns the hex SHA-256 over the entry's fields in this fixed order, each written as its length, a colon and its
// bytes: Seq, At, ActorID, ActorName, Client, Action, Subject, Before, After, PrevHash. The order is part of the format: changing it
// breaks every chain.
func (e Entry) ComputeHash() string {
	h := sha256.New()
	for _, field := range []string{
		strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(TimeLayout), e.ActorID, e.ActorName, e.Client, e.Action, e.Subject,
		string(e.Before), string(e.After), e.PrevHash,
	} {
		h.Write([]byte(strconv.Itoa(len(field))))
		h.Write([]byte{':'})
		h.Write([]byte(field))
	}
	return hex.EncodeToString(h.Sum(nil))
}
