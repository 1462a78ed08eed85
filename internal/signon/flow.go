package signon

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
)

// Lifetime is how long somebody may take at a provider.
const Lifetime = 10 * time.Minute

// ticket is what a browser keeps, sealed, while its reader is at a provider: only this browser can come back, once, and soon.
type ticket struct {
	Provider string    `json:"provider"`
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Redirect string    `json:"redirect"`
	Return   string    `json:"return"`
	Inside   bool      `json:"inside,omitempty"`
	UserID   string    `json:"user_id,omitempty"` // whose account is to be linked; empty: to sign in
	Session  string    `json:"session,omitempty"`
	Expires  time.Time `json:"expires"`
}

const ticketPlace = "sign-on:ticket"

// Begin asks to be sent to a provider.
type Begin struct {
	Provider string
	Origin   string // the address under which people come here, such as https://sales.example.cn
	Return   string // where they want to go afterwards, within the site
	Agent    string // what the browser calls itself
	Client   string
}

// Begun is where somebody is sent, and what the browser keeps meanwhile.
type Begun struct {
	URL    string
	Sealed string
}

// Begin sends somebody to a provider to sign in. It asks nobody's permission. Errors: not found for a provider that is off; unavailable when it
// does not answer; too many while the address is blocked.
func (s *Service) Begin(ctx context.Context, in Begin) (_ Begun, err error) {
	defer errs.Wrap(&err, "signon.Begin(%s)", in.Provider)
	return s.begin(ctx, in, ticket{})
}

// BeginLink sends somebody who is signed in to a provider to link what they are there with their account. It asks for the password again, or a fresh
// sign-on. Errors: as Begin; invalid.
func (s *Service) BeginLink(ctx context.Context, actor access.Actor, in Begin, password string) (_ Begun, err error) {
	defer errs.Wrap(&err, "signon.BeginLink(%s)", in.Provider)
	if err := s.Users.Reprove(ctx, actor, "password", password); err != nil {
		return Begun{}, err
	}
	return s.begin(ctx, in, ticket{UserID: actor.UserID, Session: actor.Session})
}

func (s *Service) begin(ctx context.Context, in Begin, t ticket) (Begun, error) {
	p, err := s.ready(ctx, in.Provider)
	if err != nil {
		return Begun{}, err
	}
	way, err := s.open(p)
	if err != nil {
		return Begun{}, s.failed(ctx, p, err)
	}
	t.Provider, t.State, t.Nonce, t.Verifier = p.Key, access.Random(), access.Random(), access.Random()
	t.Redirect, t.Return, t.Inside, t.Expires = in.Origin+CallbackPath(p.Key), in.Return, p.Fits(in.Agent), s.clock().Add(Lifetime)
	address, err := s.Connector.AuthorizeURL(ctx, way, t.ask())
	if err != nil {
		return Begun{}, s.failed(ctx, p, err)
	}
	content, err := json.Marshal(t)
	if err != nil {
		return Begun{}, err
	}
	return Begun{URL: address, Sealed: s.Vault.Seal(string(content), ticketPlace)}, nil
}

func (t ticket) ask() Ask { return Ask{t.State, t.Nonce, t.Verifier, t.Redirect, t.Inside} }

// ready returns a provider that is on.
func (s *Service) ready(ctx context.Context, key string) (p Provider, err error) {
	err = s.Store.Read(ctx, func(r Reader) error {
		p, err = r.SignOnProvider(ctx, key)
		return err
	})
	if err == nil && !p.Ready() {
		err = errs.New(errs.KindNotFound, "signon.off", nil)
	}
	return p, err
}

// failed says for people why a provider did not help; the rest is for the log.
func (s *Service) failed(ctx context.Context, p Provider, err error) error {
	f := failureOf(err)
	s.Log.WarnContext(ctx, "a sign-on did not work", "provider", p.Key, "failure", f.Error())
	kind := errs.KindUnavailable
	if f.Class.theirs() {
		kind = errs.KindUnauthenticated
	}
	return errs.New(kind, "signon.failed", errs.Args{"Provider": p.Name, "Why": f.why()}).Because(f)
}

// Finish is what somebody brings back from a provider.
type Finish struct {
	Provider string
	Sealed   string // what the browser kept
	State    string
	Code     string
	Issuer   string
	Refusal  string // why the provider gives no code
	Client   string
	Agent    string
	Actor    access.Actor // who is signed in, if anybody
}

// Stranger is somebody whom a provider knows and who has no account here.
type Stranger struct {
	Provider string // its name
	Name     string
	Subject  string
	Contact  string // whom to ask; empty: nobody is named
}

// Finished is how a sign-on ended: with a session, with an account linked, or with somebody who has none.
type Finished struct {
	Issued   access.Issued
	Linked   bool
	Stranger *Stranger
	Provider string // its name
	Return   string
}

// Finish lets somebody in who comes back from a provider, or links their account. Errors: unauthenticated, with the reason; unavailable when the
// provider does not answer; too many while the address is blocked; conflict for an identity or an account that is linked otherwise.
func (s *Service) Finish(ctx context.Context, in Finish) (done Finished, err error) {
	defer errs.Wrap(&err, "signon.Finish(%s)", in.Provider)
	if err := s.Users.TakeClient(ctx, in.Client); err != nil {
		return done, err
	}
	t, err := s.redeem(ctx, in)
	if err != nil {
		s.Users.NoteRefused(ctx, "", in.Client)
		return done, err
	}
	p, err := s.ready(ctx, t.Provider)
	if err != nil {
		return done, err
	}
	if in.Code == "" {
		return done, s.turnedBack(ctx, p, in)
	}
	way, err := s.open(p)
	var claims Claims
	if err == nil {
		claims, err = s.Connector.Identify(ctx, way, Answer{Ask: t.ask(), Code: in.Code, Issuer: in.Issuer})
	}
	if err == nil {
		claims, err = p.accept(claims)
	}
	if err != nil {
		if failureOf(err).Class.theirs() {
			s.Users.NoteRefused(ctx, "", in.Client)
		} else if err := s.Users.ForgiveClient(ctx, in.Client); err != nil {
			return done, err
		}
		return done, s.failed(ctx, p, err)
	}
	if t.UserID != "" {
		return s.linkOwn(ctx, in, t, p, claims)
	}
	return s.admit(ctx, in, t, p, claims)
}

// redeem opens what the browser kept and looks whether it belongs to what the provider sent, for the first time and in time.
func (s *Service) redeem(ctx context.Context, in Finish) (t ticket, err error) {
	lost := errs.New(errs.KindUnauthenticated, "signon.lost", nil)
	content, err := s.Vault.Open(in.Sealed, ticketPlace)
	if err == nil {
		err = json.Unmarshal([]byte(content), &t)
	}
	same := func(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
	if err != nil || !same(t.State, in.State) || !same(t.Provider, in.Provider) || !s.clock().Before(t.Expires) {
		return t, lost
	}
	first := false
	err = s.Store.InTx(ctx, func(tx Tx) error {
		first, err = tx.UseSignOn(ctx, access.Digest(t.State), t.Expires)
		return err
	})
	if err == nil && !first {
		err = lost
	}
	return t, err
}

// turnedBack is for who comes without a code: they did not want to, or the provider did not.
func (s *Service) turnedBack(ctx context.Context, p Provider, in Finish) error {
	if in.Refusal == "" || in.Refusal == "access_denied" {
		return errs.New(errs.KindUnauthenticated, "signon.cancelled", errs.Args{"Provider": p.Name})
	}
	return s.failed(ctx, p, &Failure{Class: ClassAnswer, Code: access.PlainText(in.Refusal, 60)})
}

// accept looks whether somebody is of those who may come, and brings what is said of them into the form that is kept.
func (p Provider) accept(c Claims) (Claims, error) {
	c.Subject, c.Name = FoldSubject(p.Kind, c.Subject), access.PlainText(strings.TrimSpace(c.Name), 60)
	if c.Subject == "" || !printable(c.Subject, subjectMax) {
		return c, &Failure{Class: ClassToken}
	}
	theirs := c.Organisations
	if p.Kind == KindOIDC {
		_, domain, _ := strings.Cut(strings.ToLower(c.Email), "@")
		theirs = []string{domain}
	}
	if len(p.Organisations) > 0 && !slices.ContainsFunc(theirs, func(o string) bool { return o != "" && slices.Contains(p.Organisations, o) }) {
		return c, &Failure{Class: ClassOutsider}
	}
	return c, nil
}

// twoFactors reports whether a sign-on stands for two.
func (p Provider) twoFactors(c Claims) bool {
	return p.Factors == FactorsTwo || p.Factors == FactorsSaid && c.TwoFactors
}

// linkOwn links the account of who asked for it, if they are still the one who is signed in.
func (s *Service) linkOwn(ctx context.Context, in Finish, t ticket, p Provider, c Claims) (done Finished, err error) {
	if in.Actor.UserID != t.UserID || in.Actor.Session != t.Session {
		return done, errs.New(errs.KindUnauthenticated, "signon.lost", nil)
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		there, err := tx.Identity(ctx, p.Key, c.Subject)
		switch {
		case err == nil && there.UserID == t.UserID:
			return nil
		case err == nil:
			return errs.New(errs.KindConflict, "signon.linked_elsewhere", errs.Args{"Provider": p.Name, "Name": c.shown()})
		case !errs.Is(err, errs.KindNotFound):
			return err
		}
		has, err := s.of(ctx, tx, t.UserID, p.Key)
		if err != nil {
			return err
		}
		if has.Subject != "" {
			return errs.New(errs.KindConflict, "signon.own_other", errs.Args{"Provider": p.Name})
		}
		return s.put(ctx, tx, in.Actor, p, Identity{Provider: p.Key, Subject: c.Subject, UserID: t.UserID, Name: c.Name, How: HowSelf, LinkedAt: s.clock()})
	})
	if err != nil {
		return done, err
	}
	return Finished{Linked: true, Provider: p.Name, Return: "/account"}, s.Users.ForgiveClient(ctx, in.Client)
}

func (c Claims) shown() string {
	if c.Name != "" {
		return c.Name
	}
	return c.Subject
}

// admit opens a session for the account of an identity; one that is not known yet is matched, or gets an account, where the provider allows it.
func (s *Service) admit(ctx context.Context, in Finish, t ticket, p Provider, c Claims) (done Finished, err error) {
	locked := ""
	if p.Create {
		if locked, err = s.Users.LockedPassword(ctx); err != nil {
			return done, err
		}
	}
	err = s.Store.InTx(ctx, func(tx Tx) error {
		done = Finished{Return: t.Return, Provider: p.Name}
		i, err := tx.Identity(ctx, p.Key, c.Subject)
		if errs.Is(err, errs.KindNotFound) {
			i, err = s.acquaint(ctx, tx, in, p, c, locked)
		}
		if err != nil {
			return err
		}
		if i.UserID == "" {
			done.Stranger = &Stranger{Provider: p.Name, Name: c.Name, Subject: c.Subject, Contact: p.Contact}
			return nil
		}
		if i.UsedAt = s.clock(); c.Name != "" {
			i.Name = c.Name
		}
		if err := tx.TouchIdentity(ctx, i); err != nil {
			return err
		}
		done.Issued, err = s.Users.SignInBy(ctx, tx, access.Proved{UserID: i.UserID, Provider: p.Key, SecondFactor: p.twoFactors(c), Client: in.Client, Agent: in.Agent})
		return err
	})
	if errs.Is(err, errs.KindUnauthenticated) || done.Stranger != nil {
		s.Users.NoteRefused(ctx, "", in.Client)
	}
	return done, err
}

// acquaint finds or makes the account of somebody who comes for the first time; the zero Identity when the provider allows neither.
func (s *Service) acquaint(ctx context.Context, tx Tx, in Finish, p Provider, c Claims, locked string) (Identity, error) {
	i := Identity{Provider: p.Key, Subject: c.Subject, Name: c.Name, LinkedAt: s.clock()}
	var user access.User
	for _, login := range p.logins(c) {
		account, err := tx.UserAccountByLogin(ctx, access.FoldLogin(login))
		if errs.Is(err, errs.KindNotFound) {
			continue
		}
		if err != nil {
			return i, err
		}
		if has, err := s.of(ctx, tx, account.ID, p.Key); err != nil || has.Subject != "" || account.Disabled {
			if err != nil {
				return i, err
			}
			continue
		}
		user, i.How = account.User, HowMatched
		break
	}
	if user.ID == "" && locked != "" {
		var err error
		if user, err = s.Users.NewUserBy(ctx, tx, newLogin(p, c), c.shown(), locked, in.Client); errs.Is(err, errs.KindInvalid) {
			return i, nil // the name is another's: an administrator has to decide
		}
		if err != nil {
			return i, err
		}
		i.How = HowCreated
	}
	if i.UserID = user.ID; user.ID == "" {
		return i, nil
	}
	return i, s.put(ctx, tx, access.ActorOf(user, in.Client), p, i)
}

// logins are the log-ins that would be those of somebody.
func (p Provider) logins(c Claims) []string {
	switch {
	case p.Match == MatchEmail && c.Email != "":
		return []string{c.Email}
	case p.Match == MatchMobile && mobile(c.Mobile) != "":
		return []string{mobile(c.Mobile)}
	case p.Match == MatchUserID:
		return []string{c.Subject}
	}
	return nil
}

// newLogin is the log-in of an account that is made: something that a person would recognise, if it is verified.
func newLogin(p Provider, c Claims) string {
	switch {
	case p.Kind == KindWeCom:
		return c.Subject
	case c.Email != "":
		return c.Email
	case mobile(c.Mobile) != "":
		return mobile(c.Mobile)
	}
	return p.Key + "-" + access.Digest(c.Subject)[:12]
}

// mobile is a number of a mobile phone in mainland China as eleven digits; empty for any other.
func mobile(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if len(digits) == 13 {
		digits = strings.TrimPrefix(digits, "86")
	}
	if len(digits) != 11 || digits[0] != '1' {
		return ""
	}
	return digits
}
