package approval

import (
	"slices"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// People are who could sign for one submitter today, all of whom can sign in.
type People struct {
	Chain [][]string               // managers, nearest first: of the team, of the region, of the company
	Roles map[access.Role][]string // who has the role with a reach over the submitter
	Able  map[string]bool          // who of all that were looked at can sign in
}

// clock is what the core knows of time.
type clock struct {
	now time.Time
	due func(days int64) time.Time // the end of a run of working days from now
}

// free leaves out who may not sign, who has signed already, and who cannot sign in.
func (r *Request) free(turn Turn, people People, ids []string) (out []string) {
	signers := r.taken(turn)
	for _, id := range ids {
		if !r.barred(id) && !slices.Contains(signers, id) && !slices.Contains(out, id) && people.Able[id] {
			out = append(out, id)
		}
	}
	return out
}

// found are the candidates that an approver stands for.
func (r *Request) found(turn Turn, people People, a Approver) []string {
	switch a.Kind {
	case ByManager:
		if out := r.climb(turn, people, int(a.Levels)-1); len(out) > 0 {
			return out
		}
		for level := min(int(a.Levels)-1, len(people.Chain)) - 1; level >= 0; level-- { // nobody so high up: the highest there is
			if out := r.free(turn, people, people.Chain[level]); len(out) > 0 {
				return out
			}
		}
	case ByDirector:
		return r.nearest(turn, people, people.Roles[access.RoleDirector])
	case ByRole:
		return r.free(turn, people, people.Roles[a.Role])
	case ByUser:
		return r.free(turn, people, []string{a.UserID})
	}
	return nil
}

// nearest are those of a role's holders on the lowest level of managers on which one of them is free; where none is a manager, all who are free.
func (r *Request) nearest(turn Turn, people People, holders []string) []string {
	for _, level := range people.Chain {
		of := slices.DeleteFunc(slices.Clone(level), func(id string) bool { return !slices.Contains(holders, id) })
		if out := r.free(turn, people, of); len(out) > 0 {
			return out
		}
	}
	return r.free(turn, people, holders)
}

// above is the level from which on managers are higher than everybody who has signed.
func (r *Request) above(turn Turn, people People) (level int) {
	signers := r.taken(turn)
	for i, managers := range people.Chain {
		if slices.ContainsFunc(managers, func(id string) bool { return slices.Contains(signers, id) }) {
			level = i + 1
		}
	}
	return level
}

// climb finds the next managers up from a level who can sign.
func (r *Request) climb(turn Turn, people People, from int) []string {
	for level := max(from, 0); level < len(people.Chain); level++ {
		if out := r.free(turn, people, people.Chain[level]); len(out) > 0 {
			return out
		}
	}
	return nil
}

// seatsOf finds the seats of a step: one for all its approvers, or one for each.
func (r *Request) seatsOf(turn Turn, people People) (seats []Seat) {
	if turn.Step.Mode == ModeAll {
		for _, a := range turn.Step.Who {
			seats = append(seats, Seat{Candidates: r.found(turn, people, a)})
		}
		return seats
	}
	var all []string
	for _, a := range turn.Step.Who {
		for _, id := range r.found(turn, people, a) {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return []Seat{{Candidates: all}}
}

// begin opens a round.
func (r *Request) begin(steps []Step, people People, c clock) {
	r.State, r.Round, r.At, r.Turns, r.SubmittedAt, r.Stuck = StatePending, r.Round+1, 0, nil, c.now, false
	for _, s := range steps {
		r.Turns = append(r.Turns, Turn{Step: s})
	}
	r.proceed(people, c)
}

// proceed goes on to the turn that waits, finds who is asked there, and approves where none is left.
func (r *Request) proceed(people People, c clock) {
	for r.At < len(r.Turns) && r.Turns[r.At].done() {
		r.At++
	}
	if r.At == len(r.Turns) {
		r.State, r.DecidedAt, r.Stuck = StateApproved, c.now, false
		return
	}
	turn := &r.Turns[r.At]
	if len(turn.Seats) == 0 {
		turn.Seats = r.seatsOf(*turn, people)
	}
	if turn.StartedAt.IsZero() {
		turn.StartedAt = c.now
		if turn.Step.LimitDays > 0 {
			turn.DueAt = c.due(turn.Step.LimitDays)
		}
	}
	r.refill(people)
}

// refill lets the next manager up in where nobody is left for a seat, above everybody who has signed, and says so when there is none.
func (r *Request) refill(people People) {
	turn := &r.Turns[r.At]
	r.Stuck = false
	for i := range turn.Seats {
		seat := &turn.Seats[i]
		if seat.Signed() || len(r.free(*turn, people, seat.Candidates)) > 0 {
			continue
		}
		higher := r.climb(*turn, people, r.above(*turn, people))
		if len(higher) == 0 {
			r.Stuck = true
			continue
		}
		seat.Candidates = append(seat.Candidates, higher...)
	}
}

// voice is who acts: a user, and those whom the user stands in for today.
type voice struct {
	userID string
	stands []string
}

// speaksOn finds the open seat on which the voice may sign, and for whom: one's own before somebody else's, then that with the fewest others.
func (r *Request) speaksOn(v voice) (seat int, standsFor string, err error) {
	if r.State != StatePending {
		return 0, "", decided(r.State)
	}
	if r.barred(v.userID) {
		return 0, "", errs.New(errs.KindForbidden, "approval.own", nil)
	}
	turn := r.Turns[r.At]
	signers := r.taken(turn)
	if slices.Contains(signers, v.userID) {
		return 0, "", errs.New(errs.KindConflict, "approval.signed_already", nil)
	}
	best, fewest := -1, 0
	for i, s := range turn.Seats {
		if s.Signed() {
			continue
		}
		who := ""
		if !slices.Contains(s.Candidates, v.userID) {
			at := slices.IndexFunc(s.Candidates, func(id string) bool {
				return slices.Contains(v.stands, id) && !r.barred(id) && !slices.Contains(signers, id)
			})
			if at < 0 {
				continue
			}
			who = s.Candidates[at]
		}
		others := len(s.Candidates)
		if who != "" {
			others += approversMax * turnsMax // any seat of one's own comes first
		}
		if best < 0 || others < fewest {
			best, fewest, standsFor = i, others, who
		}
	}
	if best < 0 {
		return 0, "", errs.New(errs.KindForbidden, "approval.not_asked", nil)
	}
	return best, standsFor, nil
}

func decided(s State) error {
	return errs.New(errs.KindConflict, "approval.decided", errs.Args{"State": errs.Msg("approval.state_"+string(s), nil)})
}

// approve signs. It returns whom the voice stood in for.
func (r *Request) approve(v voice, people People, c clock) (standsFor string, err error) {
	at, standsFor, err := r.speaksOn(v)
	if err != nil {
		return "", err
	}
	seat := &r.Turns[r.At].Seats[at]
	seat.SignedBy, seat.For, seat.SignedAt = v.userID, standsFor, c.now
	r.proceed(people, c)
	return standsFor, nil
}

// refuse ends the round: rejected for good, or returned to the submitter.
func (r *Request) refuse(v voice, to State, c clock) (standsFor string, err error) {
	if _, standsFor, err = r.speaksOn(v); err != nil {
		return "", err
	}
	r.State, r.Stuck = to, false
	if to.Ended() {
		r.DecidedAt = c.now
	}
	return standsFor, nil
}

// withdraw takes the request back.
func (r *Request) withdraw(c clock) error {
	if r.State.Ended() {
		return decided(r.State)
	}
	r.State, r.Stuck, r.DecidedAt = StateWithdrawn, false, c.now
	return nil
}

// mayTake refuses a further signer who may not sign, cannot sign in, or is asked already.
func (r *Request) mayTake(to string, people People) error {
	if r.barred(to) {
		return errs.New(errs.KindForbidden, "approval.own_to", nil)
	}
	if !people.Able[to] {
		return errs.New(errs.KindConflict, "approval.user_unknown", nil)
	}
	if slices.Contains(r.Open(), to) || slices.Contains(r.taken(r.Turns[r.At]), to) {
		return errs.New(errs.KindConflict, "approval.asked_already", nil)
	}
	return nil
}

// transfer puts somebody else in the voice's place on all open seats of the turn.
func (r *Request) transfer(v voice, to string, people People) (standsFor string, err error) {
	_, standsFor, err = r.speaksOn(v)
	if err == nil {
		err = r.mayTake(to, people)
	}
	if err != nil {
		return "", err
	}
	from := v.userID
	if standsFor != "" {
		from = standsFor
	}
	turn := &r.Turns[r.At]
	for i, seat := range turn.Seats {
		if at := slices.Index(seat.Candidates, from); at >= 0 && !seat.Signed() {
			turn.Seats[i].Candidates[at] = to
		}
	}
	return standsFor, nil
}

// addSigner asks a further person, before the waiting turn or after it.
func (r *Request) addSigner(v voice, to string, before bool, people People, c clock) (standsFor string, err error) {
	_, standsFor, err = r.speaksOn(v)
	if err == nil {
		err = r.mayTake(to, people)
	}
	if err == nil && len(r.Turns) >= turnsMax {
		err = errs.New(errs.KindConflict, "approval.turns_many", errs.Args{"Max": turnsMax})
	}
	if err != nil {
		return "", err
	}
	further := Turn{AddedBy: v.userID, Seats: []Seat{{Candidates: []string{to}}}, Step: Step{Mode: ModeAny, Who: []Approver{{Kind: ByUser, UserID: to}}, LimitDays: r.Turns[r.At].Step.LimitDays}}
	if before {
		r.Turns[r.At].StartedAt, r.Turns[r.At].DueAt = time.Time{}, time.Time{} // its time begins anew
		r.Turns = slices.Insert(r.Turns, r.At, further)
		r.proceed(people, c)
		return standsFor, nil
	}
	r.Turns = slices.Insert(r.Turns, r.At+1, further)
	return standsFor, nil
}

// assign lets somebody sign on the open seats for which nobody is left, or on all open ones where each has somebody.
func (r *Request) assign(to string, people People) error {
	if r.State != StatePending {
		return decided(r.State)
	}
	if err := r.mayTake(to, people); err != nil {
		return err
	}
	turn := &r.Turns[r.At]
	for i, seat := range turn.Seats {
		if !seat.Signed() && (!r.Stuck || len(r.free(*turn, people, seat.Candidates)) == 0) {
			turn.Seats[i].Candidates = append(seat.Candidates, to)
		}
	}
	r.refill(people)
	return nil
}

// escalate asks the next managers up, too, where the time has run out. It returns who is new; nobody when there is no higher one.
func (r *Request) escalate(people People, c clock) (higher []string) {
	turn := &r.Turns[r.At]
	turn.Raised++
	turn.DueAt = c.due(max(turn.Step.LimitDays, 1))
	for i, seat := range turn.Seats {
		if seat.Signed() {
			continue
		}
		from := 0
		for level, managers := range people.Chain {
			if slices.ContainsFunc(managers, func(id string) bool { return slices.Contains(seat.Candidates, id) }) {
				from = level + 1
			}
		}
		for _, id := range r.climb(*turn, people, from) {
			if !slices.Contains(seat.Candidates, id) {
				turn.Seats[i].Candidates = append(turn.Seats[i].Candidates, id)
				higher = append(higher, id)
			}
		}
	}
	r.refill(people)
	slices.Sort(higher)
	return slices.Compact(higher)
}
