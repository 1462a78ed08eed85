package engine

import (
	"fmt"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// problemsMax is how many things wrong with the input an error lists.
const problemsMax = 100

// problem is one thing that a run cannot go on with.
type problem struct{ field errs.Field }

// refuse makes the error of a list of problems, or nil.
func refuse(key string, problems []problem) error {
	if len(problems) == 0 {
		return nil
	}
	e := errs.New(errs.KindInvalid, key, errs.Args{"Count": len(problems)})
	for _, p := range problems[:min(len(problems), problemsMax)] {
		e.Fields = append(e.Fields, p.field)
	}
	return e
}

func trouble(path, value, key string, args errs.Args) problem {
	return problem{field: errs.Field{Path: path, Value: value, Message: errs.Msg(key, args)}}
}

// checkInput looks at what the plans and the shape of the facts must hold before anything is computed.
func checkInput(in Input) error {
	var problems []problem
	add := func(path, value, key string, args errs.Args) {
		problems = append(problems, trouble(path, value, key, args))
	}
	last := in.Period.Last()
	if in.Crediting == nil || !in.Crediting.Effective.Contains(last) {
		add("crediting", "", problemCrediting, errs.Args{"Day": last.String()})
	}
	seen := map[string]bool{}
	for i, p := range in.Plans {
		at := fmt.Sprintf("plans[%s]", p.ID)
		if !p.Effective.Contains(last) {
			continue
		}
		if seen[p.ID] {
			add(at, p.ID, problemSamePlan, errs.Args{"Plan": p.ID})
		}
		seen[p.ID] = true
		if p.Currency != in.Facts.Currency {
			add(at, string(p.Currency), problemCurrency, errs.Args{"Plan": string(p.Currency), "Facts": string(in.Facts.Currency)})
		}
		if i > 1<<15 {
			add(at, "", problemTooMany, errs.Args{"What": "plans"})
		}
	}
	pay := &in.Facts.Payments
	if n := pay.Len(); len(pay.On) != n || len(pay.AmountFen) != n || len(pay.Order) != n || (pay.Keys != nil && len(pay.Keys) != n) {
		add("payments", "", problemColumns, nil)
	}
	for _, person := range in.Only {
		if person < 0 || int(person) >= len(in.Facts.Persons) {
			add("only", fmt.Sprint(person), problemReference, errs.Args{"What": "person"})
		}
	}
	problems = append(problems, checkPeople(in.Facts)...)
	problems = append(problems, checkFurther(in.Facts)...)
	return refuse(errorInput, problems)
}

// checkPeople looks for references to people and teams that do not exist.
func checkPeople(f *Facts) (problems []problem) {
	for i := range f.Persons {
		for _, s := range f.Persons[i].Spans {
			if s.Team != None && (s.Team < 0 || int(s.Team) >= len(f.Teams)) {
				problems = append(problems, trouble("persons["+f.Persons[i].Key+"]", fmt.Sprint(s.Team), problemReference, errs.Args{"What": "team"}))
			}
		}
	}
	for i := range f.Teams {
		for _, l := range f.Teams[i].Leaders {
			if l.Person != None && (l.Person < 0 || int(l.Person) >= len(f.Persons)) {
				problems = append(problems, trouble("teams["+f.Teams[i].Key+"]", fmt.Sprint(l.Person), problemReference, errs.Args{"What": "person"}))
			}
		}
	}
	return problems
}

// LevelOn returns the level at which the person works on the day, or "" when no span covers it.
func LevelOn(p Person, day calendar.Date) string {
	if s := spanOn(&p, day); s != nil {
		return s.Level
	}
	return ""
}

func spanOn(p *Person, day calendar.Date) *Span {
	for i := range p.Spans {
		if p.Spans[i].Days.Contains(day) {
			return &p.Spans[i]
		}
	}
	return nil
}
