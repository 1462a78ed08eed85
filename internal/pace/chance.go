package pace

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"xiaoguan/internal/calendar"
)

// Deal is an opportunity that is open.
type Deal struct {
	Minor  int64 // what it brings
	Win    int64 // chance of winning it at its stage
	InTime int64 // chance that it counts within the span, when it is won
}

// Past is a month that is over: what came in without having been in the pipeline, and the weight of its working days.
type Past struct {
	Minor  int64
	Weight int64
}

// Outlook is what a chance rests on.
type Outlook struct {
	TargetMinor int64
	ActualMinor int64
	Deals       []Deal
	Past        []Past
	Rest        int64 // weight of the days to come
}

// Forecast is what a simulation came to.
type Forecast struct {
	Runs int64 `json:"runs"`
	Hits int64 `json:"hits"` // runs that reach the target
	Low  int64 `json:"low_minor"`
	Mid  int64 `json:"mid_minor"`
	High int64 `json:"high_minor"` // a fifth of the runs end below Low, half below Mid, four fifths below High
}

// Chance is the share of the runs that reach the target.
func (f Forecast) Chance() int64 {
	if f.Runs == 0 {
		return 0
	}
	return f.Hits * Million / f.Runs
}

// runs is how many times the span is played to its end: a chance of a half is right to one point in a hundred, two times of three.
const runs = 4000

// Simulate plays the rest of the span. The draws are decided by deals, past and rest, and not by target and result, so that a higher target never has a better
// chance. The order of deals and months does not matter.
func Simulate(o Outlook) Forecast {
	deals, past := slices.Clone(o.Deals), make([]int64, 0, len(o.Past))
	slices.SortFunc(deals, func(a, b Deal) int {
		return cmp.Or(cmp.Compare(a.Minor, b.Minor), cmp.Compare(a.Win, b.Win), cmp.Compare(a.InTime, b.InTime))
	})
	if o.Rest > 0 {
		for _, p := range o.Past {
			if p.Weight > 0 {
				past = append(past, mulDiv(max(p.Minor, 0), o.Rest, p.Weight))
			}
		}
	}
	slices.Sort(past)
	source := rand.NewChaCha8(seed(deals, past))
	draw := rand.New(source)
	ends := make([]int64, runs)
	for i := range ends {
		end := o.ActualMinor
		if len(past) > 0 {
			end += past[draw.Int64N(int64(len(past)))]
		}
		for _, d := range deals {
			if chance := mulDiv(d.Win, d.InTime, Million); chance > 0 && draw.Int64N(Million) < chance {
				end += d.Minor
			}
		}
		ends[i] = end
	}
	slices.Sort(ends)
	f := Forecast{Runs: runs, Low: ends[runs/5], Mid: ends[runs/2], High: ends[runs*4/5]}
	at, _ := slices.BinarySearch(ends, o.TargetMinor)
	f.Hits = int64(runs - at)
	return f
}

// seed is made of everything that is drawn.
func seed(deals []Deal, past []int64) [32]byte {
	text := []byte("xiaoguan pace 1")
	add := func(n int64) { text = binary.BigEndian.AppendUint64(text, uint64(n)) }
	add(int64(len(deals)))
	for _, d := range deals {
		add(d.Minor)
		add(d.Win)
		add(d.InTime)
	}
	for _, minor := range past {
		add(minor)
	}
	return sha256.Sum256(text)
}

// Shifts are by how many days deals were signed after the day that was expected, of deals that were won; before it is below nothing.
type Shifts []int64

// InTime is the chance that a deal which is expected on a day, and is still open on another, is signed up to the last day: the share of those deals that were no
// earlier. While fewer than Enough are known, or none that went as long, dates are taken at their word, and a day that is over is today.
func (s Shifts) InTime(expected, on, last calendar.Date) int64 {
	if last < on {
		return 0
	}
	open, signed := int64(0), int64(0)
	for _, shift := range s {
		if shift >= int64(on)-int64(expected) {
			open++
			if shift <= int64(last)-int64(expected) {
				signed++
			}
		}
	}
	if len(s) < Enough || open == 0 {
		if max(expected, on) <= last {
			return Million
		}
		return 0
	}
	return signed * Million / open
}
