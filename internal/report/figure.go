package report

import (
	"math/big"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/insight"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/ruledoc"
)

// figure is a value of the metric book as it stands in a document.
func figure(v metric.Value) Arg {
	f := Figure{Unit: v.Unit, Why: v.Why, Of: []metric.Value{v}}
	f.Amount, f.Known = v.Amount()
	return Arg{Figure: &f}
}

// change is how much a value moved.
func change(now metric.Value, c metric.Compared) Arg {
	f := Figure{Unit: metric.UnitPercent, Amount: c.Change, Signed: true, Points: c.Points, Known: c.Known, Why: c.Why, Of: []metric.Value{now, c.Value}}
	return Arg{Figure: &f}
}

// derived is a number that was worked out of values.
func derived(unit metric.Unit, amount int64, of ...metric.Value) Arg {
	return Arg{Figure: &Figure{Unit: unit, Amount: amount, Known: true, Of: of}}
}

// moved is a number that was worked out of values, and is a change.
func moved(unit metric.Unit, amount int64, of ...metric.Value) Arg {
	return Arg{Figure: &Figure{Unit: unit, Amount: amount, Signed: true, Known: true, Of: of}}
}

// points are percentage points in parts per million.
func points(ppm int64, signed bool, of ...metric.Value) Arg {
	return Arg{Figure: &Figure{Unit: metric.UnitPercent, Amount: ppm, Signed: signed, Points: true, Known: true, Of: of}}
}

// share is a part of a whole, both kept; not known of a whole of 0.
func share(part, whole int64, of ...metric.Value) Arg {
	f := Figure{Unit: metric.UnitPercent, Numerator: part, Denominator: whole, Of: of, Why: metric.ReasonZero}
	if whole != 0 {
		f.Amount, f.Known, f.Why = insight.Nearest(new(big.Rat).Mul(big.NewRat(part, whole), big.NewRat(metric.Whole, 1))), true, metric.ReasonNone
	}
	return Arg{Figure: &f}
}

// unknown is a number that there is none of.
func unknown(unit metric.Unit, why metric.Reason) Arg {
	return Arg{Figure: &Figure{Unit: unit, Why: why}}
}

func count(n int64) Arg { return derived(metric.UnitCount, n) }

// linked gives a number the page of what it counts.
func (a Arg) linked(link string) Arg {
	if a.Figure != nil && link != "" {
		f := *a.Figure
		f.Link = link
		a.Figure = &f
	}
	return a
}

// lasting is a length of time, in tenths of a day.
func lasting(d *time.Duration) Arg {
	if d == nil {
		return unknown(metric.UnitDays, metric.ReasonImmature)
	}
	return derived(metric.UnitDays, int64((*d+72*time.Minute)/(144*time.Minute)))
}

func text(t ruledoc.Text) Arg { return Arg{Name: &Name{Text: t}} }

func plain(name string) Arg { return text(ruledoc.Text{Zh: name, En: name}) }

// whole is the name of a place.
func placed(p metric.Place) Arg {
	if p.Name == "" {
		return Arg{Key: "report.place." + string(p.Kind)}
	}
	return Arg{Name: &Name{Text: ruledoc.Text{Zh: p.Name, En: p.Name}, Place: &p}}
}

func word(key string) Arg { return Arg{Key: "report.word." + key} }

func why(r metric.Reason) Arg { return Arg{Key: "metric.reason." + string(r)} }

func day(d calendar.Date) Arg { return Arg{Day: d} }

// say is a block of one sentence. Arguments come as name, value pairs.
func say(id, key string, tone Tone, args ...any) Block {
	s := Sentence{Key: key, Tone: tone, Args: map[string]Arg{}}
	for i := 0; i+1 < len(args); i += 2 {
		s.Args[args[i].(string)] = args[i+1].(Arg)
	}
	return Block{ID: id, Sentence: &s}
}

// toneOf says whether a change is a good one.
func toneOf(d metric.Definition, change int64) Tone {
	switch {
	case change == 0 || d.Good == metric.GoodNeither:
		return TonePlain
	case (change > 0) == (d.Good == metric.GoodUp):
		return ToneGood
	}
	return ToneBad
}

// known is the change of a part against something. False when there is none.
func known(list []metric.Compared, against metric.Against) (metric.Compared, bool) {
	for _, c := range list {
		if c.Against == against {
			return c, c.Known
		}
	}
	return metric.Compared{}, false
}

// rat is a float as it is; 0 for what is no number.
func rat(v float64) *big.Rat {
	if r := new(big.Rat).SetFloat64(v); r != nil {
		return r
	}
	return new(big.Rat)
}
