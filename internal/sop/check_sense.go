package sop

import (
	"fmt"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

// contradictions reports rules that cannot be kept together. What must happen is followed through the rules without conditions: a
// response asks for its answer, a precedence for what comes first. It finds the contradictions of two rules and of such chains, not
// every one there may be.
func (c *checker) contradictions() {
	must := c.closure(c.mandatory())
	first := map[Template]int{}
	for i := range c.standard.Rules {
		rule := &c.standard.Rules[i]
		path := fmt.Sprintf("rules[%d]", i)
		if rule.sometimes() {
			continue
		}
		switch rule.Template {
		case Absence:
			if by, found := must[rule.Of]; found {
				c.contradict(path, rule, by)
			} else if len(c.asksFor(rule.Of)) > 0 {
				c.Complain(ruledoc.SeverityWarning, CodeNever, path, errs.Args{"ID": rule.Of, "Other": c.asksFor(rule.Of)})
			}
		case NotCoExistence:
			by, one := must[rule.Of]
			other, both := must[rule.With]
			switch {
			case one && both:
				c.contradict(path, rule, max(by, other))
			case c.implies(rule.Of, rule.With) >= 0:
				c.contradict(path, rule, c.implies(rule.Of, rule.With))
			case c.implies(rule.With, rule.Of) >= 0:
				c.contradict(path, rule, c.implies(rule.With, rule.Of))
			}
		case Init, Last:
			if earlier, found := first[rule.Template]; found && c.standard.Rules[earlier].Of != rule.Of {
				c.contradict(path, rule, earlier)
			}
			first[rule.Template] = i
		}
		if rule.Template.Backward() {
			c.notFirst(path, rule)
		}
	}
}

func (c *checker) contradict(path string, rule *Rule, other int) {
	c.Complain(ruledoc.SeverityError, CodeContradiction, path, errs.Args{"ID": rule.ID, "Other": c.standard.Rules[other].ID})
}

// notFirst reports what must be first and must have something before it.
func (c *checker) notFirst(path string, rule *Rule) {
	for j := range c.standard.Rules {
		other := &c.standard.Rules[j]
		if other.Template == Init && other.Of == rule.With && !other.sometimes() {
			c.contradict(path, rule, j)
		}
	}
}

// mandatory maps the activities that every case must have to a rule that says so.
func (c *checker) mandatory() map[string]int {
	must := map[string]int{}
	for i := range c.standard.Rules {
		rule := &c.standard.Rules[i]
		switch rule.Template {
		case Existence, ExactlyOnce, Init, Last:
			if _, found := must[rule.Of]; !found && !rule.sometimes() {
				must[rule.Of] = i
			}
		}
	}
	return must
}

// closure adds what the activities of the set ask for, with the last rule of the chain.
func (c *checker) closure(must map[string]int) map[string]int {
	for changed := true; changed; {
		changed = false
		pull := func(from, to string, rule int) {
			_, has := must[from]
			if _, already := must[to]; has && !already {
				must[to], changed = rule, true
			}
		}
		for i := range c.standard.Rules {
			rule := &c.standard.Rules[i]
			if rule.sometimes() {
				continue
			}
			if rule.Template.Forward() && len(rule.Until) == 0 || rule.Template == RespondedExist || rule.Template == CoExistence {
				pull(rule.Of, rule.With, i)
			}
			if rule.Template.Backward() || rule.Template == CoExistence {
				pull(rule.With, rule.Of, i)
			}
		}
	}
	return must
}

// implies returns the rule by which one activity asks for another, possibly through others, and -1 when it doesn't.
func (c *checker) implies(from, to string) int {
	if by, found := c.closure(map[string]int{from: -1})[to]; found {
		return by
	}
	return -1
}

// asksFor names a rule by which something asks for the activity; empty when nothing does.
func (c *checker) asksFor(activity string) string {
	for _, rule := range c.standard.Rules {
		asked := rule.Template.Forward() && rule.With == activity || rule.Template.Backward() && rule.Of == activity
		if asked && !rule.sometimes() {
			return rule.ID
		}
	}
	return ""
}
