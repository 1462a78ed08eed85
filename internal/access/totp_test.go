package access_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// enrol gives a user a second factor and returns its secret, the recovery codes and the session's new token.
func (b *bundle) enrol(login string) (secret string, on access.SecondFactorOn) {
	b.t.Helper()
	ctx := b.t.Context()
	actor, issued := b.signIn(login, password)
	enrolment, err := b.BeginSecondFactor(ctx, actor, password)
	b.must(err)
	on, err = b.ConfirmSecondFactor(ctx, actor, access.ConfirmSecondFactor{Sealed: enrolment.Sealed, Code: b.code(enrolment.Secret, 0)})
	b.must(err)
	b.closed(issued.Token)
	return enrolment.Secret, on
}

func (b *bundle) code(secret string, offset time.Duration) string {
	b.t.Helper()
	code, err := totp.GenerateCode(secret, b.clock.Now().Add(offset))
	b.must(err)
	return code
}

func TestSecondFactorEnrolment(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		user := b.user("known")
		b.user("other")
		actor, issued := b.signIn("known", password)
		elsewhere := b.open("known", password)
		_, err := b.BeginSecondFactor(ctx, actor, "wrong")
		b.refused(err, errs.KindInvalid, "access.password_wrong")
		enrolment, err := b.BeginSecondFactor(ctx, actor, password)
		b.must(err)
		if !strings.HasPrefix(enrolment.URL, "otpauth://totp/Xiaoguan:known?") || strings.Contains(enrolment.Sealed, enrolment.Secret) {
			t.Errorf("enrolment %+v", enrolment)
		}
		if picture, err := enrolment.QRCode(200); err != nil || !strings.HasPrefix(string(picture), "\x89PNG") {
			t.Errorf("picture of %d bytes, %v", len(picture), err)
		}
		confirm := func(actor access.Actor, sealed, code string) error {
			_, err := b.ConfirmSecondFactor(ctx, actor, access.ConfirmSecondFactor{Sealed: sealed, Code: code})
			return err
		}
		b.refused(confirm(actor, enrolment.Sealed, b.code(enrolment.Secret, time.Hour)), errs.KindInvalid, "access.code_wrong")
		b.refused(confirm(actor, "v1.forged", b.code(enrolment.Secret, 0)), errs.KindInvalid, "access.enrolment_old")
		other, _ := b.signIn("other", password)
		b.refused(confirm(other, enrolment.Sealed, b.code(enrolment.Secret, 0)), errs.KindInvalid, "access.enrolment_old")
		b.clock.Advance(30 * time.Minute)
		b.refused(confirm(actor, enrolment.Sealed, b.code(enrolment.Secret, 0)), errs.KindInvalid, "access.enrolment_old")
		b.opened(issued.Token) // nothing has happened yet
		secret, on := b.enrol("known")
		b.closed(elsewhere.Token)
		if session := b.opened(on.Issued.Token); session.Stage != access.StageFull || len(on.RecoveryCodes) != 10 {
			t.Errorf("session %+v, codes %v", session, on.RecoveryCodes)
		}
		b.must(b.db.Access().Read(ctx, func(tx access.Reader) error {
			account, err := tx.UserAccount(ctx, user.ID)
			kept := account.TOTPSecret + strings.Join(account.RecoveryHashes, " ")
			for _, plain := range append(on.RecoveryCodes, secret) {
				if strings.Contains(kept, plain) || strings.Contains(kept, strings.ReplaceAll(plain, "-", "")) {
					t.Errorf("%s is kept as it is", plain)
				}
			}
			return err
		}))
	})
}

func TestSignInWithSecondFactor(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		b.user("known", all(access.RoleFinance))
		secret, on := b.enrol("known")
		confirm := func(token, code string) (access.Issued, error) {
			return b.ConfirmCode(ctx, access.ConfirmCode{Token: token, Code: code})
		}
		// the password alone makes nobody
		waiting := b.open("known", password)
		actor, session, err := b.Authenticate(ctx, waiting.Token)
		b.must(err)
		if session.Stage != access.StageSecondFactor || actor.UserID != "" || actor.Can(access.PermPayAll) {
			t.Fatalf("waiting session %+v gives %+v", session, actor)
		}
		// the code that switched it on was used
		_, err = confirm(waiting.Token, b.code(secret, 0))
		b.refused(err, errs.KindInvalid, "access.code_wrong")
		b.clock.Advance(30 * time.Second)
		full, err := confirm(waiting.Token, b.code(secret, 0)[:3]+" "+b.code(secret, 0)[3:])
		b.must(err)
		b.closed(waiting.Token)
		if actor, _, err := b.Authenticate(ctx, full.Token); err != nil || !actor.Can(access.PermPayAll) {
			t.Errorf("after the code %+v, %v", actor, err)
		}
		_, err = confirm(full.Token, b.code(secret, 30*time.Second))
		b.refused(err, errs.KindUnauthenticated, "access.sign_in_first") // it waits for nothing
		// a code works once, and so do those before it
		waiting = b.open("known", password)
		for _, offset := range []time.Duration{0, -30 * time.Second} {
			_, err = confirm(waiting.Token, b.code(secret, offset))
			b.refused(err, errs.KindInvalid, "access.code_wrong")
		}
		// a recovery code works once, however it is typed
		full, err = confirm(waiting.Token, " "+strings.ToUpper(on.RecoveryCodes[3]))
		b.must(err)
		b.opened(full.Token)
		waiting = b.open("known", password)
		_, err = confirm(waiting.Token, on.RecoveryCodes[3])
		b.refused(err, errs.KindInvalid, "access.code_wrong")
		// a waiting session does not wait for ever
		b.clock.Advance(10 * time.Minute)
		_, err = confirm(waiting.Token, b.code(secret, 0))
		b.refused(err, errs.KindUnauthenticated, "access.sign_in_first")
		b.closed(waiting.Token)
	})
}

func TestGuessingCodesIsThrottled(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		secret, _ := b.enrol("known")
		// knowing the password does not reset the count: each round costs two attempts
		rounds := 0
		for ; rounds < 10; rounds++ {
			issued, err := b.SignIn(t.Context(), access.SignIn{Login: "known", Password: password})
			if errs.Is(err, errs.KindTooMany) {
				break
			}
			b.must(err)
			_, err = b.ConfirmCode(t.Context(), access.ConfirmCode{Token: issued.Token, Code: "000000"})
			if errs.Is(err, errs.KindTooMany) {
				break
			}
			b.refused(err, errs.KindInvalid, "access.code_wrong")
		}
		if rounds != 3 {
			t.Errorf("blocked after %d rounds, want 3", rounds)
		}
		b.clock.Advance(15 * time.Minute)
		issued := b.open("known", password)
		b.clock.Advance(2 * time.Minute)
		_, err := b.ConfirmCode(t.Context(), access.ConfirmCode{Token: issued.Token, Code: b.code(secret, 0)})
		b.must(err)
		b.must(b.try("known", password, ""))
	})
}

func TestOneCodeTwiceAtOnceOpensOneSession(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		b.user("known")
		secret, _ := b.enrol("known")
		b.clock.Advance(time.Minute)
		tokens := []string{b.open("known", password).Token, b.open("known", password).Token}
		code := b.code(secret, 0)
		results := make([]error, 2)
		var wait sync.WaitGroup
		for i, token := range tokens {
			wait.Go(func() {
				_, results[i] = b.ConfirmCode(t.Context(), access.ConfirmCode{Token: token, Code: code})
			})
		}
		wait.Wait()
		if (results[0] == nil) == (results[1] == nil) {
			t.Errorf("results %v", results)
		}
	})
}

func TestSecondFactorCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		ctx := t.Context()
		user := b.user("known")
		_, on := b.enrol("known")
		actor, _, err := b.Authenticate(ctx, on.Issued.Token)
		b.must(err)
		b.refused(b.DropSecondFactor(ctx, actor, "wrong"), errs.KindInvalid, "access.password_wrong")
		b.must(b.DropSecondFactor(ctx, actor, password))
		if issued := b.open("known", password); issued.Session.Stage != access.StageFull {
			t.Errorf("session %+v", issued.Session)
		}
		b.clock.Advance(time.Minute)
		_, on = b.enrol("known")
		_, err = b.ResetSecondFactor(ctx, b.root, b.root.UserID)
		b.refused(err, errs.KindForbidden, "access.own_second_factor")
		reset, err := b.ResetSecondFactor(ctx, b.root, user.ID)
		b.must(err)
		b.closed(on.Issued.Token)
		if reset.SecondFactor {
			t.Errorf("user %+v", reset)
		}
	})
}
