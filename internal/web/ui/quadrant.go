package ui

import "strconv"

// QuadrantView is a figure of points between two quantities, parted into four by the middle of each. The points are numbered; the table beneath names them, and
// is what a screen reader is given.
type QuadrantView struct {
	ID         string
	Label      string
	Across, Up string    // names of the quantities
	Corners    [4]string // above left, above right, below left, below right
	MidX, MidY float64   // where the corners part, in the units of the points
	MinX, MaxX float64
	MinY, MaxY float64
	Points     []QuadrantPoint
	Table      TableView // of the points, in their order
}

// QuadrantPoint is one point; Tone is a judgement that the table says in words, too.
type QuadrantPoint struct {
	X, Y  float64
	Title string
	Tone  Tone
}

// The measures of the drawing in pixels; widths are shares.
const (
	quadrantHeight = 300
	quadrantEdge   = 18
)

func (v QuadrantView) x(value float64) string {
	share := 50.0
	if v.MaxX > v.MinX {
		share = 4 + 92*(value-v.MinX)/(v.MaxX-v.MinX)
	}
	return strconv.FormatFloat(share, 'f', 2, 64) + "%"
}

func (v QuadrantView) y(value float64) string {
	share := 0.5
	if v.MaxY > v.MinY {
		share = (value - v.MinY) / (v.MaxY - v.MinY)
	}
	return strconv.FormatFloat(quadrantHeight-quadrantEdge-share*(quadrantHeight-2*quadrantEdge), 'f', 2, 64)
}

func pointClass(t Tone) string {
	switch t {
	case ToneBad:
		return "fb"
	case ToneGood:
		return "fg"
	case ToneWarn:
		return "fw"
	}
	return "fn"
}
