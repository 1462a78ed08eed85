package access_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/errs"
)

// refusals lists the entries about failed sign-ins of a subject, oldest first, as action and state.
func (b *bundle) refusals(subject string) (all []string) {
	for _, action := range []string{"session.refused", "session.blocked"} {
		for _, e := range b.entries(audit.Filter{Subject: subject, ActionPrefix: action, Limit: 200}) {
			all = append(all, fmt.Sprintf("%s %s %s %s", e.Action, e.ActorID, e.Client, e.After))
		}
	}
	return all
}

func (b *bundle) wantRefusals(subject string, want ...string) {
	b.t.Helper()
	got := b.refusals(subject)
	if len(got) != len(want) {
		b.t.Errorf("%s: %d entries, want %d: %s", subject, len(got), len(want), strings.Join(got, "\n"))
		return
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			b.t.Errorf("%s: %s, want %s", subject, got[i], want[i])
		}
	}
}

func TestTheFirstFailureAndEachBlockAreAudited(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		known := "user:" + b.user("known").ID
		const attacker = "198.51.100.7"
		for range 6 {
			b.refused(b.try("known", "wrong", attacker), errs.KindUnauthenticated, "access.sign_in_failed")
		}
		for range 5 { // refused unheard: nothing more is written
			b.refused(b.try("known", "wrong", attacker), errs.KindTooMany, "access.too_many")
		}
		begun := `session.blocked system:sign-in 198.51.100.7 {"attempts":6,"blocked_until":`
		b.wantRefusals(known, `session.refused system:sign-in 198.51.100.7 {"attempts":1,"what":"password"}`, begun)
		b.refused(b.try("nobody-of-that-name", "wrong", attacker), errs.KindUnauthenticated, "access.sign_in_failed")
		b.wantRefusals("login:unknown", `session.refused system:sign-in 198.51.100.7 {"attempts":7,"what":"password"}`)
		b.clock.Advance(time.Minute)
		b.refused(b.try("known", "wrong", attacker), errs.KindUnauthenticated, "access.sign_in_failed")
		if got := b.refusals(known); len(got) != 3 {
			t.Errorf("the second block is not there: %v", got)
		}
		for _, e := range b.entries(audit.Filter{Limit: 200}) {
			if text := string(e.Before) + string(e.After) + e.Subject; strings.Contains(text, "nobody-of-that-name") {
				t.Errorf("what was typed into the login field is in entry %+v", e)
			}
		}
	})
}

func TestWrongCodesAndPasswordsOfThoseSignedInAreAudited(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		_, err := b.ChangePassword(t.Context(), b.root, access.ChangePassword{Current: "not-the-one-42", New: "amber-Window-17"})
		b.refused(err, errs.KindInvalid, "access.password_wrong")
		b.wantRefusals("user:"+b.root.UserID, `{"attempts":1,"what":"password"}`)
		b.user("second")
		b.enrol("second")
		issued, err := b.SignIn(t.Context(), access.SignIn{Login: "second", Password: password, Client: client})
		b.must(err)
		_, err = b.ConfirmCode(t.Context(), access.ConfirmCode{Token: issued.Token, Code: "000000"})
		b.refused(err, errs.KindInvalid, "access.code_wrong")
		for range 4 {
			_, _ = b.ConfirmCode(t.Context(), access.ConfirmCode{Token: issued.Token, Code: "000000"})
		}
		b.wantRefusals("user:"+issued.Session.UserID, `"what":"code"`)
	})
}

func TestManyAddressesWriteABoundedNumberOfEntries(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		guess := func(n int) {
			for i := range n {
				b.refused(b.try(fmt.Sprintf("guess%d", i), "wrong", fmt.Sprintf("198.51.%d.%d", i/200, 1+i%200)), errs.KindUnauthenticated, "access.sign_in_failed")
			}
		}
		guess(130)
		got := b.refusals("login:unknown")
		if len(got) != 100 || strings.Count(strings.Join(got, "\n"), `"last_of_hour":true`) != 1 {
			t.Errorf("%d entries, last %v", len(got), got[len(got)-1])
		}
		b.clock.Advance(25 * time.Hour)
		guess(1)
		if got := b.refusals("login:unknown"); len(got) != 101 {
			t.Errorf("%d entries after a day", len(got))
		}
	})
}
