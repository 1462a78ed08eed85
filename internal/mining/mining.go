// Package mining finds in a log of cases how a process really runs, and measures how well the log fits a model of it: variants and the
// map of what follows what with its times, process trees and their Petri nets, alignments and token replay.
//
// It is pure and exact: moments are Unix seconds that the caller hands in, shares are fractions of whole numbers, and the same cases give
// the same answer in the same order. Activities are numbers below a count that the caller knows; their names are the caller's. Where a
// search would take too much, the answer is an error and not a guess. Rules about single activities are judged by package conform,
// intervals and durations with open cases by package stats.
//
// Limits: a model is block-structured (a process tree), so that its net is sound and safe; models with other nets are not read.
package mining

import (
	"math/big"
	"slices"
)

// Step is something that happened in a case.
type Step struct {
	At       int64 // Unix seconds
	Activity int
}

// ppm is one in parts per million.
const ppm = 1_000_000

// Share is a fraction of whole numbers. The zero value is no share at all.
type Share struct{ Part, Whole int64 }

// PPM is the share in parts per million, rounded half up; 0 for no share.
func (s Share) PPM() int64 {
	if s.Whole <= 0 {
		return 0
	}
	value := new(big.Int).Mul(big.NewInt(s.Part), big.NewInt(2*ppm))
	value.Add(value, big.NewInt(s.Whole))
	return value.Quo(value, big.NewInt(2*s.Whole)).Int64()
}

// ranked is the value below which at least the share lies, by nearest rank: the ⌈share·n⌉-th of ascending values, 0 of none.
func ranked(ascending []int64, part, whole int) int64 {
	if len(ascending) == 0 {
		return 0
	}
	rank := (len(ascending)*part + whole - 1) / whole
	return ascending[max(rank, 1)-1]
}

// Times says how long something took, in seconds, by nearest rank.
type Times struct {
	Count                 int
	Median, Quarter3, P90 int64
}

// TimesOf sorts the durations and describes them.
func TimesOf(durations []int64) Times {
	slices.Sort(durations)
	return Times{Count: len(durations), Median: ranked(durations, 1, 2), Quarter3: ranked(durations, 3, 4), P90: ranked(durations, 9, 10)}
}
