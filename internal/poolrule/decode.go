package poolrule

import (
	_ "embed"
	"fmt"
	"slices"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

var language = ruledoc.Language{Area: "poolrule", RowsMax: 200}

// Codes of findings of policies, beside those that every document of rules may yield.
const (
	CodeWarnLate   ruledoc.Code = "warn.late"
	CodeTwice      ruledoc.Code = "condition.twice"
	CodeFromOwned  ruledoc.Code = "condition.from_owned"
	CodeLocksNone  ruledoc.Code = "exempt.locks_none"
	CodePeriod     ruledoc.Code = "claim.period"
	CodeNeverTried ruledoc.Code = "exempt.never"
)

// Codes lists every code of its own, for catalogues and their tests.
func Codes() []ruledoc.Code {
	return []ruledoc.Code{CodeWarnLate, CodeTwice, CodeFromOwned, CodeLocksNone, CodePeriod, CodeNeverTried}
}

// Limits of single values: days up to ten years, counts up to a hundred thousand.
const (
	daysMax  = 3660
	countMax = 100_000
)

// Decode reads a policy strictly and checks it. On any error it returns a KindInvalid error ("poolrule.invalid") with every problem as
// a field: source, row, column, path, value, message and remedy.
func Decode(source string, text []byte) (p *Policy, err error) {
	defer errs.Wrap(&err, "poolrule.Decode(%s)", source)
	p, findings := Inspect(source, text)
	if ruledoc.HasErrors(findings) {
		return nil, errs.Invalid("poolrule.invalid", ruledoc.Errors(findings))
	}
	return p, nil
}

// Inspect reads a policy and returns everything there is to say about it, by place. The policy is nil when there are errors.
func Inspect(source string, text []byte) (*Policy, []ruledoc.Finding) {
	r := &reader{ruledoc.NewReader(&language, source)}
	top, ok := r.Parse(text)
	if !ok {
		return nil, ruledoc.Sort(r.Findings)
	}
	p := r.policy(top)
	if !ruledoc.HasErrors(r.Findings) {
		r.check(p)
	}
	findings := ruledoc.Sort(r.Findings)
	if ruledoc.HasErrors(findings) {
		return nil, findings
	}
	p.canonical, p.hash = ruledoc.Seal(p)
	return p, findings
}

// Canonical returns the bytes that stand for the policy whatever way it was written. It is a document that Decode reads back.
func (p *Policy) Canonical() []byte { return slices.Clone(p.canonical) }

// Hash returns the SHA-256 of the canonical bytes in hexadecimal.
func (p *Policy) Hash() string { return p.hash }

//go:embed poolrule.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of these documents. It is looser than Decode: what Decode accepts is valid by it.
func Schema() []byte { return slices.Clone(schema) }

//go:embed default.yaml
var defaultText []byte

// DefaultText returns the policy that ships with the product, as a document to edit.
func DefaultText() []byte { return slices.Clone(defaultText) }

// Default returns the decoded policy of DefaultText.
func Default() *Policy {
	p, err := Decode("default.yaml", defaultText)
	if err != nil {
		panic(err) // tested
	}
	return p
}

type reader struct{ *ruledoc.Reader }

func (r *reader) days(v ruledoc.Value) int  { return r.Whole(v, 1, daysMax) }
func (r *reader) count(v ruledoc.Value) int { return r.Whole(v, 0, countMax) }

func (r *reader) policy(top ruledoc.Value) *Policy {
	p := &Policy{Header: Header}
	if r.Header(top, Header) == "" {
		return p
	}
	f := r.Mapping(top, "xiaoguan", "id", "name", "pools", "recycle", "exempt", "warn_days", "claim", "hold", "assign")
	f.With("id", func(v ruledoc.Value) { p.ID = r.ID(v) })
	f.With("name", func(v ruledoc.Value) { p.Name = r.Name(v) })
	f.With("pools", func(v ruledoc.Value) { p.Pools = ruledoc.Each(r.Reader, v, r.pool) })
	f.With("recycle", func(v ruledoc.Value) { p.Recycle = ruledoc.Each(r.Reader, v, r.trigger) })
	f.With("exempt", func(v ruledoc.Value) { p.Exempt = r.exempt(v) })
	f.With("warn_days", func(v ruledoc.Value) { p.WarnDays = r.Whole(v, 0, daysMax) })
	f.With("claim", func(v ruledoc.Value) { p.Claim = r.claim(v) })
	f.With("hold", func(v ruledoc.Value) { p.Hold = r.hold(v) })
	f.With("assign", func(v ruledoc.Value) { p.Assign = r.assign(v) })
	return p
}

func (r *reader) pool(v ruledoc.Value) (pool Pool) {
	f := r.Mapping(v, "id", "name", "admins", "members", "admins_only", "hidden", "mask_phones", "tell_admins")
	f.With("id", func(v ruledoc.Value) { pool.ID = r.ID(v) })
	f.With("name", func(v ruledoc.Value) { pool.Name = r.Name(v) })
	f.With("admins", func(v ruledoc.Value) { pool.Admins = r.Texts(v) })
	f.Given("members", func(v ruledoc.Value) { pool.Members = r.Texts(v) })
	f.With("admins_only", func(v ruledoc.Value) { pool.AdminsOnly = r.Truth(v) })
	f.Given("hidden", func(v ruledoc.Value) { pool.Hidden = r.Texts(v) })
	f.With("mask_phones", func(v ruledoc.Value) {
		pool.MaskPhones = ruledoc.Choice(r.Reader, v, MaskNever, MaskBeforeClaim, MaskAlways)
	})
	f.With("tell_admins", func(v ruledoc.Value) { pool.TellAdmins = r.Truth(v) })
	return pool
}

func (r *reader) trigger(v ruledoc.Value) (trigger Trigger) {
	f := r.Mapping(v, "id", "name", "tiers", "all")
	f.With("id", func(v ruledoc.Value) { trigger.ID = r.ID(v) })
	f.With("name", func(v ruledoc.Value) { trigger.Name = r.Name(v) })
	f.Given("tiers", func(v ruledoc.Value) { trigger.Tiers = r.Texts(v) })
	f.With("all", func(v ruledoc.Value) { trigger.All = ruledoc.Each(r.Reader, v, r.condition) })
	return trigger
}

func (r *reader) condition(v ruledoc.Value) Condition {
	c := Condition{From: Last}
	f := r.Mapping(v, "no", "days", "from")
	f.With("no", func(v ruledoc.Value) { c.No = ruledoc.Choice(r.Reader, v, Contact, Opportunity, Deal, Contract) })
	f.With("days", func(v ruledoc.Value) { c.Days = r.days(v) })
	f.Given("from", func(v ruledoc.Value) { c.From = ruledoc.Choice(r.Reader, v, Last, Owned) })
	return c
}

func (r *reader) exempt(v ruledoc.Value) (e Exempt) {
	f := r.Mapping(v, "won", "open_opportunity", "locked", "locks_most", "running_contract")
	f.With("won", func(v ruledoc.Value) { e.Won = r.Truth(v) })
	f.With("open_opportunity", func(v ruledoc.Value) { e.OpenOpportunity = r.Truth(v) })
	f.With("locked", func(v ruledoc.Value) { e.Locked = r.Truth(v) })
	f.With("locks_most", func(v ruledoc.Value) { e.LocksMost = r.count(v) })
	f.Given("running_contract", func(v ruledoc.Value) { e.RunningContract = r.Truth(v) })
	return e
}

func (r *reader) claim(v ruledoc.Value) (c Claim) {
	f := r.Mapping(v, "per_day", "period_days", "per_period", "at_once", "former_owner_days", "new_record_days", "views_per_day")
	f.With("per_day", func(v ruledoc.Value) { c.PerDay = r.count(v) })
	f.With("period_days", func(v ruledoc.Value) { c.PeriodDays = r.Whole(v, 0, daysMax) })
	f.With("per_period", func(v ruledoc.Value) { c.PerPeriod = r.count(v) })
	f.With("at_once", func(v ruledoc.Value) { c.AtOnce = r.count(v) })
	f.With("former_owner_days", func(v ruledoc.Value) { c.FormerOwnerDays = r.Whole(v, 0, daysMax) })
	f.With("new_record_days", func(v ruledoc.Value) { c.NewRecordDays = r.Whole(v, 0, daysMax) })
	f.With("views_per_day", func(v ruledoc.Value) { c.ViewsPerDay = r.count(v) })
	return c
}

func (r *reader) hold(v ruledoc.Value) (h Hold) {
	f := r.Mapping(v, "others", "levels", "count_won", "count_locked")
	f.With("others", func(v ruledoc.Value) { h.Others = r.count(v) })
	f.Given("levels", func(v ruledoc.Value) {
		h.Levels = ruledoc.Each(r.Reader, v, func(v ruledoc.Value) (level Level) {
			f := r.Mapping(v, "level", "most")
			f.With("level", func(v ruledoc.Value) { level.Level, _ = r.Text(v) })
			f.With("most", func(v ruledoc.Value) { level.Most = r.count(v) })
			return level
		})
	})
	f.With("count_won", func(v ruledoc.Value) { h.Won = r.Truth(v) })
	f.With("count_locked", func(v ruledoc.Value) { h.Locked = r.Truth(v) })
	return h
}

func (r *reader) assign(v ruledoc.Value) (a Assign) {
	f := r.Mapping(v, "way", "person", "per_day")
	f.With("way", func(v ruledoc.Value) { a.Way = ruledoc.Choice(r.Reader, v, WayClaim, WayRotate, WayPerson) })
	if a.Way == WayPerson {
		f.With("person", func(v ruledoc.Value) { a.Person, _ = r.Text(v) })
	} else {
		f.Meaningless("person")
	}
	f.With("per_day", func(v ruledoc.Value) { a.PerDay = r.count(v) })
	return a
}

// check judges a policy whose single values are sound.
func (r *reader) check(p *Policy) {
	seen := map[string]bool{}
	once := func(kind, id, path string) {
		if seen[kind+id] {
			r.Complain(ruledoc.SeverityError, ruledoc.CodeIDDuplicate, path, errs.Args{"ID": id})
		}
		seen[kind+id] = true
	}
	for i := range p.Pools {
		once("pool.", p.Pools[i].ID, fmt.Sprintf("pools[%d].id", i))
	}
	for i, level := range p.Hold.Levels {
		once("level.", level.Level, fmt.Sprintf("hold.levels[%d].level", i))
	}
	for i := range p.Recycle {
		once("trigger.", p.Recycle[i].ID, fmt.Sprintf("recycle[%d].id", i))
		r.checkTrigger(p, i)
	}
	if p.Exempt.Locked != (p.Exempt.LocksMost > 0) {
		r.Complain(ruledoc.SeverityError, CodeLocksNone, "exempt.locks_most", nil)
	}
	if (p.Claim.PeriodDays > 0) != (p.Claim.PerPeriod > 0) {
		r.Complain(ruledoc.SeverityError, CodePeriod, "claim.period_days", nil)
	}
}

func (r *reader) checkTrigger(p *Policy, i int) {
	trigger := &p.Recycle[i]
	kinds, longest := map[Kind]bool{}, 0
	for k, c := range trigger.All {
		path := fmt.Sprintf("recycle[%d].all[%d]", i, k)
		if kinds[c.No] {
			r.Complain(ruledoc.SeverityError, CodeTwice, path, errs.Args{"Kind": string(c.No)})
		}
		kinds[c.No] = true
		longest = max(longest, c.Days)
		if c.No == Contract && c.From == Owned {
			r.Complain(ruledoc.SeverityError, CodeFromOwned, path+".from", nil)
		}
	}
	if p.WarnDays >= longest {
		r.Complain(ruledoc.SeverityWarning, CodeWarnLate, "warn_days", errs.Args{"Days": p.WarnDays, "Trigger": trigger.ID, "Longest": longest})
	}
	if p.Exempt.Won && kinds[Contract] {
		r.Complain(ruledoc.SeverityWarning, CodeNeverTried, fmt.Sprintf("recycle[%d]", i), errs.Args{"Trigger": trigger.ID})
	}
}
