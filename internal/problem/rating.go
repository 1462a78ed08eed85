package problem

import "xiaoguan/internal/finding"

// The scores from which on a problem is of a severity.
const (
	HighFrom   = 60
	MediumFrom = 20
)

// SeverityOf is the severity of a score; low for what nobody has rated.
func SeverityOf(score int) Severity {
	switch {
	case score >= HighFrom:
		return SeverityHigh
	case score >= MediumFrom:
		return SeverityMedium
	}
	return SeverityLow
}

// ledgerHalf is the share of incomplete files above which that matters.
const ledgerHalf = 0.5

// FixedBy is the severity that the company's own rule gives, whatever the score: targets that are not split to people are grave and urgent; customer
// files of which more than half are incomplete matter; training that is too rare could be better. Empty for everything else.
func FixedBy(kind finding.Kind, value float64) Severity {
	switch {
	case kind == "target_not_split":
		return SeverityHigh
	case kind == "ledger_incomplete" && value > ledgerHalf:
		return SeverityMedium
	case kind == "training_rare":
		return SeverityLow
	}
	return ""
}
