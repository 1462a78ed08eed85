package dispute

import "slices"

// Spoken is what one voice said.
type Spoken struct {
	Voice       Voice
	ActorID     string
	ActorName   string
	Outcome     Outcome
	AmountMinor *int64
	Text        string
}

// SpokenIn reads the voices from the events.
func SpokenIn(events []Event) (spoken []Spoken) {
	for _, e := range events {
		if e.Kind == EventVoice {
			spoken = append(spoken, Spoken{e.Voice, e.ActorID, e.ActorName, e.Outcome, e.AmountMinor, e.Text})
		}
	}
	return spoken
}

// Ruling is what three voices come to.
type Ruling struct {
	Outcome      Outcome
	Unanimous    bool
	AwardedMinor *int64
	Dissent      []Voice // that said something else
}

// rank orders outcomes by how far they follow the payee.
func rank(o Outcome) int { return slices.Index(Outcomes, o) }

// Decide makes the ruling of three voices; false while one is missing. The outcome is the middle one of the three, which is the
// majority's where there is one, and partly where the three differ: two of them hold that something is wrong, and two that not all
// of it is. So is the amount: each voice has one (what was asked for, what it names, or what was shown), and the middle one is
// granted; none when a voice that follows the payee has no figure.
func Decide(d Dispute, spoken []Spoken) (r Ruling, done bool) {
	if len(spoken) < len(Voices) {
		return Ruling{}, false
	}
	ranks := make([]int, len(spoken))
	var amounts []int64
	for i, s := range spoken {
		ranks[i] = rank(s.Outcome)
		if amount := amountOf(d, s); amount != nil {
			amounts = append(amounts, *amount)
		}
	}
	slices.Sort(ranks)
	r.Outcome, r.Unanimous = Outcomes[ranks[1]], ranks[0] == ranks[2]
	for _, s := range spoken {
		if s.Outcome != r.Outcome {
			r.Dissent = append(r.Dissent, s.Voice)
		}
	}
	switch {
	case r.Outcome == OutcomeRejected:
		shown := d.ShownMinor
		r.AwardedMinor = &shown
	case len(amounts) == len(spoken):
		slices.Sort(amounts)
		r.AwardedMinor = &amounts[1]
	}
	return r, true
}

// amountOf is what a voice holds the line to be; nil when it has not said so.
func amountOf(d Dispute, s Spoken) *int64 {
	switch {
	case s.Outcome == OutcomeRejected:
		return &d.ShownMinor
	case s.AmountMinor != nil:
		return s.AmountMinor
	case s.Outcome == OutcomeAccepted:
		return d.ExpectedMinor
	}
	return nil
}
