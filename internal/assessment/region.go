package assessment

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/maturity"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/org"
)

// Region is a region with people in it.
type Region struct {
	ID   int64
	Name string
}

// RegionGauges read what criteria are measured by of a region; what only the company as a whole has says so.
type RegionGauges interface {
	Regions(ctx context.Context, today calendar.Date) ([]Region, error) // by name
	RegionMeasures(ctx context.Context, today calendar.Date, regionID int64) ([]maturity.Measure, error)
}

// WithRegions lets regions be judged.
func (s *Service) WithRegions(gauges RegionGauges) *Service {
	s.regions = gauges
	return s
}

// Regions are those that the actor may have judged: all of them for who sees the company, otherwise those of the grant. Errors: forbidden.
func (s *Service) Regions(ctx context.Context, actor access.Actor) (list []Region, err error) {
	defer errs.Wrap(&err, "assessment.Regions")
	if err := actor.Require(access.PermAssessmentRead); err != nil {
		return nil, err
	}
	if s.regions == nil {
		return nil, nil
	}
	scope := actor.ScopeOf(access.PermAssessmentRead)
	list, err = s.regions.Regions(ctx, s.today())
	return slices.DeleteFunc(list, func(r Region) bool { return !scope.All && !slices.Contains(scope.RegionIDs, r.ID) }), err
}

// RegionStanding is how a region stands today by what can be measured of it.
type RegionStanding struct {
	Region Region
	Today  calendar.Date
	Model  maturity.Model // the criteria of the company's that are measured of regions
	Result maturity.Result
	Left   []maturity.Criterion // measured ones that the company alone has
}

// StandRegion judges a region by the measured criteria; what people say of the company is left out. Nothing is kept. Errors: forbidden; not found, also out of
// reach.
func (s *Service) StandRegion(ctx context.Context, actor access.Actor, id int64) (st RegionStanding, err error) {
	defer errs.Wrap(&err, "assessment.StandRegion(%d)", id)
	regions, err := s.Regions(ctx, actor)
	if err != nil {
		return st, err
	}
	at := slices.IndexFunc(regions, func(r Region) bool { return r.ID == id })
	if at < 0 {
		return st, errs.New(errs.KindNotFound, "assessment.no_region", nil)
	}
	st = RegionStanding{Region: regions[at], Today: s.today()}
	known := maturity.Known{Today: st.Today}
	if known.Measures, err = s.regions.RegionMeasures(ctx, st.Today, id); err != nil {
		return st, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		m, err := model(ctx, r)
		if err == nil {
			st.Model, st.Left = measuredOnly(m, known.Measures)
		}
		return err
	})
	if err == nil {
		st.Result = maturity.Judge(&st.Model, known)
	}
	return st, err
}

// whyCompany says that something is known of the whole company alone.
const whyCompany = "assessment.why.company_only"

// measuredOnly is a model without what is asked, and without what the company alone has.
func measuredOnly(m *maturity.Model, measures []maturity.Measure) (out maturity.Model, left []maturity.Criterion) {
	out = *m
	out.Sides = nil
	for _, side := range m.Sides {
		var kept []maturity.Criterion
		for _, c := range side.Criteria {
			switch {
			case c.Asked():
			case slices.ContainsFunc(measures, func(m maturity.Measure) bool { return m.Gauge == c.Gauge && m.Why == whyCompany }):
				left = append(left, c)
			default:
				kept = append(kept, c)
			}
		}
		if side.Criteria = kept; len(kept) > 0 {
			out.Sides = append(out.Sides, side)
		}
	}
	return out, left
}

// Regions implements RegionGauges.
func (s Sources) Regions(ctx context.Context, today calendar.Date) (list []Region, err error) {
	defer errs.Wrap(&err, "assessment.Regions")
	_, err = s.People.Each(ctx, self, org.Filter{When: org.When{Valid: today}, Employment: org.Employed}, func(m org.Member) error {
		if r := (Region{m.RegionID, m.RegionName}); r.ID != 0 && !slices.Contains(list, r) {
			list = append(list, r)
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Region) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return list, err
}

// companyGauges are read of the whole company alone.
var companyGauges = []maturity.Gauge{maturity.GaugeMastery, maturity.GaugeSatisfied, maturity.GaugeAnswered, maturity.GaugeReviews, maturity.GaugeActions, maturity.GaugeTraining, maturity.GaugeMatched}

// RegionMeasures implements RegionGauges.
func (s Sources) RegionMeasures(ctx context.Context, today calendar.Date, regionID int64) (list []maturity.Measure, err error) {
	defer errs.Wrap(&err, "assessment.RegionMeasures(%d)", regionID)
	place := metric.Place{Kind: metric.PlaceRegion, ID: regionID}
	if list, err = s.booked(ctx, today, place); err != nil {
		return nil, err
	}
	targets, err := s.targetsOf(ctx, today, place)
	if err != nil {
		return nil, err
	}
	list = append(list, targets...)
	for _, gauge := range companyGauges {
		list = append(list, maturity.Measure{Gauge: gauge, From: today, To: today, Why: whyCompany})
	}
	return list, nil
}
