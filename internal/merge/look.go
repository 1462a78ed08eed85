package merge

import (
	"cmp"
	"context"
	"encoding/json"
	"hash/maphash"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/job"
	"xiaoguan/internal/naming"
)

// KindLook is the job that looks for customers that may be the same; its arguments are LookArgs.
const KindLook job.Kind = "merge.look"

// LookArgs name the look.
type LookArgs struct {
	Look int64 `json:"look"`
}

// Look is one look at all customers.
type Look struct {
	ID         int64
	On         calendar.Date
	JobID      string
	FinishedAt time.Time // zero: not yet
	Customers  int64
	Pairs      int64
}

// Subject is how jobs and the audit log name the look.
func (l Look) Subject() string { return "customer_look:" + strconv.FormatInt(l.ID, 10) }

// Likeness is of a customer what may be the same in another one.
type Likeness struct {
	ID         int64
	Name       string
	CreditCode string
	City       string
}

// ContactPhone is the telephone number of a contact and whose contact it is.
type ContactPhone struct {
	ContactID  int64
	CustomerID int64
	Phone      string
}

// The limits of a look.
const (
	portion    = 20_000  // how many are read at once
	putAtOnce  = 2_000   // how many pairs one transaction keeps
	groupMost  = 6       // in a greater group each is a pair with the first alone
	phoneMost  = 6       // a number that more customers have is a switchboard
	pairsMost  = 100_000 // that one look keeps
	coreLeast  = 2       // characters of a name without place and legal form
	phoneLeast = 7
)

// Look starts a look at all customers. Errors: forbidden; conflict while one runs.
func (s *Service) Look(ctx context.Context, actor access.Actor) (l Look, err error) {
	defer errs.Wrap(&err, "merge.Look")
	if err := actor.Require(access.PermCustomerMerge); err != nil {
		return l, err
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		l, err = s.begin(ctx, tx, actor)
		return err
	})
	return l, err
}

// Tick starts the look of a day. Call it now and then, on any node.
func (s *Service) Tick(ctx context.Context) (started bool, err error) {
	defer errs.Wrap(&err, "merge.Tick")
	err = s.store.InTx(ctx, func(tx Tx) error {
		started = false
		last, err := tx.CustomerLook(ctx)
		if err != nil || last.ID != 0 && last.On >= s.today() {
			return err
		}
		if some, err := tx.Likenesses(ctx, 0, 1); err != nil || len(some) == 0 {
			return err
		}
		_, err = s.begin(ctx, tx, access.SystemActor("merge"))
		if started = err == nil; errs.Is(err, errs.KindConflict) {
			return nil
		}
		return err
	})
	return started, err
}

func (s *Service) begin(ctx context.Context, tx Tx, actor access.Actor) (l Look, err error) {
	l = Look{On: s.today(), JobID: s.newID()}
	if l.ID, err = tx.NextNumber(ctx, "customer_look"); err != nil {
		return l, err
	}
	if err := tx.InsertLook(ctx, l); err != nil {
		return l, err
	}
	args, err := json.Marshal(LookArgs{l.ID})
	if err != nil {
		return l, err
	}
	return l, tx.Enqueue(ctx, job.Spec{ID: l.JobID, Kind: KindLook, Args: args, Unique: "merge.look", CreatedBy: actor.UserID, Subject: l.Subject()})
}

// RunLook carries a look out. It may be started again: pairs are found anew.
func (s *Service) RunLook(ctx context.Context, running job.Running) (err error) {
	var args LookArgs
	if err := json.Unmarshal(running.Job().Args, &args); err != nil {
		return err
	}
	l, err := s.find(ctx, args.Look, running.Report)
	if err != nil {
		return err
	}
	running.SetResult(map[string]any{"customers": l.Customers, "pairs": l.Pairs})
	return nil
}

// Find looks at once, for tools that make up a company.
func (s *Service) Find(ctx context.Context) (l Look, err error) {
	err = s.store.InTx(ctx, func(tx Tx) error {
		l = Look{On: s.today()}
		if l.ID, err = tx.NextNumber(ctx, "customer_look"); err != nil {
			return err
		}
		return tx.InsertLook(ctx, l)
	})
	if err != nil {
		return l, err
	}
	return s.find(ctx, l.ID, func(job.Progress) {})
}

func (s *Service) find(ctx context.Context, id int64, report func(job.Progress)) (l Look, err error) {
	defer errs.Wrap(&err, "merge.find(%d)", id)
	found, customers, err := s.pairs(ctx, report)
	if err != nil {
		return l, err
	}
	for some := range slices.Chunk(found, putAtOnce) {
		if err := s.store.InTx(ctx, func(tx Tx) error { return tx.PutPairs(ctx, id, some) }); err != nil {
			return l, err
		}
	}
	err = s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.DropPairs(ctx, id); err != nil {
			return err
		}
		l = Look{ID: id, FinishedAt: tx.Now(), Customers: customers, Pairs: int64(len(found))}
		return tx.SaveLook(ctx, l)
	})
	return l, err
}

// sign is a value that customers may have in common, as a number. Two different values are the same number once in some ten thousand million
// companies; whoever compares the two then sees that they are two.
type sign struct {
	hash uint64
	id   int64
}

// signs are the signs of all customers by ground.
type signs struct {
	seed  maphash.Seed
	of    [3][]sign
	codes map[int64]uint64 // by customer
	towns map[int64]uint64 // the city, likewise
}

func newSigns() *signs {
	return &signs{seed: maphash.MakeSeed(), codes: map[int64]uint64{}, towns: map[int64]uint64{}}
}

func (s *signs) add(g Ground, value string, id int64) uint64 {
	hash := maphash.String(s.seed, value)
	s.of[g.Rank()] = append(s.of[g.Rank()], sign{hash, id})
	return hash
}

// pairs reads all customers and finds those that may be the same.
func (s *Service) pairs(ctx context.Context, report func(job.Progress)) (found []Pair, customers int64, err error) {
	g := newSigns()
	for after := int64(0); ; {
		var some []Likeness
		if err := s.store.Read(ctx, func(r Reader) (err error) { some, err = r.Likenesses(ctx, after, portion); return err }); err != nil {
			return nil, 0, err
		}
		for _, l := range some {
			after = l.ID
			g.note(l)
		}
		customers += int64(len(some))
		report(job.Progress{Done: customers})
		if len(some) < portion {
			break
		}
	}
	for after := int64(0); ; {
		var some []ContactPhone
		if err := s.store.Read(ctx, func(r Reader) (err error) { some, err = r.ContactPhones(ctx, after, portion); return err }); err != nil {
			return nil, 0, err
		}
		for _, c := range some {
			after = c.ContactID
			if phone := digits(c.Phone); len(phone) >= phoneLeast {
				g.add(GroundPhone, phone, c.CustomerID)
			}
		}
		if len(some) < portion {
			break
		}
	}
	return g.pairs(), customers, nil
}

// note takes the signs of a customer.
func (s *signs) note(l Likeness) {
	if code := naming.CreditCode(l.CreditCode); naming.CreditCodeFits(code) {
		s.codes[l.ID] = s.add(GroundCode, code, l.ID)
	}
	if city := strings.TrimSuffix(naming.Fold(l.City), "市"); city != "" {
		s.towns[l.ID] = maphash.String(s.seed, city)
	}
	if core := naming.Core(l.Name); len([]rune(core)) >= coreLeast {
		s.add(GroundName, core, l.ID)
	}
}

func digits(phone string) string {
	return strings.TrimPrefix(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone), "86")
}

// differ reports whether something is known of both customers, and is not the same.
func differ(of map[int64]uint64, a, b int64) bool { return of[a] != 0 && of[b] != 0 && of[a] != of[b] }

// pairs are the pairs that the signs make, the strongest grounds first. Of two customers with credit codes that differ it is known that they are two;
// companies of one name in two cities are two more often than not.
func (s *signs) pairs() []Pair {
	at := map[[2]int64]int{}
	var found []Pair
	add := func(a, b int64, g Ground) {
		if a == b || len(found) >= pairsMost {
			return
		}
		if g != GroundCode && differ(s.codes, a, b) || g == GroundName && differ(s.towns, a, b) {
			return
		}
		p := pairOf(a, b, g)
		key := [2]int64{p.LowID, p.HighID}
		if i, known := at[key]; !known {
			at[key] = len(found)
			found = append(found, p)
		} else if !slices.Contains(found[i].Grounds, g) {
			found[i].Grounds = append(found[i].Grounds, g)
		}
	}
	for _, g := range Grounds {
		most := 0
		if g == GroundPhone {
			most = phoneMost
		}
		for group := range groups(s.of[g.Rank()], most) {
			for i, a := range group {
				for _, b := range group[i+1:] {
					add(a, b, g)
				}
				if len(group) > groupMost {
					break
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), cmp.Compare(a.LowID, b.LowID), cmp.Compare(a.HighID, b.HighID))
	})
	return found
}

// groups yields the customers that share a sign, in order; groups of more than most, unless that is 0, are left out.
func groups(list []sign, most int) iter.Seq[[]int64] {
	slices.SortFunc(list, func(a, b sign) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.id, b.id)) })
	return func(yield func([]int64) bool) {
		for from := 0; from < len(list); {
			to := from
			var ids []int64
			for ; to < len(list) && list[to].hash == list[from].hash; to++ {
				if len(ids) == 0 || ids[len(ids)-1] != list[to].id {
					ids = append(ids, list[to].id)
				}
			}
			if len(ids) > 1 && (most == 0 || len(ids) <= most) && !yield(ids) {
				return
			}
			from = to
		}
	}
}

func pairSubject(p Pair) string {
	return "customer_pair:" + strconv.FormatInt(p.LowID, 10) + "-" + strconv.FormatInt(p.HighID, 10)
}

// cursorOf writes the place behind a pair.
func cursorOf(p Pair) string {
	return strconv.FormatInt(p.Rank(), 10) + "." + strconv.FormatInt(p.LowID, 10) + "." + strconv.FormatInt(p.HighID, 10)
}

// place reads it, and checks the ground.
func (f Filter) place() (*Place, error) {
	if f.Ground != "" && !slices.Contains(Grounds, f.Ground) {
		return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "ground", Value: string(f.Ground), Message: errs.Msg("form.error.choice", nil)}})
	}
	if f.After == "" {
		return nil, nil
	}
	parts := strings.Split(f.After, ".")
	numbers := make([]int64, 3)
	for i := range numbers {
		var err error
		if len(parts) == 3 {
			numbers[i], err = strconv.ParseInt(parts[i], 10, 64)
		}
		if err != nil || len(parts) != 3 {
			return nil, errs.Invalid("error.invalid", []errs.Field{{Path: "cursor", Message: errs.Msg("fact.bad_cursor", nil)}})
		}
	}
	return &Place{numbers[0], numbers[1], numbers[2]}, nil
}
