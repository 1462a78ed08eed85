package diagnosis

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"xiaoguan/internal/finding"
	"xiaoguan/internal/ingest"
)

// organisation reads rules, regions, teams and persons.
func (b *builder) organisation(ctx context.Context) error {
	c := b.company
	type rule struct{ key, value string }
	err := readTable(ctx, b, finding.Standards, "key value", func(r *row) rule { return rule{r.key(0), r.text(1)} },
		func(s rule) { c.Standards[strings.ToLower(s.key)] = s.value })
	if err != nil {
		return err
	}
	b.keys.regions = map[string]int32{}
	err = readTable(ctx, b, finding.Regions, "key name", func(r *row) finding.Region { return finding.Region{Key: r.key(0), Name: r.text(1)} },
		func(region finding.Region) {
			c.Regions = add(b, finding.Regions, b.keys.regions, region.Key, c.Regions, region)
		})
	if err != nil {
		return err
	}
	b.keys.teams = map[string]int32{}
	type team struct {
		finding.Team
		leader string
	}
	err = readTable(ctx, b, finding.Teams, "key name region leader", func(r *row) team {
		return team{finding.Team{Key: r.key(0), Name: r.text(1), Region: r.ref(2, b.keys.regions), Leader: finding.Nobody}, r.text(3)}
	}, func(t team) {
		before := len(c.Teams)
		if c.Teams = add(b, finding.Teams, b.keys.teams, t.Key, c.Teams, t.Team); len(c.Teams) > before {
			b.leaders = append(b.leaders, t.leader)
		}
	})
	if err != nil {
		return err
	}
	return b.persons(ctx)
}

var layers = map[string]finding.Layer{
	"newcomer": finding.LayerNewcomer, "regular": finding.LayerRegular, "core": finding.LayerCore, "manager": finding.LayerManager, "other": finding.LayerOther,
}

func (b *builder) persons(ctx context.Context) error {
	c := b.company
	b.keys.persons = map[string]int32{}
	var rows [][]assignment // of each person
	err := readTable(ctx, b, finding.Persons, "key name team level hired_on left_on valid_from valid_to", func(r *row) assignment {
		return assignment{finding.Person{Key: r.key(0), Name: r.text(1), Team: r.ref(2, b.keys.teams), Layer: layers[ingest.WordOf("level", r.text(3))], Hired: r.mustDay(4), Left: r.day(5)}, r.day(6), r.day(7)}
	}, func(a assignment) {
		at, known := b.keys.persons[a.Key]
		if !known {
			at = int32(len(rows))
			b.keys.persons[a.Key] = at
			c.People, rows = append(c.People, a.Person), append(rows, nil)
		}
		rows[at] = append(rows[at], a)
	})
	for i := range rows {
		b.assign(rows[i])
	}
	for i, leader := range b.leaders {
		at, known := b.keys.persons[leader]
		switch {
		case known:
			c.Teams[i].Leader = at
		case leader != "" && len(c.People) > 0:
			b.contradict(finding.Teams, LeaderUnknown, leader)
		}
	}
	return err
}

// customers reads products, customers and their places in the ledger.
func (b *builder) customers(ctx context.Context) error {
	c := b.company
	b.keys.products = map[string]int32{}
	err := readTable(ctx, b, finding.Products, "key name", func(r *row) finding.Product { return finding.Product{Key: r.key(0), Name: r.text(1)} },
		func(p finding.Product) { c.Products = add(b, finding.Products, b.keys.products, p.Key, c.Products, p) })
	if err != nil {
		return err
	}
	b.keys.customers = map[string]int32{}
	const fields = "key name credit_code tier industry city need budget decision_maker address"
	for _, t := range b.tables[finding.Customers] {
		kept := slices.DeleteFunc(t.places(strings.Fields(fields)[4:]), func(column int) bool { return column < 0 })
		c.LedgerFields = max(c.LedgerFields, int8(len(kept)))
	}
	if c.LedgerFields == 0 {
		c.LedgerFields = finding.NoLedgerFields
	}
	err = readTable(ctx, b, finding.Customers, fields, func(r *row) finding.Customer {
		customer := finding.Customer{Key: r.key(0), Name: hash(plainName(r.text(1))), Credit: hash(strings.ToUpper(r.text(2))), Owner: finding.Nobody, Since: finding.NoDay,
			Met: finding.NoMoment, Registered: finding.NoMoment, Checked: finding.NoDay, Contacted: finding.NoDay, Lost: finding.NoDay}
		if tier := strings.ToUpper(r.text(3)); len(tier) > 0 {
			customer.Tier = tier[0]
		}
		for i := 4; i < 10; i++ {
			if len(r.cell(i)) > 0 {
				customer.Filled++
			}
		}
		return customer
	}, func(customer finding.Customer) {
		c.Customers = add(b, finding.Customers, b.keys.customers, customer.Key, c.Customers, customer)
	})
	if err != nil {
		return err
	}
	return b.ledger(ctx)
}

func (b *builder) ledger(ctx context.Context) error {
	c := b.company
	type entry struct {
		customer int32
		finding.Customer
	}
	const fields = "customer owner since met_at registered_at checked_on last_contact_on lost_on"
	return readTable(ctx, b, finding.CustomerRecords, fields, func(r *row) entry {
		return entry{r.mustRef(0, b.keys.customers), finding.Customer{Owner: r.ref(1, b.keys.persons), Since: r.day(2), Met: r.moment(3), Registered: r.moment(4), Checked: r.day(5), Contacted: r.day(6), Lost: r.day(7)}}
	}, func(e entry) {
		k := &c.Customers[e.customer]
		k.InLedger, k.Owner, k.Since, k.Met, k.Registered, k.Checked, k.Contacted, k.Lost = true, e.Owner, e.Since, e.Met, e.Registered, e.Checked, e.Contacted, e.Lost
	})
}

// legalForms are what names of companies end in, longest first.
var legalForms = []string{"股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "股份公司", "集团", "公司", "co.,ltd", "co.ltd", "ltd", "inc"}

// plainName is a name without blanks, brackets and legal form, in small letters of half width.
func plainName(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == '　':
			return -1
		}
		if unicode.IsSpace(r) || strings.ContainsRune("()[]【】「」《》·.-_,、", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	for _, form := range legalForms {
		if rest, found := strings.CutSuffix(plain, strings.NewReplacer(".", "", ",", "").Replace(form)); found && rest != "" {
			return rest
		}
	}
	return plain
}

// NameMark is a number for the name of a customer: equal for names that differ in blanks, brackets and legal form alone; 0 without a name.
func NameMark(name string) uint64 { return hash(plainName(name)) }

// CodeMark is a number for a credit code; 0 without one.
func CodeMark(code string) uint64 { return hash(strings.ToUpper(code)) }

// hash is a number for a text; 0 for none.
func hash(text string) uint64 {
	if text = strings.TrimSpace(text); text == "" {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // a hash in memory does not fail
	return h.Sum64() | 1
}

// deals reads deals with their money.
func (b *builder) deals(ctx context.Context) error {
	c := b.company
	b.keys.deals = map[string]int32{}
	err := readTable(ctx, b, finding.Deals, "key customer product signed_on amount seller_1 cancelled_on", func(r *row) finding.Deal {
		return finding.Deal{Key: r.key(0), Customer: r.ref(1, b.keys.customers), Product: r.ref(2, b.keys.products), Signed: r.mustDay(3), AmountMinor: r.mustAmount(4), Seller: r.ref(5, b.keys.persons), Cancelled: r.day(6)}
	}, func(d finding.Deal) { c.Deals = add(b, finding.Deals, b.keys.deals, d.Key, c.Deals, d) })
	if err != nil {
		return err
	}
	err = readTable(ctx, b, finding.Payments, "deal paid_on amount", func(r *row) finding.Payment {
		return finding.Payment{Deal: r.mustRef(0, b.keys.deals), Paid: r.mustDay(1), AmountMinor: r.mustAmount(2)}
	}, func(p finding.Payment) { c.Payments = append(c.Payments, p) })
	if err != nil {
		return err
	}
	return readTable(ctx, b, finding.Instalments, "deal due_on amount", func(r *row) finding.Instalment {
		return finding.Instalment{Deal: r.mustRef(0, b.keys.deals), Due: r.mustDay(1), AmountMinor: r.mustAmount(2)}
	}, func(p finding.Instalment) { c.Instalments = append(c.Instalments, p) })
}

// money reads targets and quotas.
func (b *builder) money(ctx context.Context) error {
	c := b.company
	err := readTable(ctx, b, finding.Quotas, "person month of amount", func(r *row) finding.Quota {
		return finding.Quota{Person: r.mustRef(0, b.keys.persons), Month: r.month(1), Of: measure(r.text(2)), AmountMinor: r.mustAmount(3)}
	}, func(q finding.Quota) { c.Quotas = append(c.Quotas, q) })
	if err != nil {
		return err
	}
	return readTable(ctx, b, finding.Targets, "level region team month of amount", func(r *row) finding.Target {
		t := finding.Target{Level: finding.Level(strings.ToLower(r.text(0))), Unit: finding.Nobody, Month: r.month(3), Of: measure(r.text(4)), AmountMinor: r.mustAmount(5)}
		switch t.Level {
		case finding.LevelRegion:
			t.Unit = r.mustRef(1, b.keys.regions)
		case finding.LevelTeam:
			t.Unit = r.mustRef(2, b.keys.teams)
		case finding.LevelCompany:
		default:
			r.must(0, false)
		}
		return t
	}, func(t finding.Target) { c.Targets = append(c.Targets, t) })
}

func measure(word string) finding.Measure {
	if ingest.QuotaOf(word) == "signed" {
		return finding.MeasureSigned
	}
	return finding.MeasureCollected
}
