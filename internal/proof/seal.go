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
	h := sha256.New()
	for _, field := range []string{
		s.Month, s.RunID, s.RunDigest, strconv.FormatInt(s.LedgerSeq, 10), s.LedgerHash, s.PayFileDigest, s.ClosedBy, s.ApprovedBy, s.ClosedAt, s.PrevHash,
	} {
		h.Write([]byte(strconv.Itoa(len(field)) + ":" + field))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Sealing says where the statement lies under the seal of its month: its row, the way from the row to the run's digest, and all seals up
// to that of the month, in the order in which they were made.
type Sealing struct {
	Row   Row    `json:"row"`
	Way   Way    `json:"way"`
	Seals []Seal `json:"seals"`
}

// Row is what a run's digest holds of a statement.
type Row struct {
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
	return []string{strconv.FormatInt(r.PersonID, 10), r.PlanID, r.VersionID, r.Level, strconv.FormatInt(r.TeamID, 10), strconv.FormatInt(r.TotalMinor, 10), r.Digest}
}

// Way leads from a leaf to the root of a tree: the hashes beside the path, from below, in hex.
type Way struct {
	Leaf   int      `json:"leaf"`
	Leaves int      `json:"leaves"`
	Beside []string `json:"beside"`
}

// Tree is a hash tree over the rows of a run: its root is the run's digest, and a way to the root shows that one row is under it without
// showing any other. A leaf is the SHA-256 of a zero byte and the fields, each closed with a zero byte; a node that of a one byte and its two
// children; the last of an odd number goes up as it is.
type Tree struct{ leaves [][32]byte }

// Add adds a row.
func (t *Tree) Add(fields ...string) { t.leaves = append(t.leaves, leafHash(fields)) }

func leafHash(fields []string) [32]byte {
	text := []byte{0}
	for _, field := range fields {
		text = append(append(text, field...), 0)
	}
	return sha256.Sum256(text)
}

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
	w := Way{Leaf: leaf, Leaves: len(t.leaves), Beside: []string{}}
	at := leaf
	for level := t.leaves; len(level) > 1; level = above(level) {
		if other := at ^ 1; other < len(level) {
			w.Beside = append(w.Beside, hex.EncodeToString(level[other][:]))
		}
		at /= 2
	}
	return w
}

// Root returns where the way leads from a row, in hex; empty when it is none.
func (w Way) Root(fields ...string) string {
	if w.Leaf < 0 || w.Leaf >= w.Leaves {
		return ""
	}
	hash, rest := leafHash(fields), w.Beside
	for at, level := w.Leaf, w.Leaves; level > 1; at, level = at/2, (level-1)/2+1 {
		if at^1 >= level {
			continue
		}
		if len(rest) == 0 {
			return ""
		}
		text, err := hex.DecodeString(rest[0])
		if err != nil || len(text) != sha256.Size {
			return ""
		}
		rest = rest[1:]
		if at%2 == 1 {
			hash = nodeHash([32]byte(text), hash)
		} else {
			hash = nodeHash(hash, [32]byte(text))
		}
	}
	if len(rest) > 0 {
		return ""
	}
	return hex.EncodeToString(hash[:])
}
