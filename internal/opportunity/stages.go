package opportunity

import (
	"context"
	"slices"
	"sync"

	"xiaoguan/internal/access"
	"xiaoguan/internal/sop"
)

// Stage is a step of the sales process, by the id that a process standard gives it.
type Stage string

// The stages of the standard that ships with the product.
const (
	StageDevelopment Stage = "development"
	StageNeeds       Stage = "needs"
	StageProposal    Stage = "proposal"
	StageContract    Stage = "contract"
	StageAfterSales  Stage = "after_sales"
)

// StageEntry is a stage with what is said of it.
type StageEntry struct {
	ID      Stage
	Name    sop.Text // in both languages
	Percent int64    // the chance of winning while an open opportunity stands on it
}

// StageSet is the stages of the standard in force in their order, and what became of those of earlier versions. It never changes.
type StageSet struct {
	entries []StageEntry
	signing int
	former  []StageEntry      // of earlier versions and not in force, the latest first
	takes   map[Stage][]Stage // what took a stage over, by the latest version first
	took    map[Stage][]Stage // the other way
}

// Stages tells which stages are in force. The process standard stands behind it.
type Stages interface {
	Stages(ctx context.Context) (*StageSet, error)
}

// NewStageSet makes the set of the last of the standards; those before it were in force earlier, in this order.
func NewStageSet(standards ...*sop.Standard) *StageSet {
	s := &StageSet{takes: map[Stage][]Stage{}, took: map[Stage][]Stage{}}
	for _, d := range standards {
		s.former = append(s.entries, s.former...)
		s.entries, s.signing = nil, d.SigningStage()
		for i, stage := range d.Stages {
			entry := StageEntry{ID: Stage(stage.ID), Name: stage.Name.Or(stage.Name.Zh, stage.Name.En, stage.ID), Percent: int64(d.ChanceAt(i))}
			s.entries = append(s.entries, entry)
			for _, old := range stage.Replaces {
				s.takes[Stage(old)] = append([]Stage{entry.ID}, s.takes[Stage(old)]...)
				s.took[entry.ID] = append([]Stage{Stage(old)}, s.took[entry.ID]...)
			}
		}
	}
	seen := map[Stage]bool{}
	for _, e := range s.entries {
		seen[e.ID] = true
	}
	s.former = slices.DeleteFunc(s.former, func(e StageEntry) bool {
		known := seen[e.ID]
		seen[e.ID] = true
		return known
	})
	return s
}

// ShippedStages are the stages of the standard that ships.
var ShippedStages = sync.OnceValue(func() *StageSet { return NewStageSet(sop.Default()) })

// shipped tells that those are in force.
type shippedStages struct{}

// Stages implements Stages.
func (shippedStages) Stages(context.Context) (*StageSet, error) { return ShippedStages(), nil }

// OrShipped is the source, or where there is none one of the stages that ship.
func OrShipped(source Stages) Stages {
	if source == nil {
		return shippedStages{}
	}
	return source
}

// All are the stages in force, in their order.
func (s *StageSet) All() []StageEntry { return slices.Clone(s.entries) }

// Former are the stages of earlier versions that are in force no longer, the latest first.
func (s *StageSet) Former() []StageEntry { return slices.Clone(s.former) }

// IDs are the ids of the stages in force, in their order.
func (s *StageSet) IDs() []Stage { return idsOf(s.entries) }

func idsOf(entries []StageEntry) []Stage {
	ids := make([]Stage, len(entries))
	for i, e := range entries {
		ids[i] = e.ID
	}
	return ids
}

// Index is the place of a stage in force, and −1 of any other.
func (s *StageSet) Index(id Stage) int {
	return slices.IndexFunc(s.entries, func(e StageEntry) bool { return e.ID == id })
}

// Valid reports whether the stage is in force.
func (s *StageSet) Valid(id Stage) bool { return s.Index(id) >= 0 }

// Known reports whether the stage is or ever was in force.
func (s *StageSet) Known(id Stage) bool { return s.entry(id) != nil }

func (s *StageSet) entry(id Stage) *StageEntry {
	for _, list := range [][]StageEntry{s.entries, s.former} {
		if at := slices.IndexFunc(list, func(e StageEntry) bool { return e.ID == id }); at >= 0 {
			return &list[at]
		}
	}
	return nil
}

// First is where an opportunity begins of which nobody says otherwise.
func (s *StageSet) First() Stage { return s.entries[0].ID }

// Signing is the stage on which deals are signed.
func (s *StageSet) Signing() Stage { return s.entries[s.signing].ID }

// Of are the stages on which an opportunity in the state can stand: open ones up to that of the signature, won ones from there on.
func (s *StageSet) Of(state State) []Stage {
	if state == StateWon {
		return idsOf(s.entries[s.signing:])
	}
	return idsOf(s.entries[:s.signing+1])
}

// Fits reports whether an opportunity in the state can stand on the stage.
func (s *StageSet) Fits(id Stage, state State) bool {
	at := s.Index(id)
	return at >= 0 && (state == StateWon && at >= s.signing || state != StateWon && at <= s.signing)
}

// Behind reports whether only won opportunities come to the stage.
func (s *StageSet) Behind(id Stage) bool { return s.Index(id) > s.signing }

// Percent is the chance of winning at the stage.
func (s *StageSet) Percent(id Stage) int64 {
	if e := s.entry(id); e != nil {
		return e.Percent
	}
	return 0
}

// PercentOf is the chance of winning the opportunity: by stage while it is open.
func (s *StageSet) PercentOf(o Opportunity) int64 {
	switch o.State {
	case StateWon:
		return 100
	case StateLost:
		return 0
	}
	return s.Percent(o.Stage)
}

// Name is what the stage is called, also one of an earlier version; one that was never known goes by its id.
func (s *StageSet) Name(id Stage) sop.Text {
	if e := s.entry(id); e != nil {
		return e.Name
	}
	return sop.Text{Zh: string(id), En: string(id)}
}

// Label is the name in one of the languages.
func (s *StageSet) Label(id Stage, zh bool) string {
	if name := s.Name(id); !zh {
		return name.En
	}
	return s.Name(id).Zh
}

// Successor is the stage in force that stands for a stage: itself, or what took it over, by whatever many versions; or, when an earlier version
// is in force again, what it had taken over itself. ok is false when nothing does.
func (s *StageSet) Successor(id Stage) (successor Stage, ok bool) {
	for _, way := range []map[Stage][]Stage{s.takes, s.took} {
		if found, ok := s.follow(way, id, map[Stage]bool{}); ok {
			return found, true
		}
	}
	return "", false
}

// follow goes from stage to stage until it comes to one that is in force.
func (s *StageSet) follow(way map[Stage][]Stage, id Stage, seen map[Stage]bool) (Stage, bool) {
	if s.Valid(id) || seen[id] {
		return id, s.Valid(id)
	}
	seen[id] = true
	for _, next := range way[id] {
		if found, ok := s.follow(way, next, seen); ok {
			return found, true
		}
	}
	return "", false
}

// Landing is where an opportunity in a state that stands on a stage is to stand: where it is, or on the successor, or else on the last stage with
// no greater chance of winning; in any case on one of its state.
func (s *StageSet) Landing(id Stage, state State) Stage {
	to, ok := s.Successor(id)
	if !ok {
		to = s.First()
		for _, e := range s.entries[:s.signing+1] {
			if e.Percent <= s.Percent(id) {
				to = e.ID
			}
		}
	}
	if !s.Fits(to, state) {
		return s.Signing()
	}
	return to
}

// StandsFor are the stages of earlier versions that a stage in force stands for, with itself, which is the first.
func (s *StageSet) StandsFor(id Stage) []Stage {
	ids := []Stage{id}
	for _, e := range s.former {
		if to, ok := s.Successor(e.ID); ok && to == id {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// Reached are the stages in force that an opportunity is on or past, with those of earlier versions that they stand for: what is asked for from a
// stage on is asked for after it has been replaced, too.
func (s *StageSet) Reached(o Opportunity) (stages []string) {
	at, ok := s.Successor(o.Stage)
	if !ok {
		at = s.Landing(o.Stage, o.State)
	}
	for _, e := range s.entries[:s.Index(at)+1] {
		for _, id := range s.StandsFor(e.ID) {
			stages = append(stages, string(id))
		}
	}
	return stages
}

// WithStages says where the stages come from; without it they are those that ship.
func (s *Service) WithStages(source Stages) *Service {
	s.stages = source
	return s
}

// Stages implements Stages, for programs that have asked what the actor may see.
func (s *Service) Stages(ctx context.Context) (*StageSet, error) { return s.stages.Stages(ctx) }

// StagesFor are the stages for somebody who reads sales. Errors: forbidden.
func (s *Service) StagesFor(ctx context.Context, actor access.Actor) (*StageSet, error) {
	if err := actor.Require(access.PermSalesRead); err != nil {
		return nil, err
	}
	return s.Stages(ctx)
}
