package quote

import (
	"math/big"
	"slices"
	"strconv"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

// NoLimit says that a product has no limit of its own.
const NoLimit int64 = -1

// LimitRoles are the roles whose holders write quotes, in the order in which their limits are shown.
var LimitRoles = []access.Role{access.RoleSeller, access.RoleLead, access.RoleDirector, access.RoleService, access.RoleOperations}

// Rules are what the company allows on quotes: its price list, and how much of a price somebody may give away before another signature is
// needed.
type Rules struct {
	ValidDays int64                 `json:"valid_days"` // of a new quote
	TaxPPM    int64                 `json:"tax_ppm"`    // of a new line
	Limits    map[access.Role]int64 `json:"limits"`     // in parts per million; a role that is not named gives nothing away
	Prices    []Price               `json:"prices"`     // by product
	Revision  int64                 `json:"-"`          // 0: those that ship
}

// Price is what the price list says of a product.
type Price struct {
	ProductID  int64          `json:"product_id"`
	ProductKey string         `json:"-"`
	ListMinor  int64          `json:"list_minor"`
	Currency   money.Currency `json:"currency"`
	LimitPPM   int64          `json:"limit_ppm"` // NoLimit: the role's alone
}

// ShippedRules hold until the company has its own.
func ShippedRules() Rules {
	return Rules{ValidDays: 30, TaxPPM: 130_000, Limits: map[access.Role]int64{access.RoleSeller: 50_000, access.RoleService: 0, access.RoleLead: 100_000, access.RoleDirector: 200_000, access.RoleOperations: 50_000}}
}

// LimitOf is how much somebody may give away: the greatest limit of their roles.
func (r Rules) LimitOf(actor access.Actor) (ppm int64) {
	for _, g := range actor.Grants {
		ppm = max(ppm, r.Limits[g.Role])
	}
	return ppm
}

// PriceOf finds what the price list says of a product in a currency.
func (r Rules) PriceOf(productID int64, currency money.Currency) (Price, bool) {
	i := slices.IndexFunc(r.Prices, func(p Price) bool { return p.ProductID == productID && p.Currency == currency })
	if i < 0 {
		return Price{}, false
	}
	return r.Prices[i], true
}

// Excess is a discount beyond what somebody may give.
type Excess struct {
	Line        int // from 0
	DiscountPPM int64
	LimitPPM    int64
}

// Beyond lists the lines that give away more than the limit, or than the product's own where that is lower. The comparison is exact.
func (r Rules) Beyond(lines []Line, currency money.Currency, limitPPM int64) (beyond []Excess) {
	for i, l := range lines {
		limit := limitPPM
		if price, ok := r.PriceOf(l.ProductID, currency); ok && l.ProductID != 0 && price.LimitPPM != NoLimit {
			limit = min(limit, price.LimitPPM)
		}
		if given := l.Discount(); given.Cmp(big.NewRat(limit, Whole)) > 0 {
			beyond = append(beyond, Excess{i, upPPM(given), limit})
		}
	}
	return beyond
}

// The sizes of rules.
const (
	pricesMax    = 2000
	validDaysMax = 366
)

func (r Rules) check(c *fact.Checker) {
	if r.ValidDays < 1 || r.ValidDays > validDaysMax {
		c.Add("valid_days", strconv.FormatInt(r.ValidDays, 10), "quote.bad_valid_days", errs.Args{"Max": validDaysMax})
	}
	checkPart(c, "tax", r.TaxPPM)
	for role, limit := range r.Limits {
		if !slices.Contains(LimitRoles, role) {
			c.Add("limits."+string(role), string(role), "form.error.choice", nil)
			continue
		}
		checkPart(c, "limits."+string(role), limit)
	}
	if len(r.Prices) > pricesMax {
		c.Add("prices", "", "quote.too_many_prices", errs.Args{"Max": pricesMax})
	}
	type named struct {
		product  int64
		currency money.Currency
	}
	seen := map[named]bool{}
	for i, p := range r.Prices {
		path := "prices." + strconv.Itoa(i)
		switch {
		case p.ProductID == 0:
			c.Add(path, p.ProductKey, "fact.unknown_product", errs.Args{"Key": p.ProductKey})
		case seen[named{p.ProductID, p.Currency}]:
			c.Add(path, p.ProductKey, "quote.price_twice", errs.Args{"Key": p.ProductKey})
		case !p.Currency.Valid():
			c.Add(path, string(p.Currency), "deal.bad_currency", nil)
		case p.ListMinor <= 0 || p.ListMinor > amountMinorMax:
			c.Add(path, "", "fact.amount_positive", nil)
		case p.LimitPPM != NoLimit:
			checkPart(c, path, p.LimitPPM)
		}
		seen[named{p.ProductID, p.Currency}] = true
	}
}

// checkPart wants a part of a whole: 0 to 100 %.
func checkPart(c *fact.Checker, path string, ppm int64) {
	if ppm < 0 || ppm > Whole {
		c.Add(path, "", "quote.bad_percent", nil)
	}
}
