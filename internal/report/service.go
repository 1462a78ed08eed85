package report

import (
	"context"
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/money"
	"xiaoguan/internal/review"
)

// Numbers is what reports need of the metric book.
type Numbers interface {
	Read(ctx context.Context, actor access.Actor, q metric.Query) (metric.Answer, error)
}

// Config is what a Service works with.
type Config struct {
	Store    Store
	Numbers  Numbers
	Funnel   func(ctx context.Context, actor access.Actor, w board.Where) (*board.Funnel, error)
	Broken   func(ctx context.Context, actor access.Actor, w board.Where) ([]board.Exception, error) // rules of the process standard
	Files    Writer
	NewID    func() string    // of jobs
	Now      func() time.Time // where the company is
	WorkDays func() calendar.WorkCalendar
	Currency func() money.Currency
}

// Service computes and keeps reports.
type Service struct{ Config }

// NewService returns a Service.
func NewService(config Config) *Service { return &Service{config} }

func (s *Service) today() calendar.Date { return calendar.DateOf(s.Now()) }

// Ask asks for a report.
type Ask struct {
	Month calendar.Month // 0: the last one that is over
	Place metric.Place   // empty or of kind reach: where the actor is at home
}

// Listing is reports with what the actor may do.
type Listing struct {
	Reports    []Listed
	MayCompute bool
	MayPublish bool
	Places     []metric.Place // that the actor may have reports of: company, regions, teams
	Today      calendar.Date
}

// Listed is a report with its newest version, and the newest published one.
type Listed struct {
	Report
	Version   Version
	Published *Version // nil: none
}

// Shown is a version of a report.
type Shown struct {
	Report     Report
	Version    Version
	Document   Document
	Notes      []Note    // by section, those that are written
	Versions   []Version // the newest first
	MayNote    bool
	MayPublish bool
	MayCompute bool
}

// Note returns the note beside a section.
func (s *Shown) Note(id SectionID) (Note, bool) {
	for _, n := range s.Notes {
		if n.Section == id {
			return n, true
		}
	}
	return Note{}, false
}

// NoteEntry writes a note beside a section of the draft; an empty text takes it away.
type NoteEntry struct {
	ReportID int64
	Section  SectionID
	Text     string
	Seen     int64 // Note.Revision; 0 skips the check
}

// JobCompute is the kind of job that computes a report.
const JobCompute job.Kind = "report.compute"

// Computed is the result of such a job.
type Computed struct {
	ReportID int64 `json:"report_id"`
	Version  int   `json:"version"`
}

func errMissing() error { return errs.New(errs.KindNotFound, "report.missing", nil) }

func errChanged() error { return errs.New(errs.KindConflict, "report.changed_meanwhile", nil) }

// places are those that somebody sees whole: the company, its regions and teams.
func places(actor access.Actor, teams []review.Team) (list []metric.Place) {
	if !actor.Can(access.PermSalesRead) {
		return nil
	}
	scope := actor.ScopeOf(access.PermSalesRead)
	if scope.All {
		list = append(list, metric.Company)
	}
	seen := map[int64]bool{}
	for _, t := range teams {
		region := scope.All || slices.Contains(scope.RegionIDs, t.RegionID)
		if region && t.RegionID != 0 && !seen[t.RegionID] {
			seen[t.RegionID] = true
			list = append(list, metric.Place{Kind: metric.PlaceRegion, ID: t.RegionID, Name: t.RegionName})
		}
	}
	for _, t := range teams {
		region := scope.All || slices.Contains(scope.RegionIDs, t.RegionID)
		if region || scope.TeamsLed && actor.PersonID != 0 && slices.Contains(t.Leaders, actor.PersonID) {
			list = append(list, metric.Place{Kind: metric.PlaceTeam, ID: t.ID, Name: t.Name})
		}
	}
	return list
}

// find is a place among those.
func find(list []metric.Place, p metric.Place) (metric.Place, bool) {
	if p.Kind == "" || p.Kind == metric.PlaceReach {
		if len(list) == 0 {
			return p, false
		}
		return list[0], true
	}
	at := slices.IndexFunc(list, func(o metric.Place) bool { return o.Kind == p.Kind && o.ID == p.ID })
	if at < 0 {
		return p, false
	}
	return list[at], true
}

// yearsBack is how far back a report looks.
const yearsBack = 20

// understood checks what is asked for, and fills in what is not said.
func (s *Service) understood(ctx context.Context, actor access.Actor, ask Ask) (Ask, error) {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return ask, err
	}
	running := s.today().Month()
	if ask.Month == 0 {
		ask.Month = running - 1
	}
	if ask.Month > running || ask.Month < running-12*yearsBack {
		return ask, errs.Invalid("error.invalid", []errs.Field{{Path: "month", Value: ask.Month.String(), Message: errs.Msg("report.bad_month", nil)}})
	}
	err := s.Store.Read(ctx, func(r Reader) error {
		teams, err := r.ReviewTeams(ctx, min(s.today(), ask.Month.Last()))
		if err != nil {
			return err
		}
		place, found := find(places(actor, teams), ask.Place)
		if !found {
			return errs.New(errs.KindForbidden, "report.place_refused", nil)
		}
		ask.Place = place
		return nil
	})
	return ask, err
}

// Prepare computes a report of a place that the actor sees whole, and keeps nothing. Errors: forbidden; invalid.
func (s *Service) Prepare(ctx context.Context, actor access.Actor, ask Ask) (d Document, err error) {
	defer errs.Wrap(&err, "report.Prepare(%s)", ask.Month)
	if ask, err = s.understood(ctx, actor, ask); err != nil {
		return d, err
	}
	return s.prepare(ctx, actor, ask, func(int) {})
}

func (s *Service) prepare(ctx context.Context, actor access.Actor, ask Ask, step func(int)) (Document, error) {
	f, err := s.gather(ctx, actor, ask, step)
	if err != nil {
		return Document{}, err
	}
	d := compose(f)
	if d.Place.Name == "" {
		d.Place.Name = ask.Place.Name
	}
	return d, nil
}

// mayWrite refuses who only reads.
func mayWrite(actor access.Actor) error {
	if actor.ReadOnly {
		return errs.New(errs.KindForbidden, "access.read_only", nil)
	}
	return nil
}

// mayNote reports whether somebody works on drafts: who leads people, and who keeps the targets of the company.
func mayNote(actor access.Actor) bool {
	return !actor.ReadOnly && (actor.Can(access.PermTargetPropose) || mayPublish(actor))
}

// mayPublish reports whether somebody publishes reports: who keeps the targets of the company.
func mayPublish(actor access.Actor) bool {
	return !actor.ReadOnly && (actor.System || actor.CanAll(access.PermTargetWrite))
}

// mayDraft refuses who does not work on drafts.
func mayDraft(actor access.Actor) error {
	if err := mayWrite(actor); err != nil {
		return err
	}
	if !mayNote(actor) {
		return errs.New(errs.KindForbidden, "report.draft_refused", nil)
	}
	return nil
}
