package access

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"xiaoguan/internal/errs"
)

const (
	stepSeconds       = 30
	recoveryCodeCount = 10
	enrolmentLifetime = 30 * time.Minute
)

// Enrolment is a second factor that is being set up. Sealed goes back with the first code; it is the same secret, bound to the user.
type Enrolment struct {
	Secret string // base32, for typing into an authenticator app
	URL    string // otpauth://, for its camera
	Sealed string
}

// QRCode returns the URL as a PNG picture of so many pixels each way.
func (e Enrolment) QRCode(pixels int) (_ []byte, err error) {
	defer errs.Wrap(&err, "access.QRCode")
	key, err := otp.NewKeyFromURL(e.URL)
	if err != nil {
		return nil, err
	}
	picture, err := key.Image(pixels, pixels)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = png.Encode(&out, picture)
	return out.Bytes(), err
}

// sealedEnrolment is what Enrolment.Sealed holds.
type sealedEnrolment struct {
	Secret  string    `json:"secret"`
	Expires time.Time `json:"expires"`
}

// BeginSecondFactor makes a secret for the actor's authenticator app. Nothing is kept until ConfirmSecondFactor. It needs a session
// and the password again. Errors: Invalid for a wrong password; TooMany.
func (s *Service) BeginSecondFactor(ctx context.Context, actor Actor, password string) (_ Enrolment, err error) {
	defer errs.Wrap(&err, "access.BeginSecondFactor")
	if err := actor.requireScreen(); err != nil {
		return Enrolment{}, err
	}
	account, err := s.proveActor(ctx, actor, "password", password)
	if err != nil {
		return Enrolment{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: s.issuer, AccountName: account.Login, SecretSize: 20})
	if err != nil {
		return Enrolment{}, fmt.Errorf("make a secret: %w", err)
	}
	content, err := json.Marshal(sealedEnrolment{Secret: key.Secret(), Expires: s.clock().Add(enrolmentLifetime)})
	if err != nil {
		return Enrolment{}, err
	}
	return Enrolment{Secret: key.Secret(), URL: key.URL(), Sealed: s.secrets.seal(string(content), "enrolment:"+account.ID)}, nil
}

// ConfirmSecondFactor asks to switch the second factor on.
type ConfirmSecondFactor struct {
	Sealed string // from the Enrolment
	Code   string // the first code of the app
}

// Validate returns an error of kind Invalid that names every missing field.
func (in ConfirmSecondFactor) Validate() error {
	var f fields
	f.required("sealed", in.Sealed)
	f.required("code", foldCode(in.Code))
	return f.err()
}

// SecondFactorOn is a second factor that works from now on. The recovery codes are shown once; each replaces a code of the app once.
type SecondFactorOn struct {
	RecoveryCodes []string
	Issued        Issued // this session, with a new token
}

// ConfirmSecondFactor switches the actor's second factor on, or replaces it by a new one, when the code is right. Other sessions end.
// Errors: Invalid for a wrong code or an enrolment that is too old.
func (s *Service) ConfirmSecondFactor(ctx context.Context, actor Actor, in ConfirmSecondFactor) (_ SecondFactorOn, err error) {
	defer errs.Wrap(&err, "access.ConfirmSecondFactor")
	if err := actor.requireScreen(); err != nil {
		return SecondFactorOn{}, err
	}
	if err := in.Validate(); err != nil {
		return SecondFactorOn{}, err
	}
	var enrolment sealedEnrolment
	content, err := s.secrets.open(in.Sealed, "enrolment:"+actor.UserID)
	if err == nil {
		err = json.Unmarshal([]byte(content), &enrolment)
	}
	if err != nil || !s.clock().Before(enrolment.Expires) {
		return SecondFactorOn{}, problem("sealed", "", "access.enrolment_old", nil)
	}
	step, ok := s.matchStep(enrolment.Secret, foldCode(in.Code), 0)
	if !ok {
		return SecondFactorOn{}, problem("code", "", "access.code_wrong", nil)
	}
	on := SecondFactorOn{Issued: Issued{Token: newToken()}}
	var hashes []string
	for range recoveryCodeCount {
		code := groups(lowerCode(10))
		on.RecoveryCodes = append(on.RecoveryCodes, code)
		hashes = append(hashes, digest(foldCode(code)))
	}
	sealed := s.secrets.seal(enrolment.Secret, "totp:"+actor.UserID)
	_, err = s.changeUser(ctx, actor, actor.UserID, "user.second_factor_on", func(tx Tx, account *Account) error {
		account.TOTPSecret, account.TOTPStep, account.RecoveryHashes = sealed, step, hashes
		if _, err := tx.DeleteUserSessions(ctx, account.ID, actor.Session); err != nil {
			return err
		}
		if on.Issued.Session, err = s.renewSession(ctx, tx, *account, actor.Session, on.Issued.Token, true); err != nil {
			return err
		}
		return alert(ctx, tx, actor, account.ID, AlertSecondFactorOn, "")
	})
	if err != nil {
		return SecondFactorOn{}, err
	}
	return on, nil
}

// DropSecondFactor switches the actor's own second factor off. It needs a session and the password again.
func (s *Service) DropSecondFactor(ctx context.Context, actor Actor, password string) (err error) {
	defer errs.Wrap(&err, "access.DropSecondFactor")
	if err := actor.requireScreen(); err != nil {
		return err
	}
	if _, err := s.proveActor(ctx, actor, "password", password); err != nil {
		return err
	}
	_, err = s.changeUser(ctx, actor, actor.UserID, "user.second_factor_off", func(tx Tx, account *Account) error {
		return dropSecondFactor(ctx, tx, actor, account)
	})
	return err
}

// ResetSecondFactor switches the second factor of somebody off who lost it, and ends their sessions. It needs the permission
// users.write; for oneself there is DropSecondFactor, which asks for the password.
func (s *Service) ResetSecondFactor(ctx context.Context, actor Actor, userID string) (_ User, err error) {
	defer errs.Wrap(&err, "access.ResetSecondFactor(%s)", userID)
	if err := actor.Require(PermUsersWrite); err != nil {
		return User{}, err
	}
	if actor.UserID == userID {
		return User{}, errs.New(errs.KindForbidden, "access.own_second_factor", nil)
	}
	return s.changeUser(ctx, actor, userID, "user.second_factor_off", func(tx Tx, account *Account) error {
		if _, err := tx.DeleteUserSessions(ctx, userID, ""); err != nil {
			return err
		}
		return dropSecondFactor(ctx, tx, actor, account)
	})
}

// dropSecondFactor keeps TOTPStep: should the same secret ever come back, its old codes stay used.
func dropSecondFactor(ctx context.Context, tx Tx, actor Actor, account *Account) error {
	account.TOTPSecret, account.RecoveryHashes = "", nil
	return alert(ctx, tx, actor, account.ID, AlertSecondFactorOff, "")
}

// useCode accepts a code of the app that is newer than the last one accepted, or a recovery code that is left, and notes in the account
// that it is used. The caller saves the account in the transaction that read it, so that a code works once.
func (s *Service) useCode(account *Account, code string) error {
	code = foldCode(code)
	secret, err := s.secrets.open(account.TOTPSecret, "totp:"+account.ID)
	if err != nil {
		return err
	}
	if step, ok := s.matchStep(secret, code, account.TOTPStep); ok {
		account.TOTPStep = step
		return nil
	}
	if at := slices.Index(account.RecoveryHashes, digest(code)); at >= 0 {
		account.RecoveryHashes = slices.Delete(slices.Clone(account.RecoveryHashes), at, at+1)
		return nil
	}
	return problem("code", "", "access.code_wrong", nil)
}

// matchStep finds the time step, now or one before or after it, whose code it is. Steps up to and including used are not accepted.
func (s *Service) matchStep(secret, code string, used int64) (step int64, ok bool) {
	now := s.clock().Unix() / stepSeconds
	for step := now - 1; step <= now+1; step++ {
		if step <= used {
			continue
		}
		right, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && right {
			return step, true
		}
	}
	return 0, false
}

// foldCode takes out what people put between the characters of a code.
func foldCode(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(strings.TrimSpace(code)))
}
