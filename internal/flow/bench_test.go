package flow_test

import (
	"context"
	"testing"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/flow"
	"xiaoguan/internal/opportunity"
	"xiaoguan/internal/process"
)

// endless is a large log made up as it is read: ten events a case.
type endless struct {
	log
	cases int64
}

const eventsEach = 10

func (e *endless) Read(_ context.Context, fn func(flow.Reader) error) error { return fn(e) }

func (e *endless) LatestEvent(context.Context) (int64, error) { return e.cases * eventsEach, nil }

func (e *endless) FlowOwners(context.Context, deal.Reach, int64, int64, int64) ([]int64, bool, error) {
	return nil, true, nil
}

func (e *endless) FlowCases(_ context.Context, after int64, limit int) (part []flow.Case, err error) {
	for id := after + 1; id <= min(after+int64(limit), e.cases); id++ {
		state := []opportunity.State{opportunity.StateWon, opportunity.StateLost, opportunity.StateOpen}[id%3]
		part = append(part, flow.Case{ID: id, OwnerID: id % 500, AmountMinor: id * 7919 % 100_000_00, State: state, CreatedAt: start.Add(time.Duration(id%8000) * time.Hour), FirstDealOn: calendar.NoDate})
	}
	return part, nil
}

var endlessCourse = [eventsEach]process.Activity{process.ActivityOpened, process.ActivityFirst, process.ActivityStage, process.ActivityContacted, process.ActivityStage, process.ActivityContacted, process.ActivityNextContact,
	process.ActivityStage, process.ActivityContacted, process.ActivitySigned}

var endlessData = func() (data [eventsEach][]byte) {
	for i, stage := range map[int]opportunity.Stage{0: opportunity.StageDevelopment, 2: opportunity.StageNeeds, 4: opportunity.StageProposal, 7: opportunity.StageContract} {
		data[i] = process.Data(map[string]any{"from": "", "stage": stage, "amount": 100})
	}
	return data
}()

func (e *endless) EventsAfter(_ context.Context, seq int64, limit int) (part []process.Event, err error) {
	for n := seq; n < min(seq+int64(limit), e.cases*eventsEach); n++ {
		id, i := n/eventsEach+1, n%eventsEach
		at := start.Add(time.Duration(id%8000)*time.Hour + time.Duration(i*(1+id%37))*time.Hour)
		activity := endlessCourse[i]
		if i == eventsEach-1 && id%3 != 0 {
			activity = process.ActivityLost
		}
		part = append(part, process.Event{Seq: n + 1, CaseID: id, Activity: activity, OccurredAt: at, RecordedAt: at.Add(time.Duration(id%50) * time.Hour), PersonID: id % 500, Data: endlessData[i]})
	}
	return part, nil
}

func BenchmarkReport100000(b *testing.B) {
	l := &endless{cases: 100_000}
	for b.Loop() {
		s := flow.NewService(l, shipped{}, nil, func() time.Time { return start.AddDate(2, 0, 0) })
		began := time.Now()
		rep, err := s.Report(b.Context(), director, everything())
		if err != nil || rep.Cases != 100_000 {
			b.Fatal(rep, err)
		}
		whole := time.Since(began)
		began = time.Now()
		filter := everything()
		filter.Kind = flow.KindNew // another look at the same log
		if _, err := s.Report(b.Context(), director, filter); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "ms/look")
		b.ReportMetric(float64((whole - time.Since(began)).Milliseconds()), "ms/reading")
	}
}
