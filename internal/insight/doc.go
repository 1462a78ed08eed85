// Package insight says what a change of numbers consists of: which factor, which segment, by how much; whether it is a signal at all; and what the next period
// is to be expected to bring.
//
// It is pure: whole numbers in, whole numbers or exact fractions out where they add up (chain.go, ratio.go), floats where only ranks and limits come of them.
// Splitting a change up says where it lies. It never says why.
package insight
