package merge

import (
	"maps"
	"slices"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/profile"
)

// Field is a value of which the survivor's or the merged customer's is kept.
type Field string

// FieldOwner is who has the customer.
const FieldOwner Field = "owner"

// The fields of the record, which are facts.
const (
	FieldName       Field = "name"
	FieldIndustry   Field = "industry"
	FieldCity       Field = "city"
	FieldCreditCode Field = "credit_code"
	FieldTier       Field = "tier"   // plans may look it up
	FieldRegion     Field = "region" // likewise
)

// FactFields are the fields of the record in the order in which they are shown.
var FactFields = []Field{FieldName, FieldCreditCode, FieldIndustry, FieldCity, FieldTier, FieldRegion}

// Fields are all fields in the order in which they are shown.
func Fields() []Field {
	all := slices.Clone(FactFields)
	for _, f := range profile.Fields {
		all = append(all, Field(f))
	}
	return append(all, FieldOwner)
}

// Paid reports whether plans may look the field up, so that taking it over can change pay.
func (f Field) Paid() bool { return f == FieldTier || f == FieldRegion }

// IsFact reports whether the field is of the record that facts rest on.
func (f Field) IsFact() bool { return slices.Contains(FactFields, f) }

// factValue is what a customer's record holds in a field.
func factValue(c customer.Customer, f Field) string {
	switch f {
	case FieldName:
		return c.Name
	case FieldIndustry:
		return c.Industry
	case FieldCity:
		return c.City
	case FieldCreditCode:
		return c.CreditCode
	case FieldTier:
		return c.Tier
	}
	return c.Region
}

func setFact(c *customer.Customer, f Field, value string) {
	switch f {
	case FieldName:
		c.Name = value
	case FieldIndustry:
		c.Industry = value
	case FieldCity:
		c.City = value
	case FieldCreditCode:
		c.CreditCode = value
	case FieldTier:
		c.Tier = value
	case FieldRegion:
		c.Region = value
	}
}

// held reports whether a side has something in the field.
func (s Side) held(f Field) bool {
	switch {
	case f == FieldOwner:
		return s.Holding.OwnerID != 0
	case f.IsFact():
		return factValue(s.Customer, f) != ""
	}
	return s.Profile.Filled(profile.Field(f))
}

// same reports whether both sides have the same in the field.
func same(a, b Side, f Field) bool {
	switch {
	case f == FieldOwner:
		return a.Holding.OwnerID == b.Holding.OwnerID && a.Holding.Pool == b.Holding.Pool
	case f.IsFact():
		return factValue(a.Customer, f) == factValue(b.Customer, f)
	}
	return a.Profile.Same(b.Profile, profile.Field(f))
}

// Choices say of which fields the merged customer's value is kept; the others stay the survivor's.
type Choices map[Field]bool

// Usual are the choices that are proposed: what the survivor lacks comes from the merged customer, but never a field that plans may look up.
func Usual(survivor, merged Side, mayCorrect bool) Choices {
	c := Choices{}
	for _, f := range Fields() {
		if !survivor.held(f) && merged.held(f) && !f.Paid() && (mayCorrect || !f.IsFact()) {
			c[f] = true
		}
	}
	return c
}

// chosen is the survivor's record after the merge, with what changed.
func chosen(survivor, merged Side, c Choices) (after customer.Customer, changed Facts) {
	after, changed = survivor.Customer, Facts{}
	for _, f := range FactFields {
		if was, is := factValue(survivor.Customer, f), factValue(merged.Customer, f); c[f] && was != is {
			setFact(&after, f, is)
			changed[string(f)] = Changed{was, is}
		}
	}
	return after, changed
}

// joined is the survivor's profile after the merge: what was chosen comes with the day on which it was confirmed; ratings
// and values of the company's own fields that it lacks come along.
func joined(survivor, merged Side, c Choices) (after profile.Profile, took []profile.Field, ratings []string) {
	after = copied(survivor.Profile)
	after.CustomerID = survivor.Customer.ID
	for _, f := range profile.Fields {
		if c[Field(f)] && !survivor.Profile.Same(merged.Profile, f) {
			carry(&after, merged.Profile, f)
			took = append(took, f)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(merged.Profile.Ratings)) {
		if _, known := after.Ratings[id]; !known {
			after.Ratings[id] = merged.Profile.Ratings[id]
			ratings = append(ratings, id)
		}
	}
	for key := range merged.Profile.Fields.Values() {
		if f := profile.OwnField(key); !after.Fields.Filled(key) && merged.Profile.ConfirmedOn(f) != calendar.NoDate {
			after.Confirmed[f] = merged.Profile.ConfirmedOn(f)
		}
	}
	after.Fields = after.Fields.With(merged.Profile.Fields)
	return after, took, ratings
}

// copied is a profile whose maps are its own.
func copied(p profile.Profile) profile.Profile {
	ratings, confirmed := map[string]int{}, map[profile.Field]calendar.Date{}
	maps.Copy(ratings, p.Ratings)
	maps.Copy(confirmed, p.Confirmed)
	p.Ratings, p.Confirmed = ratings, confirmed
	return p
}

// carry puts a field of another profile, with its day, into p.
func carry(p *profile.Profile, from profile.Profile, f profile.Field) {
	p.Take(from, f)
	if day := from.ConfirmedOn(f); day != calendar.NoDate {
		p.Confirmed[f] = day
	} else {
		delete(p.Confirmed, f)
	}
}

// restored puts the survivor's record back where it is as the merge left it; what somebody changed since stays and is named.
func restored(now customer.Customer, changed Facts) (after customer.Customer, stayed []string) {
	after = now
	for _, f := range FactFields {
		c, did := changed[string(f)]
		switch {
		case !did:
		case factValue(now, f) == c.After:
			setFact(&after, f, c.Before)
		default:
			stayed = append(stayed, string(f))
		}
	}
	return after, stayed
}

// parted puts the survivor's profile back in the same way.
func parted(now profile.Profile, c Change) (after profile.Profile, stayed []string) {
	after = copied(now)
	for _, f := range c.Took {
		if now.Same(c.Left, f) {
			carry(&after, c.Profile, f)
		} else {
			stayed = append(stayed, string(f))
		}
	}
	after.Fields = now.Fields.Without(c.Left.Fields, c.Profile.Fields)
	for key := range now.Fields.Values() {
		if !after.Fields.Filled(key) {
			delete(after.Confirmed, profile.OwnField(key))
		}
	}
	for _, id := range c.Ratings {
		if now.Ratings[id] == c.Left.Ratings[id] {
			delete(after.Ratings, id)
		} else {
			stayed = append(stayed, "rating."+id)
		}
	}
	return after, stayed
}

// record is a customer as the writer of facts takes it.
func record(c customer.Customer) fact.CustomerRecord {
	return fact.CustomerRecord{Key: c.Key, Name: c.Name, Industry: c.Industry, City: c.City, CreditCode: c.CreditCode, Tier: &c.Tier, Region: &c.Region}
}
