package report

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/review"
)

// listMost is how many reports a list has.
const listMost = 200

// mine is a report that the actor sees.
func (s *Service) mine(ctx context.Context, r Reader, actor access.Actor, id int64) (one Report, err error) {
	if one, err = r.MonthReport(ctx, id); err != nil {
		return one, err
	}
	teams, err := r.ReviewTeams(ctx, min(s.today(), one.Month.Last()))
	if err != nil {
		return one, err
	}
	if _, found := find(places(actor, teams), one.Place); !found && !actor.System {
		return one, errMissing()
	}
	return one, nil
}

// List returns the reports of places that the actor sees whole, the latest month first. Drafts are for those who work on them. Errors: forbidden.
func (s *Service) List(ctx context.Context, actor access.Actor) (l Listing, err error) {
	defer errs.Wrap(&err, "report.List")
	if err := actor.Require(access.PermSalesRead); err != nil {
		return l, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		l = Listing{Today: s.today(), MayPublish: mayPublish(actor)}
		teams, err := r.ReviewTeams(ctx, l.Today)
		if err != nil {
			return err
		}
		l.Places = places(actor, teams)
		l.MayCompute = mayNote(actor) && len(l.Places) > 0
		filter := Filter{Limit: listMost}
		for _, p := range l.Places {
			filter.All = filter.All || p.Kind == metric.PlaceCompany
			filter.Units = append(filter.Units, review.Unit{Kind: review.UnitKind(p.Kind), ID: p.ID})
		}
		reports, err := r.MonthReports(ctx, filter)
		if err != nil {
			return err
		}
		ids := make([]int64, len(reports))
		for i, one := range reports {
			ids[i] = one.ID
		}
		newest, err := r.ReportNewestVersions(ctx, ids)
		if err != nil {
			return err
		}
		published, err := r.ReportPublished(ctx, ids)
		if err != nil {
			return err
		}
		for _, one := range reports {
			listed := Listed{Report: one, Version: newest[one.ID]}
			if p, found := published[one.ID]; found {
				listed.Published = &p
			}
			switch {
			case mayNote(actor):
			case listed.Published == nil:
				continue
			default:
				listed.Version = *listed.Published
			}
			l.Reports = append(l.Reports, listed)
		}
		return nil
	})
	return l, err
}

// Get returns a version of a report: 0 the newest that the actor may read. Nothing is computed. Errors: forbidden; not found, also out of reach.
func (s *Service) Get(ctx context.Context, actor access.Actor, id int64, number int) (v Shown, err error) {
	defer errs.Wrap(&err, "report.Get(%d, %d)", id, number)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return v, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		v = Shown{}
		if v.Report, err = s.mine(ctx, r, actor, id); err != nil {
			return err
		}
		if v.Versions, err = r.ReportVersions(ctx, id); err != nil {
			return err
		}
		drafts := mayNote(actor)
		if !drafts {
			v.Versions = slices.DeleteFunc(v.Versions, func(one Version) bool { return one.State != StatePublished })
		}
		at := slices.IndexFunc(v.Versions, func(one Version) bool { return number == 0 || one.Number == number })
		if at < 0 {
			return errMissing()
		}
		v.Version = v.Versions[at]
		if v.Document, err = document(ctx, r, id, v.Version.Number); err != nil {
			return err
		}
		v.Notes, err = r.ReportNotes(ctx, id, v.Version.Number)
		draft := v.Version.State == StateDraft
		v.MayNote, v.MayPublish, v.MayCompute = drafts && draft, mayPublish(actor) && draft, drafts
		return err
	})
	return v, err
}

func version(ctx context.Context, r Reader, id int64, number int) (Version, error) {
	list, err := r.ReportVersions(ctx, id)
	if err != nil {
		return Version{}, err
	}
	at := slices.IndexFunc(list, func(v Version) bool { return v.Number == number })
	if at < 0 {
		return Version{}, errMissing()
	}
	return list[at], nil
}

func document(ctx context.Context, r Reader, id int64, number int) (d Document, err error) {
	text, err := r.ReportDocument(ctx, id, number)
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(text), &d)
}

// Compare lists what numbers of version to differ from those of version from. Errors: forbidden; not found.
func (s *Service) Compare(ctx context.Context, actor access.Actor, id int64, from, to int) (list []Difference, err error) {
	defer errs.Wrap(&err, "report.Compare(%d, %d, %d)", id, from, to)
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(r Reader) error {
		if _, err := s.mine(ctx, r, actor, id); err != nil {
			return err
		}
		for _, number := range []int{from, to} {
			one, err := version(ctx, r, id, number)
			if err != nil {
				return err
			}
			if one.State != StatePublished && !mayNote(actor) {
				return errMissing()
			}
		}
		list, err = differences(ctx, r, id, from, to)
		return err
	})
	return list, err
}

func differences(ctx context.Context, r Reader, id int64, from, to int) ([]Difference, error) {
	before, err := document(ctx, r, id, from)
	if err != nil {
		return nil, err
	}
	after, err := document(ctx, r, id, to)
	if err != nil {
		return nil, err
	}
	return Differ(&before, &after), nil
}

// place is where something stands in a document.
type place struct{ block, at string }

// Differ lists what differs between documents of the same report, in the order of the later one; what is gone comes last.
func Differ(before, after *Document) (list []Difference) {
	was, order := flatten(before)
	is, later := flatten(after)
	for _, p := range later {
		if same(was[p], is[p]) {
			continue
		}
		list = append(list, Difference{Block: p.block, At: p.at, Before: was[p], After: is[p]})
	}
	for _, p := range order {
		if _, there := is[p]; !there {
			list = append(list, Difference{Block: p.block, At: p.at, Before: was[p]})
		}
	}
	return list
}

// flatten finds everything that stands in a document, without what it was worked out of.
func flatten(d *Document) (all map[place]Arg, order []place) {
	all = map[place]Arg{}
	add := func(block, at string, a Arg) {
		p := place{block, at}
		if _, there := all[p]; !there {
			order = append(order, p)
		}
		all[p] = bare(a)
	}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			switch {
			case b.Sentence != nil:
				names := make([]string, 0, len(b.Sentence.Args))
				for name := range b.Sentence.Args {
					names = append(names, name)
				}
				slices.Sort(names)
				for _, name := range names {
					add(b.ID, name, b.Sentence.Args[name])
				}
			case b.Table != nil:
				for _, row := range b.Table.Rows {
					name := rowName(row)
					for i, cell := range row.Cells[1:] {
						add(b.ID, name+"/"+b.Table.Columns[i+1].Key, cell)
					}
				}
			case b.Chart != nil:
				for _, series := range b.Chart.Series {
					for i := range series.Points {
						add(b.ID, string(series.Role)+"/"+strconv.Itoa(i), Arg{Figure: &series.Points[i]})
					}
				}
			}
		}
	}
	return all, order
}

// rowName tells rows of a table apart by their first cell.
func rowName(row Row) string {
	first := row.Cells[0]
	switch {
	case first.Name != nil:
		return first.Name.Text.Zh
	case first.Key != "":
		return first.Key
	case first.Month != 0:
		return first.Month.String()
	}
	return ""
}

// bare is an argument without the values and pages behind it.
func bare(a Arg) Arg {
	if a.Figure != nil {
		f := *a.Figure
		f.Of, f.Link = nil, ""
		a.Figure = &f
	}
	if a.Name != nil {
		a.Name = &Name{Text: a.Name.Text}
	}
	if a.List != nil {
		list := make([]Arg, len(a.List))
		for i, one := range a.List {
			list[i] = bare(one)
		}
		a.List = list
	}
	return a
}

func same(a, b Arg) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
