// Package finding looks for what is wrong in a sales organisation: over fifty kinds of problems, each with its place, size, certainty and rows.
//
// Run takes a Company, all that is known of it in plain lists, each of which may be missing, and returns a Report: findings, and what could
// not be looked for with what is missing. An Analyser is one kind: what it needs, how it tells the problem from chance, with the source of
// the method, and how much data that takes. docs/diagnosis-kinds.md is the list of kinds with what makes a problem of each; a new kind is a file, a
// line in Analysers, a case in the tests and its texts.
//
// Most kinds compare places: a measure is gathered by people (gauge), the place that stands out most is taken, set aside, and the rest is
// looked at again (scan), so that a problem is named at the widest place that explains it. Differences below what matters are never told,
// however certain; what is certain enough is decided over all tests of a run together (discover). What can be counted against a rule of the
// company needs no chance.
//
// Everything is pure and deterministic: no clock, no chance, no order of maps. Limits: binary floating point, so nothing here is ever
// paid; a person belongs to one team; correlation is told, causes are for people to find.
package finding
