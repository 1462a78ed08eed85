// Package standard makes the sales process standard live: its versions with their approval, the judgements of cases by it, what it asks
// before an opportunity moves, exemptions, rates, and the handbook that people confirm to have read.
//
// What the document says is package sop's, how a case is judged package conform's; what happened is in package process. A case that is
// closed is judged by the version in force on the day it closed, any other by the one in force today. Until a company approves a version of
// its own the standard that ships is in force, with every rule at the level log. Limits: one standard for the whole company.
package standard

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/sop"
)

// State is where a version stands.
type State string

// A draft may be edited by its author; a submitted version waits for somebody else; an approved one is in force from its day until the next
// one's; a retired one never was or no longer is.
const (
	StateDraft     State = "draft"
	StateSubmitted State = "submitted"
	StateApproved  State = "approved"
	StateRetired   State = "retired"
)

// States lists the states in the order in which they are shown.
var States = []State{StateDraft, StateSubmitted, StateApproved, StateRetired}

// Version is one text of the standard.
type Version struct {
	ID          string // UUID; ShippedID for the one that ships
	Number      int    // 1, 2, 3 …; 0 for the one that ships
	State       State
	Text        string // as written
	Hash        string // of the canonical bytes
	Name        sop.Text
	EffectiveOn calendar.Date // first day in force
	AuthorID    string
	CreatedAt   time.Time
	SubmittedAt time.Time
	ApproverID  string
	ApprovedAt  time.Time
	Note        string
	Decision    string // why it was sent back or retired
}

// Tag tells states of a version apart. Who acts on what they have seen says so with the tag.
func (v Version) Tag() string {
	digest := sha256.Sum256([]byte(strings.Join([]string{v.ID, string(v.State), v.Hash, v.EffectiveOn.String(), v.ApproverID, v.Note, v.Decision, v.Text}, "\x00")))
	return hex.EncodeToString(digest[:16])
}

// Subject names a version in messages and the audit log.
func (v Version) Subject() string { return "standard_version:" + v.ID }

// ShippedID is the id of the standard that ships.
const ShippedID = "shipped"

// shipped is the standard that ships, in force from ever with every rule at the level log: it counts and never hinders.
var shipped = sync.OnceValue(func() Version {
	text := string(sop.DefaultText())
	for _, level := range []sop.Level{sop.LevelWarn, sop.LevelReason, sop.LevelBlock} {
		text = strings.ReplaceAll(text, "level: "+string(level), "level: "+string(sop.LevelLog))
	}
	s, err := sop.Decode("default.yaml", []byte(text))
	if err != nil {
		panic(err) // tested
	}
	return Version{ID: ShippedID, State: StateApproved, Text: text, Hash: s.Hash(), Name: s.Name, EffectiveOn: firstDay}
})

// firstDay is before everything that happens.
var firstDay = calendar.NewDate(1990, 1, 1)

// Shipped returns the standard that ships.
func Shipped() Version { return shipped() }

// withShipped adds the one that ships behind the versions of the company.
func withShipped(versions []Version) []Version { return append(versions, shipped()) }

// inForce returns the version in force on a day: of the approved ones that have begun, the one that began last; of two of one day the later
// number. There always is one.
func inForce(versions []Version, day calendar.Date) Version {
	found := shipped()
	for _, v := range versions {
		if v.State != StateApproved || v.EffectiveOn > day || v.ID == ShippedID {
			continue
		}
		if found.ID == ShippedID || v.EffectiveOn > found.EffectiveOn || v.EffectiveOn == found.EffectiveOn && v.Number > found.Number {
			found = v
		}
	}
	return found
}

// schedule lists the versions that were, are or will be in force, each with its first day, the earliest first.
func schedule(versions []Version) (list []Version) {
	approved := slices.DeleteFunc(slices.Clone(versions), func(v Version) bool { return v.State != StateApproved || v.ID == ShippedID })
	slices.SortFunc(approved, func(a, b Version) int {
		if a.EffectiveOn != b.EffectiveOn {
			return int(a.EffectiveOn - b.EffectiveOn)
		}
		return a.Number - b.Number
	})
	list = []Version{shipped()}
	for _, v := range approved {
		if v.EffectiveOn == list[len(list)-1].EffectiveOn {
			list = list[:len(list)-1]
		}
		list = append(list, v)
	}
	return list
}

// Weights are the weights of the rules of the version that is in force on a day, by rule.
func Weights(versions []Version, on calendar.Date) (map[string]int64, error) {
	list := schedule(versions)
	inForce := list[0]
	for _, v := range list {
		if v.EffectiveOn <= on {
			inForce = v
		}
	}
	document, err := sop.Decode("", []byte(inForce.Text))
	if err != nil {
		return nil, err
	}
	weights := map[string]int64{}
	for _, rule := range document.Rules {
		weights[rule.ID] = int64(rule.Weight)
	}
	return weights, nil
}
