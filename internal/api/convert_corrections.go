package api

import (
	"errors"
	"strings"

	"xiaoguan/internal/deal"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/money"
)

func fromAPIDeal(key string, in DealEntry) (deal.Signing, error) {
	signedOn, err := fromAPIDay("signed_on", in.SignedOn)
	out := deal.Signing{DealRecord: fact.DealRecord{Key: key, Customer: in.Customer, Product: in.Product, SignedOn: signedOn, AmountMinor: in.AmountMinor,
		Currency: money.Currency(in.Currency)}}
	for _, s := range in.Shares {
		out.Shares = append(out.Shares, fact.ShareRecord{Person: s.Person, BasisPoints: s.BasisPoints})
	}
	if d := in.Detail; d != nil {
		detail := fact.NoDetail()
		detail.Referrer = d.Referrer
		if d.Units != nil {
			detail.Units = *d.Units
		}
		if d.CostMinor != nil {
			detail.CostMinor = *d.CostMinor
		}
		out.Detail = &detail
	}
	return out, err
}

// known points at a number that somebody recorded.
func known(n int64) *int64 {
	if n == fact.Unknown {
		return nil
	}
	return &n
}

func toAPIDealEntry(d fact.DealRecord) DealEntry {
	out := DealEntry{d.Customer, d.Product, d.SignedOn.String(), d.AmountMinor, string(d.Currency),
		newList(d.Shares, "", func(s fact.ShareRecord) SellerShare { return SellerShare{s.Person, s.BasisPoints} }).Body.Items, nil}
	if d.Detail != nil {
		out.Detail = &DealMore{known(d.Detail.Units), known(d.Detail.CostMinor), d.Detail.Referrer}
	}
	return out
}

// renamed gives a field that a service finds wrong with an input the name that it has here.
func renamed(err error, field, name string) error {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return err
	}
	for i := range known.Fields {
		if known.Fields[i].Path == field {
			known.Fields[i].Path = name
		}
	}
	return err
}

// dealFields gives the fields of a deal the names that they have here.
func dealFields(err error) error {
	known, ok := errors.AsType[*errs.Error](amountFields(err))
	if !ok {
		return err
	}
	for i := range known.Fields {
		if whose, isShare := strings.CutSuffix(known.Fields[i].Path, ".share"); isShare {
			known.Fields[i].Path = whose + ".basis_points"
		}
		switch known.Fields[i].Path {
		case "units", "referrer":
			known.Fields[i].Path = "detail." + known.Fields[i].Path
		case "cost":
			known.Fields[i].Path = "detail.cost_minor"
		}
	}
	return err
}

func toAPIProductDetail(d deal.ProductDetail) productDetail {
	return productDetail{Product: toAPIProduct(d.Product), RecordedBatch: int64(d.Recorded),
		Versions: newList(d.Versions, "", func(v deal.ProductVersion) productVersion {
			return productVersion{ProductEntry{v.Product.Name, v.Product.Category}, toAPIMark(v.Mark)}
		}).Body.Items}
}

func toAPIRateDetail(d deal.RateDetail) rateDetail {
	return rateDetail{ExchangeRate: toAPIRate(d.Rate),
		Versions: newList(d.Versions, "", func(v deal.RateVersion) rateVersion { return rateVersion{v.Rate.Value, toAPIMark(v.Mark)} }).Body.Items}
}
