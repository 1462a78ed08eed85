package plan

import (
	"xiaoguan/internal/decimal"
	"xiaoguan/internal/errs"
)

// prizeShares reads shares of those who compete with the amount of each, the smallest share first.
func (p *planReader) prizeShares(v value) (shares []PrizeShare) {
	for _, item := range p.List(v, RowsMax) {
		f := p.Mapping(item, "top", "amount")
		share := PrizeShare{}
		top, hasTop := f.Required("top")
		amount, hasAmount := f.Required("amount")
		if !hasTop || !hasAmount {
			continue
		}
		var ok bool
		if share.Top, _, ok = p.Number(top); ok && (share.Top.Sign() <= 0 || share.Top.Cmp(decimal.FromInt(1, 0)) > 0) {
			p.Report(top, CodePart, nil)
			ok = false
		}
		if n := len(shares); ok && n > 0 && share.Top.Cmp(shares[n-1].Top) <= 0 {
			p.Report(top, CodeSharesOrder, errs.Args{"Before": shares[n-1].Top.Percent()})
			ok = false
		}
		minor, valid := p.amountNotBelow(amount, 0)
		if share.AmountFen = minor; ok && valid {
			shares = append(shares, share)
		}
	}
	return shares
}
