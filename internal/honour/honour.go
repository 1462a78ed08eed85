// Package honour gives titles by rule: it computes who won an honour for a term with the evidence, takes the round through approval and
// announcement, proposes promotions, ranks people fairly, and keeps points and what they buy.
//
// Computation is exact and deterministic: package engine finds the values of a rule's measures, this package the order of people. An
// announced award never changes; a revocation is a record of its own. Limits: one currency; awards are for persons, not for teams.
package honour

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
	"xiaoguan/internal/plan"
)

// Kind says what a round is about.
type Kind string

// A round finds winners, or people to be promoted.
const (
	KindHonour    Kind = "honour"
	KindPromotion Kind = "promotion"
)

// State is where a round stands.
type State string

// A proposed round awaits a second person; an announced one never changes; a discarded one was computed anew or given up. Rounds of
// promotion stay proposed: each of their proposals is decided by itself.
const (
	StateProposed  State = "proposed"
	StateApproved  State = "approved"
	StateAnnounced State = "announced"
	StateDiscarded State = "discarded"
)

// Round is one computation of a rule for a term. Evidence is the JSON of type Evidence as it was computed, Digest its SHA-256 in hex.
type Round struct {
	ID          string
	Kind        Kind
	DocumentID  string
	VersionID   string
	Name        plan.Text
	Term        Term
	State       State
	Evidence    []byte
	Digest      string
	ComputedBy  string
	ComputedAt  time.Time
	ApprovedBy  string
	ApprovedAt  time.Time
	AnnouncedBy string
	AnnouncedAt time.Time
	Note        string
}

// Evidence is everything that a round was decided by. Its JSON is kept as it is, so the order of fields is a format.
type Evidence struct {
	Form      int            `json:"form"`
	Document  string         `json:"document"`
	Version   string         `json:"version"`
	RuleHash  string         `json:"rule_hash"`
	Crediting string         `json:"crediting_hash"`
	Engine    string         `json:"engine"`
	Term      string         `json:"term"`
	Recorded  fact.BatchID   `json:"recorded"` // the facts are those recorded up to this batch
	Currency  money.Currency `json:"currency"`
	Groups    []Group        `json:"groups"`
}

// Group is one ranking: of the company, a region, a team, a level, or of those who stand on one level and may rise.
type Group struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	To    string `json:"to,omitempty"` // of promotions: the next level
	Lines []Line `json:"lines"`        // winners first, then by place, then those without a place by key
}

// Line is one person in a ranking. Who did not win has a Reason.
type Line struct {
	PersonID   int64        `json:"person_id"`
	Key        string       `json:"key"`
	Name       string       `json:"name"`
	Team       string       `json:"team,omitempty"`
	Level      string       `json:"level"`
	Place      int          `json:"place"` // 0: not ranked
	Won        bool         `json:"won"`
	Preferred  bool         `json:"preferred,omitempty"` // of promotions: has preference by an honour
	Reason     errs.Message `json:"reason,omitzero"`
	Values     []Value      `json:"values"` // of the ranking: what ranks first, then what breaks ties
	Conditions []Condition  `json:"conditions"`
	Measures   []Value      `json:"measures"`
}

// Value is what a measure came to: exact, as engine.MeasureValue has it.
type Value struct {
	ID    string    `json:"id"`
	Name  plan.Text `json:"name"`
	Kind  string    `json:"kind"`
	Exact string    `json:"exact"`
}

// Condition is one minimum with what was found, as engine.ConditionResult has it.
type Condition struct {
	Measure    string    `json:"measure"`
	Name       plan.Text `json:"name"`
	Kind       string    `json:"kind"`
	Comparison string    `json:"comparison"`
	Wanted     string    `json:"wanted"`
	Found      string    `json:"found"`
	Missing    string    `json:"missing,omitempty"`
	Met        bool      `json:"met"`
}

// Award is a title that was given. It is written once.
type Award struct {
	ID             string
	RoundID        string
	Number         string // printed on the certificate
	DocumentID     string
	VersionID      string
	Name           plan.Text
	Term           Term
	GroupName      string
	PersonID       int64
	PersonName     string
	TeamName       string
	Level          string
	Place          int64
	Measure        plan.Text
	Kind           string
	Value          string // exact
	CashMinor      int64
	Currency       money.Currency
	Points         int64
	PriorityUntil  calendar.Date // first day without preference in promotion; NoDate: none
	EvidenceDigest string
	Digest         string
	AnnouncedAt    time.Time
	Revocation     *Revocation // nil while the award stands
}

// Revocation takes an award back. It is a record of its own.
type Revocation struct {
	AwardID   string
	Reason    string
	RevokedBy string
	RevokedAt time.Time
}

// ComputeDigest returns the hex SHA-256 over the award's fields in fixed order, each as length, colon, bytes: what a printed certificate is
// compared with. The order is part of the format.
func (a Award) ComputeDigest() string {
	h := sha256.New()
	for _, field := range []string{
		a.Number, a.DocumentID, a.VersionID, a.Name.Zh, a.Name.En, a.Term.String(), a.GroupName, strconv.FormatInt(a.PersonID, 10), a.PersonName, a.TeamName, a.Level,
		strconv.FormatInt(a.Place, 10), a.Kind, a.Value, strconv.FormatInt(a.CashMinor, 10), string(a.Currency), strconv.FormatInt(a.Points, 10),
		a.PriorityUntil.String(), a.EvidenceDigest, a.AnnouncedAt.UTC().Format("2006-01-02T15:04:05.000000Z"),
	} {
		h.Write([]byte(strconv.Itoa(len(field)) + ":" + field))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Announcement is something that waits for the company's bots in the queue of package notice. Payload is JSON.
type Announcement struct {
	ID        string
	Kind      string
	Subject   string // kind:id
	Payload   []byte
	CreatedAt time.Time
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
