package payout

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/engine"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/settle"
)

// AdditionKind says where an addition comes from.
type AdditionKind string

// A prior-period delta is the difference that late facts make to a closed month (package retro); an adjustment was made by hand
// (package adjustment).
const (
	AdditionPrior      AdditionKind = "prior"
	AdditionAdjustment AdditionKind = "adjustment"
)

// AdditionKinds lists the kinds in the order in which they stand.
var AdditionKinds = []AdditionKind{AdditionPrior, AdditionAdjustment}

// AdjustmentComponent is the component of an adjustment that belongs to none of the plan's. No component of a plan can have this id.
const AdjustmentComponent = "+adjustment"

// Addition is an amount that reaches a month from outside it. A month takes up what is waiting for it with its next run, and settles it
// like what was earned; the run keeps it as it was.
type Addition struct {
	Kind        AdditionKind
	Source      string // id of the retro or of the adjustment
	PersonID    int64
	PlanID      string
	VersionID   string // version of the plan that it came from
	Component   string
	Origin      calendar.Month // the month that it is about
	AmountMinor int64
	WasMinor    int64   // of a delta: what was paid for the origin until now, earlier deltas included
	NowMinor    int64   // of a delta: what it is as recomputed
	Causes      []Cause // of a delta
	Reason      string  // of an adjustment, in its maker's words
	Evidence    string
	MadeBy      string // user who posted the delta or asked for the adjustment
	ApprovedBy  string // user who approved the adjustment

	// What follows is left out of the digest where there is none of it.

	// Of a delta: what a cap cuts off in the origin and the month after it takes up, until now and as recomputed.
	WasCarriedMinor int64 `json:",omitempty"`
	NowCarriedMinor int64 `json:",omitempty"`
	// Parts are the amount by deal, of a delta whose component the plan keeps by deal.
	Parts []DealPart `json:",omitempty"`
}

// DealPart is the part of a difference that comes from a deal; none stands for what is of no deal.
type DealPart struct {
	Deal        string `json:"deal"`
	AmountMinor int64  `json:"amount_minor"`
}

// Idle reports whether nothing is paid or taken back for the addition: what it says is that an excess is carried otherwise.
func (a Addition) Idle() bool { return a.AmountMinor == 0 && len(a.Parts) == 0 }

// How a fact changed.
const (
	CauseRecorded  = "recorded"  // came late
	CauseCorrected = "corrected" // holds another value
	CauseRemoved   = "removed"
	CauseReplaced  = "replaced" // of plans and crediting rules: another version holds
)

// What else than a fact may have changed.
const (
	CausePlan      fact.Kind = "plan"
	CauseCrediting fact.Kind = "crediting"
	CauseMoved     fact.Kind = "moved"   // where and as what somebody works
	CauseEarlier   fact.Kind = "earlier" // what earlier months come to now
	CauseOthers    fact.Kind = "others"  // facts of others, whom the plan compares the payee with or sums up
)

// Cause is one thing that changed since a month was closed, or since differences were last posted for it.
type Cause struct {
	Kind       fact.Kind     `json:"kind"`
	How        string        `json:"how"`
	Key        string        `json:"key,omitempty"`
	On         calendar.Date `json:"on"`       // when it happened; NoDate when that says nothing
	RecordedOn calendar.Date `json:"recorded"` // when the product learned it, in the company's zone
	Count      int           `json:"count,omitempty"`
}

// Message says the cause.
func (c Cause) Message() errs.Message {
	return errs.Msg("retro.cause_"+string(c.Kind)+"_"+c.How, errs.Args{"Key": c.Key, "On": c.On, "At": c.RecordedOn, "Count": c.Count, "Month": c.On.Month()})
}

// ID tells additions of a month apart: it is the key of the addition's entry in the reward ledger.
func (a Addition) ID() string {
	parts := []string{string(a.Kind), a.Source}
	if a.Kind == AdditionPrior {
		parts = []string{"retro", a.Origin.String(), a.PlanID, a.Component, strconv.FormatInt(a.PersonID, 10), a.Source}
	}
	id := parts[0]
	for _, part := range parts[1:] {
		id += "/" + part
	}
	return id
}

// Digest is the SHA-256 of everything that the addition says, in hex.
func (a Addition) Digest() (string, error) {
	text, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	return sha256Hex(text), nil
}

// SortAdditions puts additions into the order in which runs keep them.
func SortAdditions(list []Addition) {
	slices.SortFunc(list, func(a, b Addition) int {
		return cmp.Or(cmp.Compare(slices.Index(AdditionKinds, a.Kind), slices.Index(AdditionKinds, b.Kind)), cmp.Compare(a.Origin, b.Origin),
			cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.PlanID, b.PlanID), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Source, b.Source))
	})
}

// AdditionsDigest tells sets of additions apart, whatever their order.
func AdditionsDigest(list []Addition) (string, error) {
	list = slices.Clone(list)
	SortAdditions(list)
	h := sha256.New()
	for _, a := range list {
		digest, err := a.Digest()
		if err != nil {
			return "", err
		}
		h.Write([]byte(digest))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// AddedOf are the additions of an account as package settle takes them: differences by deal and in the month that they are about,
// adjustments in the month that is settled.
func AddedOf(list []Addition, account Account) (added []settle.Added) {
	for _, a := range list {
		if a.PersonID != account.PersonID || a.PlanID != account.PlanID || a.Idle() {
			continue
		}
		one := settle.Added{ID: a.ID(), Component: a.Component, AmountFen: a.AmountMinor,
			Reason: errs.Msg("settle.reason.added_"+string(a.Kind), errs.Args{"Month": a.Origin.String()})}
		if a.Kind == AdditionPrior {
			one.Origin = a.Origin
		}
		if len(a.Parts) == 0 {
			added = append(added, one)
		}
		for _, part := range a.Parts {
			one.ID, one.Deal, one.AmountFen = a.ID()+"/"+part.Deal, part.Deal, part.AmountMinor
			added = append(added, one)
		}
	}
	return added
}

// AddAddition adds an addition to the digest of a run, behind the settlements.
func (d *Digest) AddAddition(a Addition) error {
	digest, err := a.Digest()
	if err != nil {
		return err
	}
	d.add(d.salt("addition/"+a.ID(), a.PersonID, a.PlanID), "addition", a.ID(), digest)
	return nil
}

// Blanks makes a statement without components for each account that has additions but is paid nothing by the run itself, so that there is
// a statement that shows them: of somebody who has left, or whose plan has ended.
func (b *Builder) Blanks(groups []Group, additions []Addition) (built []Built, err error) {
	defer errs.Wrap(&err, "payout.Blanks")
	paid := map[Account]bool{}
	for _, g := range groups {
		paid[Account{b.Loaded.PersonIDs[g.Person], b.PlanIDs[g.Plan]}] = true
	}
	for _, a := range additions {
		key := Account{a.PersonID, a.PlanID}
		person, index := slices.Index(b.Loaded.PersonIDs, a.PersonID), slices.Index(b.PlanIDs, a.PlanID)
		if paid[key] || person < 0 || index < 0 || a.Idle() {
			continue
		}
		paid[key] = true
		row, err := b.row(b.Result.Blank(int32(person), b.Plans[index]), int32(person), int32(index))
		if err != nil {
			return nil, err
		}
		built = append(built, Built{Row: row})
	}
	return built, nil
}

// additionReader reads what waits for a month.
type additionReader interface {
	// Additions returns what waits for the month's next run, in order.
	Additions(ctx context.Context, month calendar.Month) ([]Addition, error)
}

// additionsOf are those of one person.
func additionsOf(ctx context.Context, r additionReader, month calendar.Month, personID int64) ([]Addition, error) {
	all, err := r.Additions(ctx, month)
	return slices.DeleteFunc(all, func(a Addition) bool { return a.PersonID != personID }), err
}

// sumOf adds up the additions of an account.
func sumOf(list []Addition, account Account) (sum int64) {
	for _, a := range list {
		if a.PersonID == account.PersonID && a.PlanID == account.PlanID {
			sum += a.AmountMinor
		}
	}
	return sum
}

// largeMinor is from which amount on an addition is something to look at.
const largeMinor = 1_000_00

// AdditionExceptions are what a reviewer must look at among the additions of a run.
func AdditionExceptions(list []Addition) (found []Exception) {
	kinds := map[AdditionKind]ExceptionKind{AdditionPrior: ExceptionLargeDelta, AdditionAdjustment: ExceptionLargeAdjustment}
	for _, a := range list {
		if a.AmountMinor >= largeMinor || a.AmountMinor <= -largeMinor {
			found = append(found, Exception{Kind: kinds[a.Kind], PersonID: a.PersonID, PlanID: a.PlanID, Component: a.Component, AmountMinor: a.NowMinor, BeforeMinor: a.WasMinor})
			if a.Kind == AdditionAdjustment {
				found[len(found)-1].AmountMinor = a.AmountMinor
			}
		}
	}
	return found
}

// Lines are the payout lines of the result, without statements.
func (b *Builder) Lines() (lines []Line) {
	for _, p := range b.Result.Payouts {
		lines = append(lines, Line{PersonID: b.Loaded.PersonIDs[p.Person], PlanID: b.PlanIDs[p.Plan], Component: b.component(p), AmountMinor: p.AmountFen, CarriedMinor: p.CarriedFen})
	}
	return lines
}

func (b *Builder) component(p engine.Payout) string {
	return b.Plans[p.Plan].Components[p.Component].ID
}
