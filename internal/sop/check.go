package sop

import (
	"fmt"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// checker judges a document whose single values are sound.
type checker struct {
	*reader
	standard *Standard
}

func (c *checker) check() {
	c.identifiers()
	c.references()
	c.stages()
	c.pipeline()
	c.repeated()
	c.graphs()
	c.contradictions()
}

// identifiers reports what is defined twice.
func (c *checker) identifiers() {
	seen := map[string]bool{}
	once := func(kind, id, path string) {
		if seen[kind+id] {
			c.Complain(ruledoc.SeverityError, ruledoc.CodeIDDuplicate, path, errs.Args{"ID": id})
		}
		seen[kind+id] = true
	}
	form := func(kind, path string, fields []Field) {
		for i, f := range fields {
			once(kind, f.ID, fmt.Sprintf("%s[%d].id", path, i))
		}
	}
	for i, role := range c.standard.Roles {
		once("role.", role.ID, fmt.Sprintf("roles[%d].id", i))
	}
	form("case.", "case", c.standard.Case)
	for i, stage := range c.standard.Stages {
		once("stage.", stage.ID, fmt.Sprintf("stages[%d].id", i))
		for j, a := range stage.Activities {
			path := fmt.Sprintf("stages[%d].activities[%d]", i, j)
			once("activity.", a.ID, path+".id")
			form("form."+a.ID+".", path+".form", a.Form)
		}
	}
	for i, rule := range c.standard.Rules {
		once("rule.", rule.ID, fmt.Sprintf("rules[%d].id", i))
	}
}

// references reports names of roles, stages and activities that are not defined; those of fields are found while reading.
func (c *checker) references() {
	role := func(id, path string) {
		if c.standard.role(id) == nil {
			c.Complain(ruledoc.SeverityError, CodeUnknownRole, path, errs.Args{"ID": id})
		}
	}
	activities := func(list []string, path string) {
		for i, id := range list {
			if c.standard.Activity(id) == nil {
				c.Complain(ruledoc.SeverityError, CodeUnknownActivity, fmt.Sprintf("%s[%d]", path, i), errs.Args{"ID": id})
			}
		}
	}
	for i, stage := range c.standard.Stages {
		role(stage.Role, fmt.Sprintf("stages[%d].role", i))
		for j, id := range stage.After {
			if c.standard.stage(id) == nil {
				c.Complain(ruledoc.SeverityError, CodeUnknownStage, fmt.Sprintf("stages[%d].after[%d]", i, j), errs.Args{"ID": id})
			}
		}
	}
	activities(c.standard.Closing, "closing")
	for i, rule := range c.standard.Rules {
		path := fmt.Sprintf("rules[%d]", i)
		if c.standard.stage(rule.Stage) == nil {
			c.Complain(ruledoc.SeverityError, CodeUnknownStage, path+".stage", errs.Args{"ID": rule.Stage})
		}
		for j, id := range rule.By {
			role(id, fmt.Sprintf("%s.by[%d]", path, j))
		}
		activities(rule.Until, path+".until")
	}
}

// stages reports stages that no way leads to: a stage is entered from those it comes after, the first stage at the start.
func (c *checker) stages() {
	reached := map[string]bool{}
	for range c.standard.Stages {
		for i, stage := range c.standard.Stages {
			reached[stage.ID] = reached[stage.ID] || i == 0
			for _, before := range stage.After {
				reached[stage.ID] = reached[stage.ID] || reached[before]
			}
		}
	}
	for i, stage := range c.standard.Stages {
		if !reached[stage.ID] {
			c.Complain(ruledoc.SeverityError, CodeStageUnreachable, fmt.Sprintf("stages[%d].id", i), errs.Args{"ID": stage.ID})
		}
	}
}

// repeated reports rules that say the same, and templates over two activities that name one.
func (c *checker) repeated() {
	seen := map[string]string{}
	for i, rule := range c.standard.Rules {
		path := fmt.Sprintf("rules[%d]", i)
		if rule.Of == rule.With && !(rule.Template == Response || rule.Template == AltResponse) {
			c.Complain(ruledoc.SeverityError, CodeSameActivity, path+".with", errs.Args{"ID": rule.Of})
		}
		if rule.Of == rule.With && len(rule.Until) == 0 && rule.Template.Forward() {
			c.Complain(ruledoc.SeverityError, CodeEndless, path+".with", errs.Args{"Chain": rule.Of + " → " + rule.Of})
		}
		bare := rule
		bare.ID, bare.Name, bare.Weight, bare.Level, bare.Stage, bare.Exempt = "", Text{}, 0, "", "", nil
		key := fmt.Sprintf("%+v %v", bare, rule.Within)
		if rule.Within != nil {
			bare.Within = nil
			key = fmt.Sprintf("%+v %v", bare, *rule.Within)
		}
		if other, found := seen[key]; found {
			c.Complain(ruledoc.SeverityWarning, CodeTwice, path+".id", errs.Args{"ID": rule.ID, "Other": other})
		}
		seen[key] = rule.ID
	}
}

// edge says that one activity asks for another, by a rule.
type edge struct {
	to   string
	rule int
}

// graphs reports circles: activities that each need the other first can never happen; answers that ask for answers never end.
func (c *checker) graphs() {
	before, after := map[string][]edge{}, map[string][]edge{}
	for i, rule := range c.standard.Rules {
		if rule.Of == rule.With {
			continue
		}
		if rule.Template.Backward() {
			before[rule.With] = append(before[rule.With], edge{rule.Of, i})
		}
		if rule.Template.Forward() && len(rule.Until) == 0 {
			after[rule.Of] = append(after[rule.Of], edge{rule.With, i})
		}
	}
	c.circles(before, CodeOrderCycle)
	c.circles(after, CodeEndless)
}

// circles reports each circle once, at the rule that closes it. It is a warning where a rule of it applies only sometimes.
func (c *checker) circles(graph map[string][]edge, code Code) {
	state := map[string]int{} // 1 on the way, 2 done
	var way []edge
	var visit func(id string)
	visit = func(id string) {
		state[id] = 1
		for _, next := range graph[id] {
			switch state[next.to] {
			case 0:
				way = append(way, next)
				visit(next.to)
				way = way[:len(way)-1]
			case 1:
				c.circle(append(way, next), code)
			}
		}
		state[id] = 2
	}
	for _, stage := range c.standard.Stages {
		for _, a := range stage.Activities {
			if state[a.ID] == 0 {
				visit(a.ID)
			}
		}
	}
}

func (c *checker) circle(way []edge, code Code) {
	closing := way[len(way)-1]
	start := len(way) - 1
	for start > 0 && way[start-1].to != closing.to {
		start--
	}
	names, severity := []string{closing.to}, ruledoc.SeverityError
	for _, e := range way[start:] {
		names = append(names, e.to)
		if c.standard.Rules[e.rule].sometimes() {
			severity = ruledoc.SeverityWarning
		}
	}
	c.Complain(severity, code, fmt.Sprintf("rules[%d]", closing.rule), errs.Args{"Chain": strings.Join(names, " → ")})
}

// sometimes reports whether there are cases to which the rule doesn't apply.
func (r *Rule) sometimes() bool { return len(r.When) > 0 || len(r.Exempt) > 0 }
