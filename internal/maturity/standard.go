package maturity

// The gauges of the standard model.
const (
	GaugeCompliance Gauge = "compliance" // the company's definition of it
	GaugeRecording  Gauge = "recording"
	GaugeMastery    Gauge = "mastery" // of the people who work by the standard, those who confirmed the handbook in force
	GaugeAttainment Gauge = "attainment"
	GaugeAttained   Gauge = "attained"  // of the people with a target, those who reached it
	GaugeTargeted   Gauge = "targeted"  // of the people who sell, those with a target
	GaugeSatisfied  Gauge = "satisfied" // of the answers to the newest surveys of satisfaction, those of 4 and 5
	GaugeAnswered   Gauge = "answered"  // of the links of surveys, those answered
	GaugeComplete   Gauge = "completeness"
	GaugeEvidence   Gauge = "data_driven"
	GaugeMatch      Gauge = "resource_match"
	GaugeRetention  Gauge = "retention"
	GaugeCollection Gauge = "collection_rate"
	GaugeOverdue    Gauge = "overdue_rate"
	GaugeTurnover   Gauge = "turnover"
	GaugeReviews    Gauge = "reviews"      // of the meetings that were prepared, those that were held
	GaugeActions    Gauge = "actions"      // of what was agreed in them and is due, what was done
	GaugeTraining   Gauge = "training"     // hours for each person
	GaugeCoverage   Gauge = "plan_cover"   // of the people, those under a plan
	GaugeMatched    Gauge = "plan_matched" // of the measures that plans pay, those that a target asks for
)

// validDays is for how long a statement counts.
const validDays = 365

const percent = 10_000

func share(id string, gauge Gauge, from Level, bounds ...int64) Criterion {
	for i := range bounds {
		bounds[i] *= percent
	}
	return Criterion{ID: id, Gauge: gauge, Unit: Share, From: from, Bounds: bounds}
}

func down(c Criterion) Criterion {
	c.Down = true
	return c
}

func asked(id string, from Level) Criterion { return Criterion{ID: id, From: from} }

// Standard is the model that ships. Weights and bounds may be set otherwise by a company.
func Standard() *Model {
	return &Model{Version: 1, ValidDays: validDays, Sides: []Side{
		{Process, 20, []Criterion{
			share("process.compliance", GaugeCompliance, Emerging, 50, 70, 85, 90),
			share("process.recording", GaugeRecording, Emerging, 50, 70, 85, 95),
			share("process.mastery", GaugeMastery, Defined, 50, 80, 95),
			asked("process.roles", Defined), asked("process.bottleneck", Managed), asked("process.improved", Optimised)}},
		{Attainment, 20, []Criterion{
			share("attainment.rate", GaugeAttainment, Emerging, 70, 85, 95, 100),
			share("attainment.people", GaugeAttained, Emerging, 30, 50, 65, 80),
			share("attainment.targeted", GaugeTargeted, Emerging, 60, 90, 95, 100),
			asked("attainment.split", Defined), asked("attainment.adjusted", Managed), asked("attainment.tested", Optimised)}},
		{Satisfaction, 15, []Criterion{
			share("satisfaction.score", GaugeSatisfied, Emerging, 60, 75, 85, 92),
			share("satisfaction.answers", GaugeAnswered, Defined, 10, 20, 30),
			asked("satisfaction.cases", Defined), asked("satisfaction.causes", Managed), asked("satisfaction.verified", Optimised)}},
		{Data, 15, []Criterion{
			share("data.completeness", GaugeComplete, Emerging, 50, 70, 85, 95),
			share("data.decisions", GaugeEvidence, Defined, 40, 70, 90),
			asked("data.one_book", Defined), asked("data.checked", Managed), asked("data.forecast", Optimised)}},
		{Team, 10, []Criterion{
			down(share("team.turnover", GaugeTurnover, Emerging, 35, 25, 15, 10)),
			share("team.reviews", GaugeReviews, Defined, 60, 80, 95),
			share("team.actions", GaugeActions, Defined, 50, 70, 85),
			{ID: "team.training", Gauge: GaugeTraining, Unit: Hours, From: Defined, Bounds: []int64{80, 160, 240}},
			asked("team.coaching", Defined), asked("team.skills", Managed), asked("team.succession", Optimised)}},
		{Incentive, 10, []Criterion{
			share("incentive.coverage", GaugeCoverage, Emerging, 60, 85, 95, 100),
			share("incentive.matched", GaugeMatched, Defined, 60, 80, 95),
			asked("incentive.understood", Defined), asked("incentive.effect", Managed), asked("incentive.improved", Optimised)}},
		{Customers, 10, []Criterion{
			share("customers.match", GaugeMatch, Emerging, 50, 70, 85, 90),
			share("customers.retention", GaugeRetention, Emerging, 50, 65, 75, 85),
			share("customers.collection", GaugeCollection, Emerging, 60, 75, 90, 95),
			down(share("customers.overdue", GaugeOverdue, Emerging, 40, 25, 15, 8)),
			asked("customers.policy", Defined), asked("customers.reassigned", Managed), asked("customers.lifetime", Optimised)}},
	}}
}
