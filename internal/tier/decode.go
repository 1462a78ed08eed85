package tier

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ruledoc"
)

var language = ruledoc.Language{Area: "tier", RowsMax: 200}

// Limits of single values: weights far from overflow of sums, days up to ten years, minutes up to a month.
const (
	weightMax  = 100
	daysMax    = 3660
	minutesMax = 31 * 24 * 60
)

// Decode reads a policy strictly and checks it. On any error it returns a KindInvalid error ("tier.invalid") with every problem as a
// field: source, row, column, path, value, message and remedy.
func Decode(source string, text []byte) (p *Policy, err error) {
	defer errs.Wrap(&err, "tier.Decode(%s)", source)
	p, findings := Inspect(source, text)
	if ruledoc.HasErrors(findings) {
		return nil, errs.Invalid("tier.invalid", ruledoc.Errors(findings))
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
	slices.SortFunc(p.Service, func(a, b Service) int { return a.Tier.rank() - b.Tier.rank() })
	p.canonical, p.hash = ruledoc.Seal(p)
	return p, findings
}

// Canonical returns the bytes that stand for the policy whatever way it was written. It is a document that Decode reads back.
func (p *Policy) Canonical() []byte { return slices.Clone(p.canonical) }

// Hash returns the SHA-256 of the canonical bytes in hexadecimal.
func (p *Policy) Hash() string { return p.hash }

//go:embed tier.schema.json
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

func (r *reader) policy(top ruledoc.Value) *Policy {
	p := &Policy{Header: Header}
	if r.Header(top, Header) == "" {
		return p
	}
	f := r.Mapping(top, "xiaoguan", "id", "name", "value", "relation", "potential", "minimum", "patience", "approval", "service", "completeness")
	f.With("id", func(v ruledoc.Value) { p.ID = r.ID(v) })
	f.With("name", func(v ruledoc.Value) { p.Name = r.Name(v) })
	f.With("value", func(v ruledoc.Value) { p.Value = r.value(v) })
	f.With("relation", func(v ruledoc.Value) { p.Relation = r.relation(v) })
	f.Given("potential", func(v ruledoc.Value) { p.Potential = r.potential(v) })
	f.With("minimum", func(v ruledoc.Value) {
		g := r.Mapping(v, "orders", "days")
		g.With("orders", func(v ruledoc.Value) { p.Minimum.Orders = r.Whole(v, 0, 1000) })
		g.With("days", func(v ruledoc.Value) { p.Minimum.Days = r.Whole(v, 0, daysMax) })
	})
	f.With("patience", func(v ruledoc.Value) {
		g := r.Mapping(v, "periods", "points")
		g.With("periods", func(v ruledoc.Value) { p.Patience.Periods = r.Whole(v, 1, 24) })
		g.With("points", func(v ruledoc.Value) { p.Patience.Points = r.share(v) })
	})
	f.Given("approval", func(v ruledoc.Value) { p.Approval = ruledoc.Each(r.Reader, v, r.change) })
	f.With("service", func(v ruledoc.Value) { p.Service = ruledoc.Each(r.Reader, v, r.service) })
	f.Given("completeness", func(v ruledoc.Value) { p.Completeness = r.completeness(v) })
	return p
}

// share reads a percentage from 0 to 100 %.
func (r *reader) share(v ruledoc.Value) Share { return Share(r.Millionths(v, 0, int64(Whole))) }

func (r *reader) days(v ruledoc.Value) int { return r.Whole(v, 1, daysMax) }

func (r *reader) value(v ruledoc.Value) (value Value) {
	f := r.Mapping(v, "method", "months", "margin", "spend", "a", "b")
	f.With("method", func(v ruledoc.Value) { value.Method = ruledoc.Choice(r.Reader, v, CumulativeShare, Percentile) })
	f.With("months", func(v ruledoc.Value) { value.Months = r.Whole(v, 1, 60) })
	f.With("margin", func(v ruledoc.Value) { value.Margin = r.Whole(v, 0, 100) })
	f.With("spend", func(v ruledoc.Value) { value.Spend = r.Whole(v, 0, 100) })
	f.With("a", func(v ruledoc.Value) { value.A = r.share(v) })
	f.With("b", func(v ruledoc.Value) { value.B = r.share(v) })
	return value
}

func (r *reader) relation(v ruledoc.Value) (relation Relation) {
	f := r.Mapping(v, "new_days", "silence", "silence_days", "contract_end_days", "new_in_a")
	f.With("new_days", func(v ruledoc.Value) { relation.NewDays = r.days(v) })
	f.With("silence", func(v ruledoc.Value) { relation.SilenceTimes = Share(r.Millionths(v, 100_000, 10*int64(Whole))) })
	f.With("silence_days", func(v ruledoc.Value) { relation.SilenceDays = r.days(v) })
	f.With("contract_end_days", func(v ruledoc.Value) { relation.ContractEndDays = r.days(v) })
	f.With("new_in_a", func(v ruledoc.Value) { relation.NewInA = r.Truth(v) })
	return relation
}

func (r *reader) potential(v ruledoc.Value) *Potential {
	f := r.Mapping(v, "from", "fields")
	potential := &Potential{}
	f.With("from", func(v ruledoc.Value) { potential.From = Share(r.Millionths(v, 1, int64(Whole))) })
	f.With("fields", func(v ruledoc.Value) {
		potential.Fields = ruledoc.Each(r.Reader, v, func(v ruledoc.Value) (rating Rating) {
			f := r.Mapping(v, "id", "name", "weight")
			f.With("id", func(v ruledoc.Value) { rating.ID = r.ID(v) })
			f.With("name", func(v ruledoc.Value) { rating.Name = r.Name(v) })
			f.With("weight", func(v ruledoc.Value) { rating.Weight = r.Whole(v, 1, weightMax) })
			return rating
		})
	})
	return potential
}

func (r *reader) change(v ruledoc.Value) (change Change) {
	f := r.Mapping(v, "from", "to")
	f.With("from", func(v ruledoc.Value) { change.From = ruledoc.Choice(r.Reader, v, Tiers()...) })
	f.With("to", func(v ruledoc.Value) { change.To = ruledoc.Choice(r.Reader, v, Tiers()...) })
	return change
}

func (r *reader) service(v ruledoc.Value) (service Service) {
	f := r.Mapping(v, "tier", "owners", "contact_days", "response_minutes", "contact_minutes", "weight")
	f.With("tier", func(v ruledoc.Value) { service.Tier = ruledoc.Choice(r.Reader, v, Tiers()...) })
	f.With("owners", func(v ruledoc.Value) { service.Owners = r.Texts(v) })
	f.With("contact_days", func(v ruledoc.Value) { service.ContactDays = r.days(v) })
	f.With("response_minutes", func(v ruledoc.Value) { service.ResponseMinutes = r.Whole(v, 1, minutesMax) })
	f.With("contact_minutes", func(v ruledoc.Value) { service.ContactMinutes = r.Whole(v, 1, minutesMax) })
	f.With("weight", func(v ruledoc.Value) { service.Weight = r.Whole(v, 1, weightMax) })
	return service
}

func (r *reader) completeness(v ruledoc.Value) *Completeness {
	f := r.Mapping(v, "goal", "fields")
	c := &Completeness{}
	f.With("goal", func(v ruledoc.Value) { c.Goal = r.share(v) })
	f.With("fields", func(v ruledoc.Value) {
		c.Fields = ruledoc.Each(r.Reader, v, func(v ruledoc.Value) (known Known) {
			f := r.Mapping(v, "id", "name", "weight", "fresh_days", "stages")
			f.With("id", func(v ruledoc.Value) { known.ID = r.fileField(v) })
			f.With("name", func(v ruledoc.Value) { known.Name = r.Name(v) })
			f.With("weight", func(v ruledoc.Value) { known.Weight = r.Whole(v, 1, weightMax) })
			f.Given("fresh_days", func(v ruledoc.Value) { known.FreshDays = r.days(v) })
			f.Given("stages", func(v ruledoc.Value) { known.Stages = r.Texts(v) })
			return known
		})
	})
	return c
}

// OwnPrefix begins the id of a field that the company added to customers; its key follows.
const OwnPrefix = "field."

// fileField reads the id of a field of customers' files.
func (r *reader) fileField(v ruledoc.Value) string {
	if text, ok := r.Text(v); ok {
		if key, own := strings.CutPrefix(text, OwnPrefix); own && ruledoc.ValidID(key) {
			return text
		}
	}
	return r.ID(v)
}

// check judges a policy whose single values are sound.
func (r *reader) check(p *Policy) {
	if p.Value.Margin+p.Value.Spend != 100 {
		r.Complain(ruledoc.SeverityError, CodeWeights, "value.margin", errs.Args{"Sum": p.Value.Margin + p.Value.Spend})
	}
	if ordered := p.Value.A < p.Value.B; p.Value.A == p.Value.B || ordered != (p.Value.Method == CumulativeShare) {
		r.Complain(ruledoc.SeverityError, CodeLimits, "value.b", errs.Args{"A": p.Value.A.String(), "B": p.Value.B.String()})
	}
	if p.Patience.Periods == 1 {
		r.Complain(ruledoc.SeverityWarning, CodePatienceNone, "patience.periods", nil)
	}
	seen := map[Change]bool{}
	for i, change := range p.Approval {
		path := fmt.Sprintf("approval[%d]", i)
		if change.From == change.To {
			r.Complain(ruledoc.SeverityError, CodeChangeNone, path, errs.Args{"Tier": string(change.From)})
		}
		if seen[change] {
			r.Complain(ruledoc.SeverityError, CodeChangeTwice, path, errs.Args{"From": string(change.From), "To": string(change.To)})
		}
		seen[change] = true
	}
	r.checkServices(p)
	r.checkIDs(p)
}

// checkServices wants one service for each tier; a better tier that is contacted less often is probably a slip.
func (r *reader) checkServices(p *Policy) {
	var found [3]*Service
	for i := range p.Service {
		service := &p.Service[i]
		if found[service.Tier.rank()] != nil {
			r.Complain(ruledoc.SeverityError, CodeServiceTwice, fmt.Sprintf("service[%d].tier", i), errs.Args{"Tier": string(service.Tier)})
		}
		found[service.Tier.rank()] = service
	}
	for i, t := range Tiers() {
		if found[i] == nil {
			r.Complain(ruledoc.SeverityError, CodeServiceMissing, "service", errs.Args{"Tier": string(t)})
		}
		if i > 0 && found[i] != nil && found[i-1] != nil && found[i].ContactDays < found[i-1].ContactDays {
			r.Complain(ruledoc.SeverityWarning, CodeCadenceOrder, "service", errs.Args{"Better": string(Tiers()[i-1]), "Tier": string(t)})
		}
	}
}

func (r *reader) checkIDs(p *Policy) {
	once := func(list string, i int, id string, seen map[string]bool) {
		if seen[id] {
			r.Complain(ruledoc.SeverityError, ruledoc.CodeIDDuplicate, fmt.Sprintf("%s[%d].id", list, i), errs.Args{"ID": id})
		}
		seen[id] = true
	}
	if p.Potential != nil {
		seen := map[string]bool{}
		for i, rating := range p.Potential.Fields {
			once("potential.fields", i, rating.ID, seen)
		}
	}
	if p.Completeness != nil {
		seen := map[string]bool{}
		for i, known := range p.Completeness.Fields {
			once("completeness.fields", i, known.ID, seen)
		}
	}
}
