package diagnosis

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
	"xiaoguan/internal/money"
	"xiaoguan/internal/tabular"
)

// Unread says which cells of a sheet could not be read, or which of its rows contradict each other: how many, and the first of them.
type Unread struct {
	Part  finding.Part
	Field string // empty of a contradiction
	Rows  int64
	First int           // row number of the first, as a spreadsheet shows it; 0 of a contradiction
	Value string        // what stands there, or the key of the row
	Why   Contradiction `json:",omitempty"`
}

// table is a sheet of the company's files that holds one part.
type table struct {
	part   finding.Part
	file   ingest.File
	sheet  string // of a workbook; empty for CSV
	header []string
}

// row reads the cells of one row. The places of the fields are those of the list that the table was read by.
type row struct {
	fields  [][]byte
	places  []int // column of each field, -1 for none
	number  int
	unread  []Unread // of each field
	prefix  [8]byte
	first   calendar.Date
	days    int
	refused bool // a required cell could not be read
}

func (r *row) cell(i int) []byte {
	at := r.places[i]
	if at < 0 || at >= len(r.fields) {
		return nil
	}
	return bytes.TrimSpace(r.fields[at])
}

// bad notes a cell that could not be read.
func (r *row) bad(i int, cell []byte) {
	u := &r.unread[i]
	if u.Rows == 0 {
		u.First, u.Value = r.number, string(cell[:min(len(cell), 60)])
	}
	u.Rows++
}

// must refuses the row when a required cell is empty or was not read.
func (r *row) must(i int, ok bool) {
	if ok {
		return
	}
	r.refused = true
	if cell := r.cell(i); len(cell) == 0 {
		r.bad(i, cell)
	}
}

func (r *row) text(i int) string {
	cell := r.cell(i)
	if len(cell) > 1 && cell[0] == '\'' {
		return tabular.Unguard(string(cell))
	}
	return string(cell)
}

func (r *row) key(i int) string {
	s := r.text(i)
	r.must(i, s != "")
	return s
}

// ref is the index that a key has, or Nobody.
func (r *row) ref(i int, keys map[string]int32) int32 {
	cell := r.cell(i)
	if len(cell) == 0 {
		return finding.Nobody
	}
	index, ok := keys[string(cell)]
	if !ok {
		r.bad(i, cell)
		return finding.Nobody
	}
	return index
}

func (r *row) mustRef(i int, keys map[string]int32) int32 {
	index := r.ref(i, keys)
	r.must(i, index != finding.Nobody)
	return index
}

func (r *row) day(i int) finding.Day {
	cell := r.cell(i)
	if len(cell) == 0 {
		return finding.NoDay
	}
	day, ok := r.parseDay(cell)
	if !ok {
		r.bad(i, cell)
		return finding.NoDay
	}
	return day
}

func (r *row) mustDay(i int) finding.Day {
	day := r.day(i)
	r.must(i, day != finding.NoDay)
	return day
}

// parseDay remembers the month it saw last, because neighbours in a file mostly share it.
func (r *row) parseDay(cell []byte) (calendar.Date, bool) {
	if len(cell) == 10 {
		day := int(cell[8]-'0')*10 + int(cell[9]-'0')
		if r.days > 0 && bytes.Equal(cell[:8], r.prefix[:]) && cell[8]-'0' <= 9 && cell[9]-'0' <= 9 && day >= 1 && day <= r.days {
			return r.first + calendar.Date(day-1), true
		}
		if date, err := calendar.ParseDate(string(cell)); err == nil {
			copy(r.prefix[:], cell[:8])
			month := date.Month()
			r.first, r.days = month.First(), int(month.Last()-month.First())+1
			return date, true
		}
	}
	return ingest.ParseDay(string(cell))
}

// moment reads a day with or without a time of day.
func (r *row) moment(i int) finding.Moment {
	cell := r.cell(i)
	if len(cell) == 0 {
		return finding.NoMoment
	}
	minutes, day := 0, cell
	if at := bytes.IndexAny(cell, " T"); at > 0 {
		clock := bytes.TrimSpace(cell[at+1:])
		hour, rest, _ := strings.Cut(string(clock), ":")
		minute, _, _ := strings.Cut(rest, ":")
		h, errH := strconv.Atoi(hour)
		m, errM := strconv.Atoi(minute)
		if errors.Join(errH, errM) != nil || h < 0 || h > 24 || m < 0 || m > 59 {
			r.bad(i, cell)
			return finding.NoMoment
		}
		day, minutes = cell[:at], h*60+m
	}
	date, ok := r.parseDay(day)
	if !ok {
		r.bad(i, cell)
		return finding.NoMoment
	}
	return finding.At(date, minutes)
}

func (r *row) mustMoment(i int) finding.Moment {
	m := r.moment(i)
	r.must(i, m != finding.NoMoment)
	return m
}

func (r *row) month(i int) calendar.Month {
	cell := r.cell(i)
	if len(cell) == 7 && cell[4] == '-' {
		if m, err := calendar.ParseMonth(string(cell)); err == nil {
			return m
		}
	}
	if m, ok := ingest.ParseMonth(string(cell)); ok {
		return m
	}
	if len(cell) > 0 {
		r.bad(i, cell)
	}
	r.must(i, false)
	return 0
}

// amount reads money in minor units; ok is false for an empty cell.
func (r *row) amount(i int) (minor int64, ok bool) {
	cell := r.cell(i)
	if len(cell) == 0 {
		return 0, false
	}
	if minor, ok = plainAmount(cell); ok {
		return minor, true
	}
	if minor, ok = ingest.ParseAmount(string(cell), money.CNY); !ok {
		r.bad(i, cell)
	}
	return minor, ok
}

func (r *row) mustAmount(i int) int64 {
	minor, ok := r.amount(i)
	r.must(i, ok)
	return minor
}

// plainAmount reads -1234, 1234.5 and 1234.50.
func plainAmount(cell []byte) (minor int64, ok bool) {
	negative := cell[0] == '-'
	if negative {
		cell = cell[1:]
	}
	decimals := -1
	if len(cell) == 0 || len(cell) > 15 {
		return 0, false
	}
	for i, c := range cell {
		switch {
		case c == '.' && decimals < 0 && i > 0:
			decimals = 0
		case c >= '0' && c <= '9':
			minor = minor*10 + int64(c-'0')
			if decimals >= 0 {
				decimals++
			}
		default:
			return 0, false
		}
	}
	switch decimals {
	case -1, 0:
		minor *= 100
	case 1:
		minor *= 10
	case 2:
	default:
		return 0, false
	}
	if negative {
		minor = -minor
	}
	return minor, true
}

// number reads a figure such as 4.5 or 95%; ok is false for an empty cell.
func (r *row) figure(i int) (value float64, ok bool) {
	cell := r.cell(i)
	if len(cell) == 0 {
		return 0, false
	}
	text, percent := strings.CutSuffix(string(cell), "%")
	value, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil || value != value || value > 1e15 || value < -1e15 {
		r.bad(i, cell)
		return 0, false
	}
	if percent {
		value /= 100
	}
	return value, true
}

func (r *row) mustNumber(i int) float64 {
	value, ok := r.figure(i)
	r.must(i, ok)
	return value
}
