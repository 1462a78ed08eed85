package flow_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
	"xiaoguan/internal/sop"
)

// threeSteps is a standard that took the place of the five stages: nothing took over the needs.
func threeSteps() *sop.Standard {
	stage := func(id, activity string, replaces ...string) sop.Stage {
		return sop.Stage{ID: id, Name: sop.Text{Zh: "阶段" + id, En: id}, Role: "seller", Replaces: replaces, Activities: []sop.Activity{{ID: activity}}}
	}
	d := &sop.Standard{ID: "three", Stages: []sop.Stage{stage("visit", "visited", "development"), stage("offer", "offered", "proposal"), stage("closing", "signed", "contract", "after_sales")}}
	d.Stages[1].After, d.Stages[2].After, d.Stages[2].Signing = []string{"visit"}, []string{"offer"}, true
	return d
}

// replaced tells that the five stages were replaced.
type replaced struct{ set *opportunity.StageSet }

func (replaced) InForce(context.Context, calendar.Date) (*sop.Standard, error) {
	return threeSteps(), nil
}

func (r replaced) Stages(context.Context) (*opportunity.StageSet, error) { return r.set, nil }

// TestStagesOfBeforeCountAsThoseThatTookThemOver: what happened on five stages is read by three; that the standard moved a case is nobody's step.
func TestStagesOfBeforeCountAsThoseThatTookThemOver(t *testing.T) {
	t.Parallel()
	l := &log{}
	l.add(1, 100_00, start, "development", 0, "proposal", 24, "contract", 48, "signed", 50, "after_sales", 60)
	l.add(1, 100_00, start, "development", 0, "needs", 24)
	moved := start.Add(100 * time.Hour)
	for _, id := range []int64{1, 2} {
		l.events = append(l.events, process.Event{Seq: int64(len(l.events) + 1), CaseID: id, Activity: process.ActivityStage, OccurredAt: moved, RecordedAt: moved,
			Data: process.Data(map[string]any{"from": "needs", "stage": "visit", "by": process.ByStandard})})
	}
	set := opportunity.NewStageSet(sop.Default(), threeSteps())
	s := flow.NewService(l, replaced{set}, l, func() time.Time { return start.AddDate(0, 3, 0) })
	rep, err := s.Report(t.Context(), director, everything())
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, v := range rep.Variants {
		keys = append(keys, v.Key)
	}
	slices.Sort(keys)
	if want := []string{"visit.needs", "visit.offer.closing.signed"}; !slices.Equal(keys, want) {
		t.Errorf("courses %v, want %v", keys, want)
	}
	var conversion, times []string
	for _, c := range rep.Conversion {
		conversion = append(conversion, c.Stage)
	}
	for _, c := range rep.Times {
		times = append(times, c.Stage)
	}
	if !slices.Equal(conversion, []string{"visit", "offer", "closing"}) || !slices.Equal(times, []string{"visit", "offer", "closing", "needs"}) {
		t.Errorf("conversion of %v, times on %v", conversion, times)
	}
	if rep.Conversion[0].Entered != 2 || rep.Conversion[0].On != 1 || rep.Conversion[2].On != 1 {
		t.Errorf("conversion %+v", rep.Conversion)
	}
	if got := rep.Cohorts[0].Reached; !slices.Equal(got, []int{2, 1, 1}) {
		t.Errorf("reached %v", got)
	}
	cases, total, err := s.Cases(t.Context(), director, everything(), flow.Pick{From: "visit", To: "offer"})
	if err != nil || total != 1 || cases[0].ID != 1 {
		t.Errorf("%d cases went from one to the other: %v", total, err)
	}
}
