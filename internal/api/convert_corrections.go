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
	return out, err
}

func toAPIDealEntry(d fact.DealRecord) DealEntry {
	return DealEntry{d.Customer, d.Product, d.SignedOn.String(), d.AmountMinor, string(d.Currency),
		newList(d.Shares, "", func(s fact.ShareRecord) SellerShare { return SellerShare{s.Person, s.BasisPoints} }).Body.Items}
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
