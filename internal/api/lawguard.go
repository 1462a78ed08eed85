package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/lawguard"
)

// lawSource is what a rule rests on.
type lawSource struct {
	Cite  string `json:"cite" doc:"Law, article, dates."`
	Quote string `json:"quote" doc:"What it says; the Chinese text is the original."`
}

// lawRule is a rule of the law guard as it holds.
type lawRule struct {
	Rule     string      `json:"rule" example:"minimum_wage"`
	Name     string      `json:"name"`
	Check    string      `json:"check"`
	About    string      `json:"about" enum:"pay,person,plan,company"`
	Severity string      `json:"severity" enum:"warning,note"`
	Off      bool        `json:"off"`
	Why      string      `json:"why,omitempty" doc:"Why it is off."`
	Unit     string      `json:"unit,omitempty" enum:"percent,days,months"`
	Number   int         `json:"number,omitempty"`
	Min      int         `json:"min,omitempty"`
	Most     int         `json:"most,omitempty"`
	Sources  []lawSource `json:"sources" nullable:"false"`
}

// minimumWage is the minimum wage of a city from a day on.
type minimumWage struct {
	City         string `json:"city" maxLength:"160"`
	From         string `json:"from" format:"date"`
	MonthlyMinor int64  `json:"monthly_minor"`
	HourlyMinor  int64  `json:"hourly_minor,omitempty"`
	Source       string `json:"source" maxLength:"300" doc:"Who published it, where and when."`
}

// lawSettings is everything that the law guard judges by.
type lawSettings struct {
	Number     int               `json:"number" doc:"Version; 0 when nobody has kept any."`
	CreatedBy  string            `json:"created_by,omitempty"`
	CreatedAt  *time.Time        `json:"created_at,omitempty"`
	City       string            `json:"city,omitempty" doc:"Of whoever works nowhere else."`
	TeamCities map[string]string `json:"team_cities,omitempty" doc:"By the team's key."`
	Rules      []lawRule         `json:"rules" nullable:"false"`
	Wages      []minimumWage     `json:"wages" nullable:"false"`
}

// lawNote is that somebody took note of a finding.
type lawNote struct {
	UserID string    `json:"user_id"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// LawFinding is one rule that is broken, or cannot be judged, in one place.
type LawFinding struct {
	ID           string   `json:"id"`
	Fingerprint  string   `json:"fingerprint" doc:"Stands for the facts that it rests on: send it to take note of exactly these."`
	Rule         string   `json:"rule"`
	Severity     string   `json:"severity" enum:"warning,note"`
	Verdict      string   `json:"verdict" enum:"broken,unknown" doc:"unknown: a fact is missing that would tell."`
	Month        string   `json:"month,omitempty"`
	PersonID     int64    `json:"person_id,omitempty"`
	PersonKey    string   `json:"person_key,omitempty"`
	PersonName   string   `json:"person_name,omitempty"`
	VersionID    string   `json:"version_id,omitempty" doc:"Of a plan."`
	AmountMinor  *int64   `json:"amount_minor,omitempty"`
	LimitMinor   *int64   `json:"limit_minor,omitempty"`
	Reason       string   `json:"reason"`
	Remedy       string   `json:"remedy"`
	Sources      []string `json:"sources" nullable:"false"`
	Acknowledged *lawNote `json:"acknowledged,omitempty"`
	Earlier      *lawNote `json:"earlier,omitempty" doc:"Who took note of it before its facts changed."`
}

// lawReport is the findings of a month; the counts are of everything in reach.
type lawReport struct {
	List[LawFinding]
	Month        string `json:"month"`
	HasResult    bool   `json:"has_result" doc:"The month was calculated, so that pay could be judged."`
	Count        int    `json:"count" doc:"Findings of the filter."`
	Open         int    `json:"open"`
	Unknown      int    `json:"unknown"`
	Acknowledged int    `json:"acknowledged"`
}

// EmploymentTerm is what holds of somebody's employment from a day on.
type EmploymentTerm struct {
	PersonID       int64  `json:"person_id"`
	From           string `json:"from" format:"date"`
	Work           string `json:"work,omitempty" enum:"full_time,part_time,other"`
	FixedMinor     int64  `json:"fixed_minor" doc:"Fixed pay a month, before tax and insurance."`
	City           string `json:"city,omitempty" maxLength:"160"`
	ProbationUntil string `json:"probation_until,omitempty" format:"date" doc:"Last day on probation."`
	RegularMinor   int64  `json:"regular_minor,omitempty" doc:"Fixed pay a month agreed for after the probation; 0: not recorded."`
	Note           string `json:"note,omitempty" maxLength:"2000"`
	Taken          bool   `json:"taken,omitempty" doc:"Taken back: no term holds from that day."`
}

// recordedTerm is a term with who recorded it when.
type recordedTerm struct {
	EmploymentTerm
	Number     int       `json:"number" doc:"Of several of the same day the greatest holds."`
	RecordedBy string    `json:"recorded_by"`
	RecordedAt time.Time `json:"recorded_at"`
}

type enteredTerms struct {
	New int `json:"new" doc:"Terms that were not recorded in the same words already."`
}

type (
	setLawRuleInput struct {
		Rule string `path:"rule" maxLength:"60" example:"deduction_limit"`
		Body struct {
			Seen     int    `json:"seen" doc:"Number of the settings seen."`
			Off      bool   `json:"off,omitempty"`
			Why      string `json:"why,omitempty" maxLength:"2000" doc:"Needed to turn a rule off."`
			Severity string `json:"severity,omitempty" enum:"warning,note"`
			Number   int    `json:"number,omitempty"`
		}
	}
	setLawCitiesInput struct {
		Body struct {
			Seen       int               `json:"seen"`
			City       string            `json:"city,omitempty" maxLength:"160"`
			TeamCities map[string]string `json:"team_cities,omitempty"`
		}
	}
	putWagesInput struct {
		Body struct {
			Seen  int           `json:"seen"`
			Wages []minimumWage `json:"wages" nullable:"false"`
		}
	}
	removeWageInput struct {
		City string `path:"city" maxLength:"160"`
		From string `path:"from" format:"date"`
		Seen int    `query:"seen" required:"true"`
	}
	listLawInput struct {
		Month  string `query:"month" required:"true" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" example:"2026-09"`
		Rule   string `query:"rule" maxLength:"60"`
		State  string `query:"state" enum:"open,unknown,acknowledged"`
		Search string `query:"search" maxLength:"100" doc:"Part of a name or employee number."`
		Cursor string `query:"cursor" maxLength:"200"`
		Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	}
	acknowledgeLawInput struct {
		Body struct {
			FindingID   string `json:"finding_id" maxLength:"200"`
			Fingerprint string `json:"fingerprint" maxLength:"100"`
			Reason      string `json:"reason" maxLength:"2000"`
			Month       string `json:"month,omitempty" maxLength:"7" example:"2026-09" doc:"Of the list in which the finding was seen: plans are judged by the payees of a month. Without it, of this month."`
		}
	}
	personTermsInput struct {
		PersonID int64 `path:"person_id"`
	}
	enterTermsInput struct {
		Body struct {
			Terms []EmploymentTerm `json:"terms" nullable:"false" maxItems:"5000"`
		}
	}
)

func (a *API) lawOperations() {
	guard := a.services.LawGuard
	register(a, operation{id: "get_law_rules", method: http.MethodGet, path: "/law/rules", tag: "law"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*output[lawSettings], error) {
			v, err := guard.Settings(ctx, actor)
			return &output[lawSettings]{toAPILawSettings(httpx.PrinterFrom(ctx), v)}, err
		})
	register(a, operation{id: "set_law_rule", method: http.MethodPut, path: "/law/rules/{rule}", tag: "law"},
		func(ctx context.Context, actor access.Actor, in *setLawRuleInput) (*output[lawSettings], error) {
			b := in.Body
			v, err := guard.SetRule(ctx, actor, b.Seen, lawguard.Rule(in.Rule), lawguard.RuleSetting{Off: b.Off, Why: b.Why, Severity: lawguard.Severity(b.Severity), Number: b.Number})
			return &output[lawSettings]{toAPILawSettings(httpx.PrinterFrom(ctx), v)}, err
		})
	register(a, operation{id: "set_law_cities", method: http.MethodPut, path: "/law/cities", tag: "law"},
		func(ctx context.Context, actor access.Actor, in *setLawCitiesInput) (*output[lawSettings], error) {
			v, err := guard.SetCities(ctx, actor, in.Body.Seen, lawguard.Cities{City: in.Body.City, TeamCities: in.Body.TeamCities})
			return &output[lawSettings]{toAPILawSettings(httpx.PrinterFrom(ctx), v)}, err
		})
	register(a, operation{id: "put_minimum_wages", method: http.MethodPost, path: "/law/wages", tag: "law"}, a.putWages)
	register(a, operation{id: "remove_minimum_wage", method: http.MethodDelete, path: "/law/wages/{city}/{from}", tag: "law"},
		func(ctx context.Context, actor access.Actor, in *removeWageInput) (*output[lawSettings], error) {
			from, err := calendar.ParseDate(in.From)
			if err != nil {
				return nil, errNotFound()
			}
			v, err := guard.RemoveWage(ctx, actor, in.Seen, in.City, from)
			return &output[lawSettings]{toAPILawSettings(httpx.PrinterFrom(ctx), v)}, err
		})
	register(a, operation{id: "list_law_findings", method: http.MethodGet, path: "/law/findings", tag: "law"}, a.listLawFindings)
	register(a, operation{id: "list_plan_law_findings", method: http.MethodGet, path: "/plans/{id}/law-findings", tag: "law"},
		func(ctx context.Context, actor access.Actor, in *ByID) (*listOutput[LawFinding], error) {
			found, err := guard.OfPlan(ctx, actor, in.ID)
			p := httpx.PrinterFrom(ctx)
			return newList(found, "", func(f lawguard.Finding) LawFinding { return toAPILawFinding(p, f) }), err
		})
	register(a, operation{id: "acknowledge_law_finding", method: http.MethodPost, path: "/law/acknowledgements", tag: "law"},
		func(ctx context.Context, actor access.Actor, in *acknowledgeLawInput) (*output[LawFinding], error) {
			ask := lawguard.Acknowledge{FindingID: in.Body.FindingID, Fingerprint: in.Body.Fingerprint, Reason: in.Body.Reason}
			if in.Body.Month != "" {
				var err error
				if ask.Month, err = fromAPIMonth(in.Body.Month); err != nil {
					return nil, err
				}
			}
			f, err := guard.Acknowledge(ctx, actor, ask)
			return &output[LawFinding]{toAPILawFinding(httpx.PrinterFrom(ctx), f)}, err
		})
	register(a, operation{id: "list_employment_terms", method: http.MethodGet, path: "/employment-terms", tag: "law"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*listOutput[recordedTerm], error) {
			rows, err := guard.Terms(ctx, actor, calendar.NoDate)
			var standing []lawguard.Term
			for _, row := range rows {
				standing = append(standing, row.Standing...)
			}
			return newList(standing, "", toAPITerm), err
		})
	register(a, operation{id: "get_employment_terms", method: http.MethodGet, path: "/employment-terms/{person_id}", tag: "law"},
		func(ctx context.Context, actor access.Actor, in *personTermsInput) (*listOutput[recordedTerm], error) {
			row, err := guard.PersonTerms(ctx, actor, in.PersonID)
			return newList(row.Record, "", toAPITerm), err
		})
	register(a, operation{id: "enter_employment_terms", method: http.MethodPost, path: "/employment-terms", tag: "law"}, a.enterTerms)
}

func (a *API) putWages(ctx context.Context, actor access.Actor, in *putWagesInput) (*output[lawSettings], error) {
	var wages []lawguard.Wage
	for _, w := range in.Body.Wages {
		from, err := calendar.ParseDate(w.From)
		if err != nil {
			return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "from", Value: w.From, Message: errs.Msg("form.error.date", nil)}})
		}
		wages = append(wages, lawguard.Wage{City: w.City, From: from, MonthlyMinor: w.MonthlyMinor, HourlyMinor: w.HourlyMinor, Source: w.Source})
	}
	v, err := a.services.LawGuard.PutWages(ctx, actor, in.Body.Seen, wages)
	return &output[lawSettings]{toAPILawSettings(httpx.PrinterFrom(ctx), v)}, err
}

func (a *API) listLawFindings(ctx context.Context, actor access.Actor, in *listLawInput) (*output[lawReport], error) {
	month, err := fromAPIMonth(in.Month)
	if err != nil {
		return nil, err
	}
	report, err := a.services.LawGuard.Find(ctx, actor, lawguard.Filter{Month: month, Rule: lawguard.Rule(in.Rule), State: lawguard.State(in.State), Search: in.Search, After: in.Cursor, Limit: in.Limit})
	p := httpx.PrinterFrom(ctx)
	list := newList(report.Findings, report.Next, func(f lawguard.Finding) LawFinding { return toAPILawFinding(p, f) })
	return &output[lawReport]{lawReport{list.Body, month.String(), report.HasResult, report.Count, report.Open, report.Unknown, report.Acknowledged}}, err
}

func (a *API) enterTerms(ctx context.Context, actor access.Actor, in *enterTermsInput) (*output[enteredTerms], error) {
	entries := make([]lawguard.EnterTerm, len(in.Body.Terms))
	for i, t := range in.Body.Terms {
		var c fact.Checker
		entries[i] = lawguard.EnterTerm{PersonID: t.PersonID, From: fromAPIDate(&c, "from", t.From), Taken: t.Taken, Work: lawguard.Work(t.Work), FixedMinor: t.FixedMinor, City: t.City,
			ProbationUntil: fromAPIDate(&c, "probation_until", t.ProbationUntil), RegularMinor: t.RegularMinor, Note: t.Note}
		if t.Work == "" {
			entries[i].Work = lawguard.WorkFullTime
		}
		if err := c.Err(); err != nil {
			return nil, err
		}
	}
	fresh, err := a.services.LawGuard.EnterTerms(ctx, actor, entries...)
	return &output[enteredTerms]{enteredTerms{fresh}}, err
}

func toAPILawSettings(p *i18n.Printer, v lawguard.Version) lawSettings {
	out := lawSettings{Number: v.Number, CreatedBy: v.CreatedBy, CreatedAt: toAPIInstant(v.CreatedAt), City: v.Settings.City, TeamCities: v.Settings.TeamCities, Rules: []lawRule{}, Wages: []minimumWage{}}
	for _, d := range lawguard.Definitions {
		off, severity, number := v.Settings.InForce(d)
		rule := lawRule{Rule: string(d.Rule), Name: p.Message(d.Name()), Check: p.Message(d.Check()), About: string(d.About), Severity: string(severity), Off: off, Why: v.Settings.Rules[d.Rule].Why,
			Unit: string(d.Unit), Number: number, Min: d.Min, Most: d.Most}
		for _, source := range d.Sources {
			rule.Sources = append(rule.Sources, lawSource{p.Message(lawguard.Cite(source)), p.Message(lawguard.Quote(source))})
		}
		out.Rules = append(out.Rules, rule)
	}
	for _, w := range v.Settings.Wages {
		out.Wages = append(out.Wages, minimumWage{w.City, w.From.String(), w.MonthlyMinor, w.HourlyMinor, w.Source})
	}
	return out
}

func toAPILawFinding(p *i18n.Printer, f lawguard.Finding) LawFinding {
	out := LawFinding{ID: f.ID, Fingerprint: f.Fingerprint, Rule: string(f.Rule), Severity: string(f.Severity), Verdict: string(f.Verdict), PersonID: f.PersonID, PersonKey: f.PersonKey, PersonName: f.PersonName,
		VersionID: f.VersionID, AmountMinor: f.AmountMinor, LimitMinor: f.LimitMinor, Reason: p.Message(f.Reason), Remedy: p.Message(f.Remedy), Sources: []string{}}
	if f.Month != 0 {
		out.Month = f.Month.String()
	}
	if d, ok := lawguard.DefinitionOf(f.Rule); ok {
		for _, source := range d.Sources {
			out.Sources = append(out.Sources, p.Message(lawguard.Cite(source)))
		}
	}
	note := func(n *lawguard.Acknowledgement) *lawNote {
		if n == nil {
			return nil
		}
		return &lawNote{n.UserID, n.At, n.Reason}
	}
	out.Acknowledged, out.Earlier = note(f.Acknowledged), note(f.Earlier)
	return out
}

func toAPITerm(t lawguard.Term) recordedTerm {
	out := recordedTerm{EmploymentTerm{PersonID: t.PersonID, From: t.From.String(), Work: string(t.Work), FixedMinor: t.FixedMinor, City: t.City, RegularMinor: t.RegularMinor, Note: t.Note, Taken: t.Taken},
		t.Number, t.RecordedBy, t.RecordedAt}
	if t.ProbationUntil != calendar.NoDate {
		out.ProbationUntil = t.ProbationUntil.String()
	}
	return out
}
