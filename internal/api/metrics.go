package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/metric"
)

type (
	metricTerm struct {
		Measure string `json:"measure"`
		Minus   bool   `json:"minus,omitempty"`
		When    string `json:"when" enum:"during,start,end,average"`
	}
	metricText struct {
		Zh string `json:"zh"`
		En string `json:"en"`
	}
	// Metric is what a number means.
	Metric struct {
		ID          string       `json:"id"`
		Family      string       `json:"family" doc:"Of rival definitions."`
		Chosen      bool         `json:"chosen" doc:"It is the one of its family that the company goes by."`
		Own         bool         `json:"own" doc:"The company wrote this version."`
		Version     int          `json:"version"`
		Name        metricText   `json:"name"`
		Basis       metricText   `json:"basis"`
		Formula     string       `json:"formula" enum:"sum,ratio,per_head,days,age"`
		Of          []metricTerm `json:"of" nullable:"false"`
		Over        []metricTerm `json:"over" nullable:"false"`
		Unit        string       `json:"unit" enum:"money,count,percent,each,days,hours"`
		Good        string       `json:"good" enum:"up,down,neither"`
		Owner       string       `json:"owner" doc:"The role that answers for it."`
		Sources     []string     `json:"sources" nullable:"false"`
		FreshHours  int          `json:"fresh_hours"`
		MaturesDays int          `json:"matures_days,omitempty"`
	}
	metricPlace struct {
		Kind string `json:"kind" enum:"reach,company,region,team,person,product,product_line" doc:"Of parts by product or line: which."`
		ID   int64  `json:"id,omitempty"`
		Name string `json:"name,omitempty"`
	}
	// MetricValue is a number and what it is made of. Without amount, why says why there is none.
	MetricValue struct {
		Metric      string      `json:"metric"`
		Version     int         `json:"version"`
		Unit        string      `json:"unit" enum:"money,count,percent,each,days,hours"`
		Place       metricPlace `json:"place"`
		From        string      `json:"from" format:"date"`
		To          string      `json:"to" format:"date"`
		Amount      *int64      `json:"amount,omitempty" doc:"Minor units of money, things, parts per million of a percentage, tenths of a day, minutes of an age."`
		Numerator   int64       `json:"numerator"`
		Denominator int64       `json:"denominator,omitempty"`
		Scale       int64       `json:"scale" doc:"Multiplies the quotient."`
		Why         string      `json:"why,omitempty" enum:"no_rows,no_target,zero,immature,not_recorded,not_counted,future,whole"`
		Newest      *time.Time  `json:"newest,omitempty" doc:"When the newest fact of its first source was recorded."`
		LeftOut     int64       `json:"left_out,omitempty" doc:"Facts in other currencies, which are not in it."`
	}
	metricCompared struct {
		Against string      `json:"against" enum:"year_ago,before"`
		Value   MetricValue `json:"value"`
		Change  *int64      `json:"change_ppm,omitempty" doc:"Growth in parts per million; of percentages the difference of both."`
		Points  bool        `json:"points"`
		Why     string      `json:"why,omitempty"`
	}
	metricPart struct {
		Value    MetricValue      `json:"value"`
		Compared []metricCompared `json:"compared,omitempty"`
	}
	metricSeries struct {
		Metric   Metric           `json:"metric"`
		Value    MetricValue      `json:"value"`
		Compared []metricCompared `json:"compared" nullable:"false"`
		Parts    []metricPart     `json:"parts" nullable:"false"`
	}
	metricAnswer struct {
		Place    metricPlace    `json:"place"`
		From     string         `json:"from" format:"date"`
		To       string         `json:"to" format:"date"`
		ToDate   bool           `json:"to_date" doc:"The period runs; comparisons end on the same working day."`
		Elapsed  int            `json:"elapsed_work_days"`
		WorkDays int            `json:"work_days"`
		Narrowed bool           `json:"narrowed" doc:"The numbers are of what you may see of what you asked for."`
		Missing  int64          `json:"missing_people,omitempty"`
		Behind   bool           `json:"behind" doc:"Facts are recorded that the sums do not count yet."`
		Series   []metricSeries `json:"series" nullable:"false"`
	}
	// MetricAsk says of whom and when.
	MetricAsk struct {
		Place   string `query:"place" enum:"reach,company,region,team,person" default:"company"`
		PlaceID int64  `query:"place_id"`
		Period  string `query:"period" enum:"month,quarter,year,span" default:"month"`
		Month   string `query:"month" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"Any month of the period; of today if absent."`
		Last    string `query:"last" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"Last month of a span."`
	}
	metricValuesInput struct {
		Metrics []string `query:"metric,explode" maxItems:"40" doc:"Metrics or families; all chosen ones if absent."`
		MetricAsk
		By       string    `query:"by" enum:"month,day,region,team,person,product,product_line"`
		Against  []string  `query:"against,explode" enum:"year_ago,before"`
		Recorded time.Time `query:"recorded" doc:"Count facts as recorded at that moment."`
	}
	metricRowsInput struct {
		ID string `path:"id"`
		MetricAsk
		Measure string `query:"measure"`
		Product int64  `query:"product" minimum:"0" doc:"Rows of one product alone."`
		Line    string `query:"line" maxLength:"200" doc:"Rows of one line of products alone."`
		After   string `query:"after"`
		Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}
	metricRow struct {
		Kind     string `json:"kind"`
		Key      string `json:"key,omitempty"`
		ID       int64  `json:"id,omitempty"`
		Subject  string `json:"subject,omitempty" doc:"What a follow-up is of: opportunity:12, customer:5, lead:3."`
		Name     string `json:"name,omitempty"`
		PersonID int64  `json:"person_id,omitempty"`
		Person   string `json:"person_name,omitempty"`
		On       string `json:"on" format:"date"`
		Amount   int64  `json:"amount" doc:"What it adds to the measure of the place."`
		Of       int64  `json:"of" doc:"Of the whole record."`
	}
	metricRowsPage struct {
		Metric   Metric      `json:"metric"`
		Measure  string      `json:"measure,omitempty"`
		Measures []string    `json:"measures" nullable:"false" doc:"Whose rows can be listed."`
		Rows     []metricRow `json:"rows" nullable:"false"`
		Next     string      `json:"next,omitempty"`
	}
)

func toAPIMetric(d metric.Definition) Metric {
	m := Metric{ID: string(d.ID), Family: string(d.Family), Chosen: d.Default, Own: d.Own, Version: d.Version, Name: metricText{d.Name.Zh, d.Name.En}, Basis: metricText{d.Basis.Zh, d.Basis.En},
		Formula: string(d.Formula.Kind), Of: []metricTerm{}, Over: []metricTerm{}, Unit: string(d.Unit), Good: string(d.Good), Owner: d.Owner, Sources: []string{}, FreshHours: d.FreshHours, MaturesDays: d.MaturesDays}
	for _, t := range d.Formula.Of {
		m.Of = append(m.Of, metricTerm{string(t.Measure), t.Minus, string(t.When)})
	}
	for _, t := range d.Formula.Over {
		m.Over = append(m.Over, metricTerm{string(t.Measure), t.Minus, string(t.When)})
	}
	for _, s := range d.Sources {
		m.Sources = append(m.Sources, string(s))
	}
	return m
}

func toAPIPlace(p metric.Place) metricPlace { return metricPlace{string(p.Kind), p.ID, p.Name} }

func toAPIValue(v metric.Value) MetricValue {
	out := MetricValue{Metric: string(v.Metric), Version: v.Version, Unit: string(v.Unit), Place: toAPIPlace(v.Place), From: v.Period.From.String(), To: v.Period.To.String(),
		Numerator: v.Numerator, Denominator: v.Denominator, Scale: v.Scale, Why: string(v.Why), LeftOut: v.LeftOut}
	if amount, known := v.Amount(); known {
		out.Amount = &amount
	}
	if !v.Newest.IsZero() {
		out.Newest = &v.Newest
	}
	return out
}

func toAPICompared(list []metric.Compared) []metricCompared {
	out := []metricCompared{}
	for _, c := range list {
		one := metricCompared{Against: string(c.Against), Value: toAPIValue(c.Value), Points: c.Points, Why: string(c.Why)}
		if c.Known {
			one.Change = &c.Change
		}
		out = append(out, one)
	}
	return out
}

// read turns what was asked into a place and a period.
func (in *MetricAsk) read() (place metric.Place, period metric.Period, err error) {
	place = metric.Place{Kind: metric.PlaceKind(in.Place), ID: in.PlaceID}
	period.Kind = metric.PeriodKind(in.Period)
	for _, m := range []struct {
		path, text string
		to         *calendar.Month
	}{{"month", in.Month, &period.First}, {"last", in.Last, &period.Last}} {
		if m.text == "" {
			continue
		}
		if *m.to, err = calendar.ParseMonth(m.text); err != nil {
			return place, period, errs.Invalid("error.invalid", []errs.Field{{Path: m.path, Value: m.text, Message: errs.Msg("form.error.month", nil)}})
		}
	}
	return place, period, nil
}

func (in *metricValuesInput) query() (q metric.Query, err error) {
	q.By, q.Recorded = metric.Breakdown(in.By), in.Recorded
	for _, id := range in.Metrics {
		q.Metrics = append(q.Metrics, metric.ID(id))
	}
	for _, against := range in.Against {
		q.Against = append(q.Against, metric.Against(against))
	}
	q.Place, q.Period, err = in.read()
	return q, err
}

func toAPIAnswer(a metric.Answer) metricAnswer {
	out := metricAnswer{Place: toAPIPlace(a.Place), From: a.Period.From.String(), To: a.Period.To.String(), ToDate: a.Period.ToDate, Elapsed: a.Elapsed, WorkDays: a.WorkDays,
		Narrowed: a.Narrowed, Missing: a.Missing, Behind: a.Behind, Series: []metricSeries{}}
	for _, s := range a.Series {
		series := metricSeries{Metric: toAPIMetric(s.Definition), Value: toAPIValue(s.Value), Compared: toAPICompared(s.Compared), Parts: []metricPart{}}
		for _, p := range s.Parts {
			series.Parts = append(series.Parts, metricPart{toAPIValue(p.Value), toAPICompared(p.Compared)})
		}
		out.Series = append(out.Series, series)
	}
	return out
}

func (a *API) metricOperations() {
	register(a, operation{id: "list_metrics", method: http.MethodGet, path: "/metrics", tag: "sales"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*listOutput[Metric], error) {
			list, err := a.services.Metrics.Definitions(ctx, actor)
			return newList(list, "", toAPIMetric), err
		})
	register(a, operation{id: "get_metric", method: http.MethodGet, path: "/metrics/{id}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *struct {
			ID string `path:"id"`
		}) (*output[Metric], error) {
			d, err := a.services.Metrics.Definition(ctx, actor, metric.ID(in.ID))
			return &output[Metric]{toAPIMetric(d)}, err
		})
	register(a, operation{id: "read_metrics", method: http.MethodGet, path: "/metric-values", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *metricValuesInput) (*output[metricAnswer], error) {
			q, err := in.query()
			if err != nil {
				return nil, err
			}
			answer, err := a.services.Metrics.Read(ctx, actor, q)
			return &output[metricAnswer]{toAPIAnswer(answer)}, err
		})
	register(a, operation{id: "list_metric_rows", method: http.MethodGet, path: "/metrics/{id}/rows", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *metricRowsInput) (*output[metricRowsPage], error) {
			place, period, err := in.read()
			if err != nil {
				return nil, err
			}
			q := metric.RowsQuery{Metric: metric.ID(in.ID), Place: place, Period: period, Measure: metric.MeasureID(in.Measure), After: in.After, Limit: in.Limit}
			if in.Product != 0 {
				q.Product = &in.Product
			}
			if in.Line != "" {
				q.Line = &in.Line
			}
			page, err := a.services.Metrics.Rows(ctx, actor, q)
			if err != nil {
				return nil, err
			}
			out := metricRowsPage{Metric: toAPIMetric(page.Definition), Measure: string(page.Measure), Measures: []string{}, Rows: []metricRow{}, Next: page.Next}
			for _, m := range page.Measures {
				out.Measures = append(out.Measures, string(m.ID))
			}
			for _, r := range page.Rows {
				out.Rows = append(out.Rows, metricRow{r.Kind, r.Key, r.ID, r.Subject, r.Name, r.PersonID, r.Person, r.On.String(), r.Amount, r.Of})
			}
			return &output[metricRowsPage]{out}, nil
		})
	a.metricWriting()
}
