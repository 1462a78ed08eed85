package tier

import (
	"slices"

	"xiaoguan/internal/calendar"
)

// Entry is what a field of a customer's file holds. Whether it is valid is for who knows its form to say.
type Entry struct {
	Filled   bool
	Valid    bool
	Recorded calendar.Date // when it was last entered or confirmed
}

// File is what completeness looks at.
type File struct {
	Customer string
	Tier     Tier   // that counts
	Stage    string // where the customer stands in the process
	// Formerly are what the stage was called in earlier versions of the process: a policy may still know it so.
	Formerly []string
	Entries  map[string]Entry
}

// Lack is why a field doesn't count.
type Lack string

// The lacks.
const (
	LackEmpty   Lack = "empty"
	LackInvalid Lack = "invalid"
	LackStale   Lack = "stale"
)

// Missing is a field that doesn't count, and what it would add to the completeness of its customer.
type Missing struct {
	Field string
	Lack  Lack
	Adds  Share
}

// Complete is how complete one file is: the weights of the fields that count, of those that are asked for. The heaviest lacks are first.
type Complete struct {
	Customer string
	Share    Share // rounded down
	Missing  []Missing
}

// CompanyComplete is how complete all files are, each weighted by its tier, with the fields that lack most often.
type CompanyComplete struct {
	Share   Share // rounded down
	Reached bool  // the goal
	Files   []Complete
	Lacking []Lacking
}

// Lacking counts the files in which a field doesn't count.
type Lacking struct {
	Field string
	Count int
}

// asked reports whether a field is asked for in the stage of a file.
func (k *Known) asked(f *File) bool {
	return len(k.Stages) == 0 || slices.Contains(k.Stages, f.Stage) ||
		slices.ContainsFunc(f.Formerly, func(stage string) bool { return slices.Contains(k.Stages, stage) })
}

// lack is what keeps an entry from counting; empty when it counts.
func (k *Known) lack(e Entry, on calendar.Date) Lack {
	switch {
	case !e.Filled:
		return LackEmpty
	case !e.Valid:
		return LackInvalid
	case k.FreshDays > 0 && int(on)-int(e.Recorded) > k.FreshDays:
		return LackStale
	}
	return ""
}

// Complete judges one file. Without fields to ask for it is complete.
func (p *Policy) Complete(file File, on calendar.Date) Complete {
	c := Complete{Customer: file.Customer}
	if p.Completeness == nil {
		c.Share = Whole
		return c
	}
	all, have := int64(0), int64(0)
	for i := range p.Completeness.Fields {
		known := &p.Completeness.Fields[i]
		if !known.asked(&file) {
			continue
		}
		all += int64(known.Weight)
		if lack := known.lack(file.Entries[known.ID], on); lack != "" {
			c.Missing = append(c.Missing, Missing{Field: known.ID, Lack: lack, Adds: Share(known.Weight)})
			continue
		}
		have += int64(known.Weight)
	}
	c.Share = part(have, all)
	for i := range c.Missing {
		c.Missing[i].Adds = part(int64(c.Missing[i].Adds), all)
	}
	slices.SortStableFunc(c.Missing, func(a, b Missing) int { return int(b.Adds - a.Adds) })
	return c
}

// CompleteAll judges all files. A customer of a better tier weighs more, as the policy's service says.
func (p *Policy) CompleteAll(files []File, on calendar.Date) CompanyComplete {
	company := CompanyComplete{Files: make([]Complete, len(files))}
	weights, sum, lacks := int64(0), int64(0), map[string]int{}
	for i, file := range files {
		company.Files[i] = p.Complete(file, on)
		weight := int64(p.ServiceOf(file.Tier).Weight)
		weights += weight
		sum += weight * int64(company.Files[i].Share)
		for _, missing := range company.Files[i].Missing {
			lacks[missing.Field]++
		}
	}
	company.Share = Whole
	if weights > 0 {
		company.Share = Share(sum / weights)
	}
	if p.Completeness != nil {
		company.Reached = company.Share >= p.Completeness.Goal
		for _, known := range p.Completeness.Fields {
			if lacks[known.ID] > 0 {
				company.Lacking = append(company.Lacking, Lacking{known.ID, lacks[known.ID]})
			}
		}
	}
	slices.SortStableFunc(company.Lacking, func(a, b Lacking) int { return b.Count - a.Count })
	return company
}
