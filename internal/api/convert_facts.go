package api

import (
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/customer"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/org"
	"xiaoguan/internal/target"
)

func newCounted[F, T any](items []F, next string, count int64, convert func(F) T) *output[countedList[T]] {
	return &output[countedList[T]]{countedList[T]{List: newList(items, next, convert).Body, Count: count}}
}

func newSummed[F, T any](items []F, next string, total fact.Total, convert func(F) T) *output[summedList[T]] {
	out := &output[summedList[T]]{summedList[T]{List: newList(items, next, convert).Body, Count: total.Count, Sums: []sum{}}}
	for _, s := range total.Sums {
		out.Body.Sums = append(out.Body.Sums, sum{string(s.Currency), s.AmountMinor})
	}
	return out
}

func newReceipt(r fact.Receipt) *receiptOutput {
	return &receiptOutput{factTag(r.Batch), toAPIReceipt(r)}
}

func newCreated(id int64, r fact.Receipt) *createdOutput {
	return &createdOutput{factTag(r.Batch), created{id, toAPIReceipt(r)}}
}

var outcomes = map[fact.Outcome]string{fact.Unchanged: "unchanged", fact.Added: "added", fact.Corrected: "corrected"}

func toAPIReceipt(r fact.Receipt) Receipt {
	out := Receipt{RecordedBatch: int64(r.Batch), Outcome: outcomes[r.Outcome], Late: r.Late}
	if r.Late {
		out.ClosedMonth = r.Month.String()
	}
	return out
}

func toAPIMark(m fact.Mark) factMark {
	out := factMark{Batch: int64(m.Recorded), At: toAPIInstant(m.RecordedAt), By: m.RecordedBy, Kind: string(m.Kind)}
	if !m.Current() {
		out.SupersededBatch, out.SupersededAt, out.SupersededBy = int64(m.Superseded), toAPIInstant(m.SupersededAt), m.SupersededBy
	}
	return out
}

// toAPIDays leaves out the ends that never come. What holds for ever before holds from the first day there is, or from none.
func toAPIDays(days calendar.Interval) Days {
	out := Days{To: toAPIDate(days.To)}
	if days.From > calendar.NewDate(1, 1, 1) {
		out.From = days.From.String()
	}
	return out
}

func toAPIOrganisation(tree org.Tree) organisation {
	out := organisation{On: toAPIDate(tree.At.Valid), RecordedBatch: int64(tree.At.Recorded), Regions: []regionNode{}}
	for _, r := range tree.Regions {
		out.Regions = append(out.Regions, regionNode{toAPIRegionHead(r), newList(r.Teams, "", toAPITeam).Body.Items})
	}
	return out
}

func toAPIRegionHead(r org.RegionNode) RegionHead { return RegionHead{r.ID, r.Key, r.Name, r.People} }

func toAPITeam(t org.TeamNode) TeamNode {
	return TeamNode{t.ID, t.Key, t.Name, t.RegionID, t.LeaderID, t.LeaderName, t.People}
}

func toAPIPersonHead(m org.Member) PersonHead {
	return PersonHead{
		ID: m.ID, Key: m.Key, Name: m.Name, HiredOn: toAPIDate(m.Hired), LeftOn: toAPIDate(m.Left), TeamID: m.Assignment.TeamID, TeamName: m.TeamName,
		RegionID: m.RegionID, RegionName: m.RegionName, Level: string(m.Assignment.Level), Roles: append([]string{}, m.Assignment.Roles...),
		Leads: append([]int64{}, m.Leads...),
	}
}

func toAPIPeoplePage(p org.Page) peoplePage {
	return peoplePage{
		countedList: newCounted(p.Members, p.Next, p.Count, toAPIPersonHead).Body, On: toAPIDate(p.At.Valid), RecordedBatch: int64(p.At.Recorded),
	}
}

func toAPIPerson(d org.Detail) person {
	return person{
		PersonHead: toAPIPersonHead(d.Member), Known: d.Known, On: toAPIDate(d.At.Valid), RecordedBatch: int64(d.At.Recorded),
		Assignments: newList(d.Assignments, "", func(c org.Change) assignment {
			return assignment{toAPIDays(c.Assignment.Days), c.Assignment.TeamID, c.TeamName, string(c.Assignment.Level), append([]string{}, c.Assignment.Roles...), toAPIMark(c.Mark)}
		}).Body.Items,
		Employment: newList(d.Persons, "", func(c org.PersonChange) employment {
			return employment{c.Person.Key, c.Person.Name, toAPIDate(c.Person.Hired), toAPIDate(c.Person.Left), toAPIMark(c.Mark)}
		}).Body.Items,
		Leaderships: newList(d.Leads, "", func(c org.LeadChange) leadership {
			return leadership{toAPIDays(c.Leadership.Days), c.Leadership.TeamID, c.TeamName, toAPIMark(c.Mark)}
		}).Body.Items,
		Mentorships: newList(d.Mentors, "", toAPIMentorship).Body.Items,
	}
}

func toAPICustomerHead(c customer.Customer) CustomerHead {
	return CustomerHead{c.ID, c.Key, c.Name, c.Industry, c.City, c.CreditCode, c.Tier, c.Region, int64(c.Recorded)}
}

func toAPICustomerRow(r customer.Row) customerRow {
	return customerRow{toAPICustomerHead(r.Customer), r.Deals, toAPIDate(r.LastSigned), r.Standing, toAPIValues(r.Fields), r.Formerly}
}

func toAPICustomer(d customer.Detail) customerDetail {
	return customerDetail{
		CustomerHead: toAPICustomerHead(d.Customer),
		Sellers:      newList(d.Sellers, "", func(s customer.Seller) customerSeller { return customerSeller{s.PersonID, s.Name, s.Deals} }).Body.Items,
		Versions: newList(d.Versions, "", func(v customer.Version) customerVersion {
			return customerVersion{CustomerEntry{v.Customer.Name, v.Customer.Industry, v.Customer.City, v.Customer.CreditCode, &v.Customer.Tier, &v.Customer.Region}, toAPIMark(v.Mark)}
		}).Body.Items,
	}
}

func fromAPICustomer(e CustomerEntry) customer.Entry {
	return customer.Entry{Name: e.Name, Industry: e.Industry, City: e.City, CreditCode: e.CreditCode, Tier: e.Tier, Region: e.Region}
}

func toAPIProduct(p deal.Product) product { return product{p.ID, p.Key, p.Name, p.Category} }

func toAPIShare(s deal.Sharer) share { return share{s.PersonID, s.Name, s.BasisPoints} }

func toAPIDealFact(r deal.Row) DealFact {
	return DealFact{
		Key: r.Key, CustomerID: r.CustomerID, CustomerName: r.CustomerName, ProductID: r.ProductID, ProductName: r.ProductName, Category: r.Category,
		SignedOn: toAPIDate(r.SignedOn), AmountMinor: r.AmountMinor, Currency: string(r.Currency), Shares: newList(r.Sharers, "", toAPIShare).Body.Items,
		Units: known(r.More.Units), CostMinor: known(r.More.CostMinor), ReferrerID: r.More.ReferrerID, ReferrerName: r.More.ReferrerName,
		CancelledOn: toAPIDate(r.More.CancelledOn), CancelReason: r.More.CancelReason,
	}
}

func toAPIDealHead(r deal.Row) DealHead {
	return DealHead{toAPIDealFact(r), r.PaidMinor, r.Payments, int64(r.Recorded)}
}

func toAPIDeal(d deal.Detail) dealDetail {
	return dealDetail{
		DealHead: toAPIDealHead(d.Row), Entry: toAPIDealEntry(d.Record), Paid: newList(d.Paid, "", toAPIPayment).Body.Items, Invoiced: newList(d.Invoiced, "", toAPIInvoice).Body.Items,
		Versions: newList(d.Versions, "", func(v deal.Version) dealVersion { return dealVersion{toAPIDealFact(v.Row), toAPIMark(v.Mark)} }).Body.Items,
	}
}

func toAPIPayment(r deal.PaymentRow) payment {
	kind := deal.Collection
	if r.AmountMinor < 0 {
		kind = deal.Refund
	}
	return payment{
		Key: r.Key, PaymentFact: toAPIPaymentFact(r.Payment), Currency: string(r.Currency), Kind: string(kind), DealKey: r.DealKey,
		CustomerID: r.CustomerID, CustomerName: r.CustomerName, Shares: newList(r.Sharers, "", toAPIShare).Body.Items, RecordedBatch: int64(r.Recorded),
	}
}

func toAPIPaymentFact(p deal.Payment) PaymentFact {
	return PaymentFact{toAPIDate(p.PaidOn), p.AmountMinor}
}

func toAPIPaymentDetail(d deal.PaymentDetail) paymentDetail {
	return paymentDetail{toAPIPayment(d.PaymentRow), newList(d.Versions, "", func(v deal.PaymentVersion) paymentVersion {
		return paymentVersion{toAPIPaymentFact(v.Payment), toAPIMark(v.Mark)}
	}).Body.Items}
}

func toAPIRate(r deal.Rate) exchangeRate {
	return exchangeRate{string(r.Base), string(r.Quote), toAPIDate(r.On), r.Kind, r.Value, int64(r.Recorded)}
}

func (a *API) toAPIQuotaPage(p target.Page) quotaPage {
	return quotaPage{newCounted(p.Rows, p.Next, p.Count, a.toAPIQuotaRow).Body, p.SumMinor, string(a.options.Currency())}
}

func (a *API) toAPIQuotaRow(r target.Row) quotaRow {
	return quotaRow{
		Month: r.Month.String(), PersonID: r.PersonID, PersonKey: r.PersonKey, PersonName: r.PersonName, TeamName: r.TeamName, Of: r.Of,
		AmountMinor: r.AmountMinor, Currency: string(a.options.Currency()), RecordedBatch: int64(r.Recorded),
	}
}

func (a *API) toAPIQuota(month calendar.Month, personID int64, versions []target.Version) quotaDetail {
	return quotaDetail{
		Month: month.String(), PersonID: personID, Of: target.OfCollected, AmountMinor: heldQuota(versions).AmountMinor, Currency: string(a.options.Currency()),
		Versions: newList(versions, "", func(v target.Version) quotaVersion { return quotaVersion{v.Quota.AmountMinor, toAPIMark(v.Mark)} }).Body.Items,
	}
}
