package paper

import "regexp"

// amount matches what is read as a number: an optional sign and currency, digits, and one short unit.
var amount = regexp.MustCompile(`^[+−-]?[¥$€£]?\d[\d,]*(\.\d+)?( ?(%|‰|×|万|亿|K|M|B|pts?|点|个百分点|天|小时|days?|hours?|h))?$`)

// Nothing known stands in a column of numbers as a dash.
var nothings = map[string]bool{"": true, "–": true, "—": true, "-": true}

// numeric tells for each column whether numbers stand in it, which are set flush right, so that digits of a kind are below each other: every cell that is filled is
// a number, and one is.
func (b *Block) numeric() []bool {
	out := make([]bool, len(b.Head))
	for i := range out {
		for _, cells := range b.Rows {
			if i >= len(cells) || nothings[cells[i]] {
				continue
			}
			if out[i] = amount.MatchString(cells[i]); !out[i] {
				break
			}
		}
	}
	return out
}
