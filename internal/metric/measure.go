package metric

// MeasureID names a measure.
type MeasureID string

// MeasureKind says what a measure counts.
type MeasureKind string

// The kinds of measure.
const (
	MeasureMoney  MeasureKind = "money" // minor units
	MeasureThings MeasureKind = "things"
)

// Measure is what is counted of facts, in whole numbers by month and person.
type Measure struct {
	ID     MeasureID   `json:"id"`
	Kind   MeasureKind `json:"kind"`
	Source Source      `json:"source"`
	// Stock says that it is what there is at the end of a day, rather than what happens in a period.
	Stock bool `json:"stock,omitempty"`
	// Listed says that the rows behind it can be listed.
	Listed bool `json:"listed,omitempty"`
}
