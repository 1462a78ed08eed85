package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// Seal is what froze a month, as it stands in a bundle. ClosedAt is UTC with microseconds. Signature is Ed25519 over Hash, base64.
type Seal struct {
	Month         string `json:"month"`
	RunID         string `json:"run_id"`
	RunDigest     string `json:"run_digest"`
	LedgerSeq     int64  `json:"ledger_seq"`
	LedgerHash    string `json:"ledger_hash"`
	PayFileDigest string `json:"pay_file_digest"`
	ClosedBy      string `json:"closed_by"`
	ApprovedBy    string `json:"approved_by"`
	ClosedAt      string `json:"closed_at"`
	PrevHash      string `json:"prev_hash"`
	Hash          string `json:"hash"`
	Signature     string `json:"signature"`
}

// ComputeHash returns the hex SHA-256 over the seal's fields in fixed order, each as length, colon, bytes: Month, RunID, RunDigest,
// LedgerSeq, LedgerHash, PayFileDigest, ClosedBy, ApprovedBy, ClosedAt, PrevHash. The order is part of the format.
func (s Seal) ComputeHash() string {
	return digestOf(written(nil, s.Month, s.RunID, s.RunDigest, strconv.FormatInt(s.LedgerSeq, 10), s.LedgerHash, s.PayFileDigest, s.ClosedBy, s.ApprovedBy,
		s.ClosedAt, s.PrevHash))
}

// written appends fields as they are hashed, each as its length in bytes, a colon and its text, so that no two lists are written alike.
func written(text []byte, fields ...string) []byte {
	for _, field := range fields {
		text = append(append(strconv.AppendInt(text, int64(len(field)), 10), ':'), field...)
	}
	return text
}

// Sealing says where the statement lies under the seal of its month: its row, the way from the row to the run's digest, and all seals up
// to that of the month, in the order in which they were made.
type Sealing struct {
	Row   Row    `json:"row"`
	Way   Way    `json:"way"`
	Seals []Seal `json:"seals"`
}

// Row is what a run's digest holds of a statement. Salt is known to the installation and to whom it hands the proof: without it the hash
// of a row could be told from guesses of what is in it.
type Row struct {
	Salt       string `json:"salt"` // hex
	PersonID   int64  `json:"person_id"`
	PlanID     string `json:"plan_id"`
	VersionID  string `json:"version_id"`
	Level      string `json:"level"`
	TeamID     int64  `json:"team_id"`
	TotalMinor int64  `json:"total_minor"`
	Digest     string `json:"digest"` // SHA-256 of the statement, hex
}

// Fields are the row's values as a Tree takes them.
func (r Row) Fields() []string {
	return []string{r.Salt, strconv.FormatInt(r.PersonID, 10), r.PlanID, r.VersionID, r.Level, strconv.FormatInt(r.TeamID, 10), strconv.FormatInt(r.TotalMinor, 10), r.Digest}
}

// Way leads from a leaf to the root of a tree, from below. It tells about how many leaves there are, and nothing else of them.
type Way []Step

// Step is the hash that stands beside the path, and on which side.
type Step struct {
	Side Side   `json:"side"`
	Hash string `json:"hash"` // hex
}

// Side is left or right.
type Side string

// The sides.
const (
	SideLeft  Side = "left"
	SideRight Side = "right"
)

// Tree is a hash tree over the rows of a run: its root is the run's digest, and a way to the root shows that one row is under it without
// showing any other. A leaf is the SHA-256 of a zero byte and the fields as a seal's are written; a node that of a one byte and its two
// children; the last of an odd number goes up as it is.
type Tree struct{ leaves [][32]byte }

// Add adds a row.
func (t *Tree) Add(fields ...string) { t.leaves = append(t.leaves, leafHash(fields)) }

func leafHash(fields []string) [32]byte { return sha256.Sum256(written([]byte{0}, fields...)) }

func nodeHash(left, right [32]byte) [32]byte {
	text := append([]byte{1}, left[:]...)
	return sha256.Sum256(append(text, right[:]...))
}

// above is the next level of the tree.
func above(level [][32]byte) [][32]byte {
	next := make([][32]byte, 0, (len(level)+1)/2)
	for i := 0; i+1 < len(level); i += 2 {
		next = append(next, nodeHash(level[i], level[i+1]))
	}
	if len(level)%2 == 1 {
		next = append(next, level[len(level)-1])
	}
	return next
}

// Root returns the root in hex; that of no rows is the SHA-256 of nothing.
func (t *Tree) Root() string {
	if len(t.leaves) == 0 {
		return digestOf(nil)
	}
	level := t.leaves
	for len(level) > 1 {
		level = above(level)
	}
	return hex.EncodeToString(level[0][:])
}

// Way returns the way of a row, by its place.
func (t *Tree) Way(leaf int) Way {
	way, at := Way{}, leaf
	for level := t.leaves; len(level) > 1; level = above(level) {
		side := SideRight
		if at%2 == 1 {
			side = SideLeft
		}
		if other := at ^ 1; other < len(level) {
			way = append(way, Step{side, hex.EncodeToString(level[other][:])})
		}
		at /= 2
	}
	return way
}

// Root returns where the way leads from a row, in hex; empty when it is none.
func (w Way) Root(fields ...string) string {
	hash := leafHash(fields)
	for _, step := range w {
		text, err := hex.DecodeString(step.Hash)
		if err != nil || len(text) != sha256.Size {
			return ""
		}
		switch step.Side {
		case SideLeft:
			hash = nodeHash([32]byte(text), hash)
		case SideRight:
			hash = nodeHash(hash, [32]byte(text))
		default:
			return ""
		}
	}
	return hex.EncodeToString(hash[:])
}
