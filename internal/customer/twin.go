package customer

import (
	"cmp"
	"context"
	"slices"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/naming"
)

// Twin is a customer that may be the one somebody is about to enter. Of one out of reach only that it exists is told, and whose it is.
type Twin struct {
	ID       int64  // 0 out of reach
	Key      string // empty out of reach, like the name
	Name     string
	SameCode bool
	SameName bool // but for place, legal form and signs
	Likeness int64
	Owners   []string // who sells to it, the busiest first; nobody where it has no deals
}

// The limits of looking for twins.
const (
	twinsMax      = 5
	candidatesMax = 300 // for each part of a name
	ownersMax     = 3
)

// Likeness asks for customers like one.
type Likeness struct {
	ID         int64 // the customer itself, which is no twin of its own; 0 for a new one
	Name       string
	CreditCode string
}

// Twins returns customers with the same credit code, the same name but for place and legal form, or a name nearly the same (naming.Near),
// these first. Candidates are those whose names hold the first two characters of the name's core, its second half or the whole; of a part
// that hundreds of names hold, not all are compared. Errors: forbidden.
func (s *Service) Twins(ctx context.Context, actor access.Actor, of Likeness) (twins []Twin, err error) {
	defer errs.Wrap(&err, "customer.Twins")
	if err := actor.Require(access.PermSalesWrite); err != nil {
		return nil, err
	}
	return s.twins(ctx, actor, of)
}

// TwinsOfLead are the twins of what a lead may become, for who works with leads. Errors: forbidden.
func (s *Service) TwinsOfLead(ctx context.Context, actor access.Actor, of Likeness) (twins []Twin, err error) {
	defer errs.Wrap(&err, "customer.TwinsOfLead")
	if err := actor.Require(access.PermWorkWrite); err != nil {
		return nil, err
	}
	return s.twins(ctx, actor, of)
}

func (s *Service) twins(ctx context.Context, actor access.Actor, of Likeness) (twins []Twin, err error) {
	core, code := naming.Core(of.Name), naming.CreditCode(of.CreditCode)
	err = s.store.Read(ctx, func(r Reader) error {
		var candidates []Customer
		if len(code) == naming.CreditCodeLength {
			if candidates, err = r.CustomersWithCode(ctx, code); err != nil {
				return err
			}
		}
		if parts := partsOf(core); len(parts) > 0 {
			like, err := r.CustomersWith(ctx, parts, candidatesMax)
			if err != nil {
				return err
			}
			candidates = append(candidates, like...)
		}
		found := nearest(of.ID, core, code, candidates)
		for _, t := range found {
			if err := s.introduce(ctx, r, actor, &t); err != nil {
				return err
			}
			twins = append(twins, t)
		}
		return nil
	})
	return twins, err
}

// partsOf are the parts of a core by which names like it are looked for; none of one too short to say anything.
func partsOf(core string) []string {
	runes := []rune(core)
	switch {
	case len(runes) < 2:
		return nil
	case len(runes) < 4:
		return []string{core, string(runes[:2])}
	}
	return []string{core, string(runes[:2]), string(runes[len(runes)/2:])}
}

// nearest chooses the twins among candidates, which may hold one more than once.
func nearest(self int64, core, code string, candidates []Customer) (twins []Twin) {
	seen := map[int64]bool{self: true}
	for _, c := range candidates {
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		other := naming.Core(c.Name)
		t := Twin{ID: c.ID, Key: c.Key, Name: c.Name, SameCode: code != "" && c.CreditCode == code, SameName: core != "" && other == core, Likeness: naming.Similarity(core, other)}
		if t.SameCode || t.SameName || core != "" && t.Likeness >= naming.Near {
			twins = append(twins, t)
		}
	}
	rank := func(t Twin) int {
		switch {
		case t.SameCode:
			return 0
		case t.SameName:
			return 1
		}
		return 2
	}
	slices.SortFunc(twins, func(a, b Twin) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Likeness, a.Likeness), cmp.Compare(a.ID, b.ID))
	})
	return twins[:min(len(twins), twinsMax)]
}

// introduce says whose a twin is, and keeps back what the actor may not see.
func (s *Service) introduce(ctx context.Context, r Reader, actor access.Actor, t *Twin) error {
	owners, err := owners(ctx, r, t.ID)
	if err != nil {
		return err
	}
	t.Owners = owners
	in, err := r.CustomerInReach(ctx, s.reach(actor, access.PermSalesRead), t.ID)
	if err == nil && !in {
		t.ID, t.Key, t.Name = 0, "", ""
	}
	return err
}

func owners(ctx context.Context, r Reader, id int64) (names []string, err error) {
	sellers, err := r.CustomerSellers(ctx, Reach{Scope: access.Scope{All: true}}, id)
	for _, s := range sellers[:min(len(sellers), ownersMax)] {
		names = append(names, s.Name)
	}
	return names, err
}

// requireOwnCode wants a credit code that fits and that no other customer has.
func requireOwnCode(ctx context.Context, r Reader, id int64, code string) error {
	if code == "" {
		return nil
	}
	wrong := func(key string, args errs.Args) error {
		return errs.Invalid("fact.invalid", []errs.Field{{Path: "credit_code", Value: code, Message: errs.Msg(key, args)}})
	}
	if !naming.CreditCodeFits(code) {
		return wrong("customer.credit_code_unfit", nil)
	}
	same, err := r.CustomersWithCode(ctx, code)
	if err != nil {
		return err
	}
	for _, c := range same {
		if c.ID == id {
			continue
		}
		names, err := owners(ctx, r, c.ID)
		if err != nil {
			return err
		}
		if len(names) == 0 {
			return wrong("customer.credit_code_taken", nil)
		}
		return wrong("customer.credit_code_taken_by", errs.Args{"Owner": names[0]})
	}
	return nil
}
