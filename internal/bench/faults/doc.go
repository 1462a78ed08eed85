// Package faults makes companies that are ill in known ways: whole folders of files in the exchange format of docs/import-format.md, of 20 to
// 5,000 sellers and two years, in which some of the problems of docs/diagnosis-kinds.md are planted at known places and strengths, or none. It
// asks a diagnosis for its findings and says how many of the planted problems were found, and how many alarms were false.
//
// It shares nothing with the diagnosis but the two documents: no code, no constants. The same seed gives the same bytes. Every draw comes from a
// stream of its own (person, month, matter), so that a planted problem changes what it says and leaves every other draw as it is in the
// company without it. Sellers are made one after the other and written at once: what is held in memory is a few numbers for each of them.
//
// Limits: people stay in their team; one seller a deal; one currency; weekends and the Spring Festival are free, other holidays are not known.
package faults
