package assessment

import (
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/org"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/standard"
	"xiaoguan/internal/survey"
)

// QuotaPerson is somebody with a target of a quantity.
type QuotaPerson struct {
	PersonID int64
	Of       string
}

// FactReader reads records that no number of the metric book counts.
type FactReader interface {
	planbook.Reader
	// MeetingCounts are the meetings of days, both in it: those that were held, and all that were prepared.
	MeetingCounts(ctx context.Context, from, to calendar.Date) (held, all int64, err error)
	// ActionCounts is what was agreed in meetings and due on the days: what was done, and all that was not dropped.
	ActionCounts(ctx context.Context, from, to calendar.Date) (done, all int64, err error)
	// TrainingTenths are tenths of hours of training on the days, and the records that they are in.
	TrainingTenths(ctx context.Context, from, to calendar.Date) (tenths, records int64, err error)
	// QuotaPeople are those who have a target in the months.
	QuotaPeople(ctx context.Context, from, to calendar.Month) ([]QuotaPerson, error)
	// ComponentPay is what components of plans have paid in the months, as far as these are worked out.
	ComponentPay(ctx context.Context, from, to calendar.Month) ([]ComponentPaid, error)
}

// ComponentPaid is what a component of a plan has paid.
type ComponentPaid struct {
	Plan, Component string // ids of the document and in it
	Minor           int64
}

// FactStore reads on one snapshot.
type FactStore interface {
	ReadFacts(ctx context.Context, fn func(FactReader) error) error
}

// Sources are Gauges over the metric book and the records of the company.
type Sources struct {
	Store    FactStore
	Metrics  *metric.Service
	Surveys  *survey.Service
	Standard *standard.Service
	People   *org.Service
}

// self reads for an assessment: values of the whole company, whoever asks.
var self = access.SystemActor("assessment")

// windows are the days that gauges are about: three months that are over, so that a month that runs does not look bad, or a year up to today.
const (
	recentMonths = 3
	yearMonths   = 12
)

// metricGauges are read from the metric book, each over so many months; 0 is this month, for what is so at present.
var metricGauges = []struct {
	gauge  maturity.Gauge
	metric metric.ID
	months calendar.Month
}{
	{maturity.GaugeCompliance, "compliance", recentMonths}, {maturity.GaugeRecording, "recording", recentMonths}, {maturity.GaugeAttainment, "attainment", recentMonths}, {maturity.GaugeCollection, "collection_rate", recentMonths},
	{maturity.GaugeEvidence, "data_driven", yearMonths}, {maturity.GaugeTurnover, "turnover", yearMonths},
	{maturity.GaugeComplete, "completeness", 0}, {maturity.GaugeMatch, "resource_match", 0}, {maturity.GaugeRetention, "retention", 0}, {maturity.GaugeOverdue, "overdue_rate", 0},
	{maturity.GaugeCoverage, "plan_coverage", 1},
}

// Measures implements Gauges.
func (s Sources) Measures(ctx context.Context, today calendar.Date) (list []maturity.Measure, err error) {
	defer errs.Wrap(&err, "assessment.Measures(%s)", today)
	if list, err = s.booked(ctx, today, metric.Company); err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context, calendar.Date) ([]maturity.Measure, error){s.fromTargets, s.fromSurveys, s.fromHandbook, s.fromRecords, s.fromPlans} {
		more, err := read(ctx, today)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// booked reads what the metric book has of a place.
func (s Sources) booked(ctx context.Context, today calendar.Date, place metric.Place) (list []maturity.Measure, err error) {
	for _, months := range []calendar.Month{recentMonths, yearMonths, 0, 1} {
		read, err := s.fromBook(ctx, place, today.Month(), months)
		if err != nil {
			return nil, err
		}
		// Pay of a month is worked out in the next one: until then the month before it is what is known.
		if months == 1 && slices.ContainsFunc(read, func(m maturity.Measure) bool { return !m.Known }) {
			if read, err = s.fromBook(ctx, place, today.Month()-1, months); err != nil {
				return nil, err
			}
		}
		list = append(list, read...)
	}
	return list, nil
}

// over is the span of so many months before a month; that month itself for 0, and the year that ends with it for a year.
func over(month, months calendar.Month) metric.Period {
	switch months {
	case 0:
		return metric.Period{Kind: metric.Month, First: month}
	case yearMonths:
		return metric.Period{Kind: metric.Span, First: month - yearMonths + 1, Last: month}
	}
	return metric.Period{Kind: metric.Span, First: month - months, Last: month - 1}
}

func (s Sources) fromBook(ctx context.Context, place metric.Place, month, months calendar.Month) (list []maturity.Measure, err error) {
	var ids []metric.ID
	for _, g := range metricGauges {
		if g.months == months {
			ids = append(ids, g.metric)
		}
	}
	a, err := s.Metrics.Read(ctx, self, metric.Query{Metrics: ids, Place: place, Period: over(month, months)})
	if err != nil {
		return nil, err
	}
	for _, g := range metricGauges {
		if series, found := a.Of(g.metric); g.months == months && found {
			list = append(list, measured(g.gauge, series.Definition, series.Value))
		}
	}
	return list, nil
}

func measured(gauge maturity.Gauge, d metric.Definition, v metric.Value) maturity.Measure {
	m := maturity.Measure{Gauge: gauge, Numerator: v.Numerator, Denominator: v.Denominator, Scale: v.Scale, From: v.Period.From, To: v.Period.To, Metric: string(d.ID), Version: d.Version, Link: "/metrics/" + string(d.ID)}
	if m.Value, m.Known = v.Amount(); !m.Known {
		m.Why = v.Why.Message().Key
	}
	if len(d.Formula.Of) > 0 {
		of, _ := metric.MeasureByID(d.Formula.Of[0].Measure)
		m.Money = of.Kind == metric.MeasureMoney
	}
	return m
}

// ratio is a measure of one count over another; without the other it says why.
func ratio(gauge maturity.Gauge, of, over int64, from, to calendar.Date, why, link string) maturity.Measure {
	m := maturity.Measure{Gauge: gauge, Numerator: of, Denominator: over, From: from, To: to, Link: link}
	if over <= 0 {
		m.Why = why
		return m
	}
	m.Known, m.Value = true, of*metric.Whole/over
	return m
}

// sellers are the people who sell on a day.
func (s Sources) sellers(ctx context.Context, day calendar.Date, regionID int64) (map[int64]org.Level, error) {
	found := map[int64]org.Level{}
	_, err := s.People.Each(ctx, self, org.Filter{When: org.When{Valid: day}, Employment: org.Employed, RegionID: regionID}, func(m org.Member) error {
		if l := m.Assignment.Level; l == org.LevelNewcomer || l == org.LevelRegular || l == org.LevelCore {
			found[m.ID] = l
		}
		return nil
	})
	return found, err
}

func (s Sources) fromTargets(ctx context.Context, today calendar.Date) ([]maturity.Measure, error) {
	return s.targetsOf(ctx, today, metric.Company)
}

// targetsOf are the people of a place who have targets, and who reached them.
func (s Sources) targetsOf(ctx context.Context, today calendar.Date, place metric.Place) ([]maturity.Measure, error) {
	a, err := s.Metrics.Read(ctx, self, metric.Query{Metrics: []metric.ID{"attainment"}, Place: place, Period: over(today.Month(), recentMonths), By: metric.ByPerson})
	if err != nil {
		return nil, err
	}
	sellers, err := s.sellers(ctx, a.Period.To, place.ID)
	if err != nil {
		return nil, err
	}
	var targeted, attained int64
	for _, series := range a.Series {
		for _, part := range series.Parts {
			if sellers[part.Value.Place.ID] == "" || part.Value.Denominator <= 0 {
				continue
			}
			if targeted++; part.Value.Numerator >= part.Value.Denominator {
				attained++
			}
		}
	}
	return []maturity.Measure{
		ratio(maturity.GaugeAttained, attained, targeted, a.Period.From, a.Period.To, "metric.reason.no_target", "/targets"),
		ratio(maturity.GaugeTargeted, targeted, int64(len(sellers)), a.Period.From, a.Period.To, "assessment.why.no_sellers", "/targets"),
	}, nil
}

// answersLeast is how many answers say something about satisfaction.
const answersLeast = 10

func (s Sources) fromSurveys(ctx context.Context, today calendar.Date) ([]maturity.Measure, error) {
	days := fact.Days{From: (today.Month() - yearMonths + 1).First(), To: today}
	surveys, err := s.Surveys.List(ctx, self)
	if err != nil {
		return nil, err
	}
	var sent, answered, satisfied, scored int64
	for i := range surveys {
		r, err := s.Surveys.Results(ctx, self, survey.Filter{SurveyID: surveys[i].ID, Answered: days})
		if err != nil {
			return nil, err
		}
		sent, answered = sent+r.Sent, answered+r.Answered
		if r.Kind == survey.KindCSAT && !r.Total.Hidden {
			satisfied, scored = satisfied+r.Total.Tally.Satisfied(), scored+r.Total.Count
		}
	}
	said := ratio(maturity.GaugeSatisfied, satisfied, scored, days.From, days.To, "assessment.why.no_answers", "/surveys")
	if scored > 0 && scored < answersLeast {
		said.Known, said.Value, said.Why = false, 0, "assessment.why.few_answers"
	}
	return []maturity.Measure{said, ratio(maturity.GaugeAnswered, answered, sent, days.From, days.To, "assessment.why.no_surveys", "/surveys")}, nil
}

func (s Sources) fromHandbook(ctx context.Context, today calendar.Date) ([]maturity.Measure, error) {
	people, version, err := s.Standard.Masteries(ctx, self)
	if err != nil {
		return nil, err
	}
	var read int64
	for i := range people {
		if people[i].Reading != nil {
			read++
		}
	}
	m := ratio(maturity.GaugeMastery, read, int64(len(people)), today, today, "assessment.why.no_users", "/handbook")
	if version.ID == "" {
		m.Known, m.Why = false, "assessment.why.no_standard"
	}
	return []maturity.Measure{m}, nil
}

func (s Sources) fromRecords(ctx context.Context, today calendar.Date) (list []maturity.Measure, err error) {
	month := today.Month()
	from, year, to := (month - recentMonths).First(), (month - yearMonths + 1).First(), month.First()-1
	people, err := s.Metrics.Read(ctx, self, metric.Query{Metrics: []metric.ID{"people"}, Place: metric.Company, Period: over(month, 1)})
	if err != nil {
		return nil, err
	}
	err = s.Store.ReadFacts(ctx, func(r FactReader) error {
		held, all, err := r.MeetingCounts(ctx, from, to)
		if err != nil {
			return err
		}
		done, due, err := r.ActionCounts(ctx, from, to)
		if err != nil {
			return err
		}
		tenths, records, err := r.TrainingTenths(ctx, year, today)
		if err != nil {
			return err
		}
		list = []maturity.Measure{ratio(maturity.GaugeReviews, held, all, from, to, "assessment.why.no_meetings", "/reviews"), ratio(maturity.GaugeActions, done, due, from, to, "assessment.why.no_actions", "/reviews"),
			training(tenths, records, people.Series[0].Value, year, today)}
		return nil
	})
	return list, err
}

// training is hours for each person; without a single record nobody knows whether there was none or none was written down.
func training(tenths, records int64, people metric.Value, from, to calendar.Date) maturity.Measure {
	m := maturity.Measure{Gauge: maturity.GaugeTraining, Numerator: tenths, Denominator: people.Numerator, From: from, To: to, Link: "/training"}
	switch {
	case records == 0:
		m.Why = "assessment.why.no_training"
	case people.Numerator <= 0:
		m.Why = "assessment.why.no_sellers"
	default:
		m.Known, m.Value = true, tenths/people.Numerator
	}
	return m
}

func (s Sources) fromPlans(ctx context.Context, today calendar.Date) ([]maturity.Measure, error) {
	d, err := s.Deviations(ctx, today)
	if err != nil {
		return nil, err
	}
	m := ratio(maturity.GaugeMatched, d.Matched, d.Components, today, today, "assessment.why.no_plans", "/team-value")
	if d.Components > 0 && !slices.ContainsFunc(d.Layers, func(l LayerMatch) bool { return len(l.Asked) > 0 }) {
		m.Known, m.Value, m.Why = false, 0, "metric.reason.no_target"
	}
	return []maturity.Measure{m}, nil
}
