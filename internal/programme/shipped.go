package programme

import "xiaoguan/internal/metric"

// shippedGoal is a goal that the product brings along: where "+40 %" may be read in two ways, kind is empty and asked is what is to be asked.
type shippedGoal struct {
	key     string
	source  Source
	metric  metric.ID
	unit    metric.Unit
	good    metric.Good
	window  int
	horizon int
	kind    AskKind
	asked   int64
}

const percent = metric.Whole / 100

// shippedGoals are the numbers that a programme of improvement is measured by, in the order of their dates.
var shippedGoals = []shippedGoal{
	{"identification", SourceIdentification, "", metric.UnitPercent, metric.GoodUp, 1, 3, AskAbsolute, 95 * percent},
	{"accuracy", SourceAccuracy, "", metric.UnitPercent, metric.GoodUp, 1, 3, AskAbsolute, 90 * percent},
	{"core_ratio", SourceCoreRatio, "", metric.UnitPercent, metric.GoodUp, 1, 3, AskAbsolute, 130 * percent},
	{"freshness", SourceBook, "freshness", metric.UnitHours, metric.GoodDown, 1, 3, AskAbsolute, 24 * 60},
	{"compliance", SourceBook, "compliance", metric.UnitPercent, metric.GoodUp, 3, 6, "", 40 * percent},
	{"compliance_level", SourceBook, "compliance", metric.UnitPercent, metric.GoodUp, 1, 6, AskAbsolute, 90 * percent},
	{"per_head", SourceBook, "per_head", metric.UnitEach, metric.GoodUp, 3, 6, AskRelative, 30 * percent},
	{"recording", SourceBook, "recording", metric.UnitPercent, metric.GoodUp, 1, 6, AskAbsolute, 100 * percent},
	{"completeness", SourceBook, "completeness", metric.UnitPercent, metric.GoodUp, 1, 6, AskAbsolute, 85 * percent},
	{"resource_match", SourceBook, "resource_match", metric.UnitPercent, metric.GoodUp, 1, 6, AskAbsolute, 90 * percent},
	{"plan_coverage", SourceBook, "plan_coverage", metric.UnitPercent, metric.GoodUp, 1, 6, AskAbsolute, 100 * percent},
	{"attained", SourceAttained, "", metric.UnitPercent, metric.GoodUp, 1, 6, AskAbsolute, 80 * percent},
	{"data_driven", SourceBook, "data_driven", metric.UnitPercent, metric.GoodUp, 3, 12, "", 80 * percent},
	{"retention", SourceBook, "retention", metric.UnitPercent, metric.GoodUp, 1, 12, "", 25 * percent},
	{"turnover", SourceBook, "turnover", metric.UnitPercent, metric.GoodDown, 12, 12, "", -20 * percent},
}
