// Package signon lets people come in through what already knows them: any OpenID Connect provider, WeCom, DingTalk or Feishu.
//
// It keeps the providers and which identity at which provider opens which account; package idp speaks with them, package access opens the session. An
// identity is what the provider says of somebody that never changes hands (OIDC: sub), never an address alone. Nobody gets an account by signing on
// unless the administrator allows it. Secrets are sealed with the installation's key and shown to nobody.
package signon

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/errs"
)

// Kind is what sort of provider it is.
type Kind string

// The kinds.
const (
	KindOIDC     Kind = "oidc"
	KindWeCom    Kind = "wecom"
	KindDingTalk Kind = "dingtalk"
	KindFeishu   Kind = "feishu"
)

// Kinds are all of them in the order in which they are offered.
var Kinds = []Kind{KindWeCom, KindDingTalk, KindFeishu, KindOIDC}

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("signon.kind."+string(k), nil) }

// Match says by what somebody who comes for the first time is found among the accounts.
type Match string

// The ways to match. What is matched must be one that the provider has verified; it is compared with the log-in of accounts.
const (
	MatchNone   Match = "none"
	MatchEmail  Match = "email"
	MatchMobile Match = "mobile"
	MatchUserID Match = "userid" // WeCom's user id, which the company gives
)

// Factors says for how many factors a sign-on through a provider stands.
type Factors string

// The factors. FactorsSaid believes what an OIDC provider says of each sign-on (amr).
const (
	FactorsOne  Factors = "one"
	FactorsTwo  Factors = "two"
	FactorsSaid Factors = "said"
)

// trait is what the kinds of provider differ in.
type trait struct {
	claims    []string // what may identify; the first is the usual one; none: any
	matches   []Match
	factors   []Factors
	addresses Addresses // the usual ones
	inside    string    // what the browser of its app calls itself, in small letters
}

var traits = map[Kind]trait{
	KindOIDC:     {nil, []Match{MatchNone, MatchEmail, MatchMobile}, []Factors{FactorsOne, FactorsSaid, FactorsTwo}, Addresses{}, ""},
	KindWeCom:    {[]string{"userid"}, []Match{MatchNone, MatchUserID}, []Factors{FactorsOne, FactorsTwo}, Addresses{Login: "https://login.work.weixin.qq.com", Inside: "https://open.weixin.qq.com", API: "https://qyapi.weixin.qq.com"}, "wxwork"},
	KindDingTalk: {[]string{"unionId", "openId"}, []Match{MatchNone, MatchMobile}, []Factors{FactorsOne, FactorsTwo}, Addresses{Login: "https://login.dingtalk.com", API: "https://api.dingtalk.com"}, "dingtalk"},
	KindFeishu:   {[]string{"union_id", "open_id"}, []Match{MatchNone, MatchEmail, MatchMobile}, []Factors{FactorsOne, FactorsTwo}, Addresses{Login: "https://accounts.feishu.cn", API: "https://open.feishu.cn"}, "lark"},
}

// Claims are what may identify somebody at a provider of the kind, the usual one first; none: whatever it says.
func (k Kind) Claims() []string { return traits[k].claims }

// Matches are the ways to match that the kind knows.
func (k Kind) Matches() []Match { return traits[k].matches }

// Factors are what a sign-on may stand for.
func (k Kind) Factors() []Factors { return traits[k].factors }

// Addresses are the usual ones of the kind.
func (k Kind) Addresses() Addresses { return traits[k].addresses }

// Addresses are where a provider answers. Those that are empty are the usual ones of its kind.
type Addresses struct {
	Login  string `json:"login,omitempty"`  // where people sign in
	Inside string `json:"inside,omitempty"` // where they do inside the provider's own app, if elsewhere
	API    string `json:"api,omitempty"`    // what this server asks
}

// or fills in what is empty.
func (a Addresses) or(usual Addresses) Addresses {
	pick := func(own, usual string) string {
		if own != "" {
			return own
		}
		return usual
	}
	return Addresses{pick(a.Login, usual.Login), pick(a.Inside, usual.Inside), pick(a.API, usual.API)}
}

// Settings are what is said of a provider.
type Settings struct {
	Kind          Kind      `json:"kind"`
	Name          string    `json:"name"`                    // on the button
	Issuer        string    `json:"issuer,omitempty"`        // OIDC
	ClientID      string    `json:"client_id"`               // WeCom: the company's id
	AgentID       string    `json:"agent_id,omitempty"`      // WeCom: the application's number
	Claim         string    `json:"claim"`                   // what identifies
	Organisations []string  `json:"organisations,omitempty"` // OIDC: domains of e-mail; DingTalk, Feishu: ids of companies; none: any
	Addresses     Addresses `json:"addresses"`
	Match         Match     `json:"match"`
	Factors       Factors   `json:"factors"`
	Create        bool      `json:"create"`            // who is unknown gets an account without any role
	Contact       string    `json:"contact,omitempty"` // whom to ask
	Exclusive     bool      `json:"exclusive"`         // whoever is linked comes in by it alone
	Active        bool      `json:"active"`
}

// Provider is a provider as it is kept.
type Provider struct {
	Key string // in addresses; never changes
	Settings
	Secret   string // sealed; empty: none
	SpareID  string // the administrator whose password keeps working where the provider is exclusive
	Spare    string // their log-in, where it was asked for
	Linked   int64  // accounts
	Revision int64
}

// At are the addresses in force.
func (p Provider) At() Addresses { return p.Addresses.or(p.Kind.Addresses()) }

// Ready reports whether somebody can come in by it.
func (p Provider) Ready() bool { return p.Active }

// Fits reports whether a browser is the one inside the provider's own app.
func (p Provider) Fits(agent string) bool {
	inside := traits[p.Kind].inside
	return inside != "" && strings.Contains(strings.ToLower(agent), inside)
}

// origin is what says whom a subject names: while accounts are linked it stays as it is, or a subject could come to name somebody else.
func (p Provider) origin() string {
	return strings.Join([]string{string(p.Kind), p.Issuer, p.ClientID, p.Claim, p.At().API}, "\x00")
}

// CallbackPath is where a provider sends people back to; each has its own, so that the answer of one is not taken for another's.
func CallbackPath(key string) string { return "/sign-in/with/" + key + "/callback" }

// Entry is a provider as it is entered.
type Entry struct {
	Key string
	Settings
	Spare    string  // log-in of the administrator whose password keeps working
	Secret   *string // nil keeps what is there
	Revision int64   // 0: a new one
}

var (
	keyShape     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}[a-z0-9]$`)
	addressShape = regexp.MustCompile(`^https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]{0,200})?$`)
	claimShape   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_:/.-]{0,99}$`)
	domainShape  = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$`)
)

// changing are claims that pass from one person to another: they identify nobody.
var changing = []string{"email", "mail", "preferred_username", "unique_name", "upn", "username", "phone", "phone_number", "mobile", "name", "nickname", "given_name", "family_name"}

const (
	textMax          = 200
	nameMax          = 20
	organisationsMax = 20
	wellKnown        = "/.well-known/openid-configuration"
)

// tidy leaves out what people copy along, and fills in what is usual.
func (in *Entry) tidy() {
	for _, text := range []*string{&in.Key, &in.Name, &in.Issuer, &in.ClientID, &in.AgentID, &in.Claim, &in.Contact, &in.Spare, &in.Addresses.Login, &in.Addresses.Inside, &in.Addresses.API} {
		*text = strings.TrimSpace(*text)
	}
	in.Issuer = strings.TrimSuffix(in.Issuer, wellKnown)
	for _, text := range []*string{&in.Addresses.Login, &in.Addresses.Inside, &in.Addresses.API} {
		*text = strings.TrimRight(*text, "/")
	}
	if in.Claim == "" {
		in.Claim = "sub"
		if claims := in.Kind.Claims(); len(claims) > 0 {
			in.Claim = claims[0]
		}
	}
	if in.Match == "" {
		in.Match = MatchNone
	}
	if in.Factors == "" {
		in.Factors = FactorsOne
	}
	var kept []string
	for _, o := range in.Organisations {
		if o = strings.TrimSpace(o); in.Kind == KindOIDC {
			o = strings.ToLower(strings.TrimPrefix(o, "@"))
		}
		if o != "" && !slices.Contains(kept, o) {
			kept = append(kept, o)
		}
	}
	in.Organisations = kept
	if !in.Exclusive {
		in.Spare = ""
	}
}

// wrongs collects what is wrong.
type wrongs []errs.Field

func (w *wrongs) add(bad bool, path, value, key string, args errs.Args) {
	if bad {
		*w = append(*w, errs.Field{Path: path, Value: value, Message: errs.Msg(key, args)})
	}
}

func printable(text string, limit int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= limit && !strings.ContainsFunc(text, unicode.IsControl)
}

// Validate returns an error of kind Invalid that names every wrong field.
func (in Entry) Validate() error {
	var w wrongs
	w.add(!keyShape.MatchString(in.Key), "key", in.Key, "signon.key_bad", nil)
	if !slices.Contains(Kinds, in.Kind) {
		w.add(true, "kind", string(in.Kind), "signon.kind_bad", nil)
		return errs.Invalid("error.invalid", w)
	}
	w.add(in.Name == "" || !printable(in.Name, nameMax), "name", in.Name, "signon.name_bad", errs.Args{"Max": nameMax})
	w.add(in.ClientID == "" || !printable(in.ClientID, textMax), "client_id", in.ClientID, "signon.text_bad", errs.Args{"Max": textMax})
	w.add(in.Kind == KindWeCom && (in.AgentID == "" || strings.Trim(in.AgentID, "0123456789") != "" || len(in.AgentID) > 20), "agent_id", in.AgentID, "signon.agent_bad", nil)
	w.add(in.Secret != nil && !printable(*in.Secret, textMax), "secret", "", "signon.text_bad", errs.Args{"Max": textMax})
	w.add(in.Kind == KindOIDC && !addressShape.MatchString(in.Issuer), "issuer", in.Issuer, "signon.issuer_bad", nil)
	for i, path := range []string{"login_address", "inside_address", "api_address"} {
		address := [...]string{in.Addresses.Login, in.Addresses.Inside, in.Addresses.API}[i]
		w.add(address != "" && (in.Kind == KindOIDC || !addressShape.MatchString(address)), path, address, "signon.address_bad", nil)
	}
	in.validateClaim(&w)
	w.add(!slices.Contains(in.Kind.Matches(), in.Match), "match", string(in.Match), "signon.match_bad", nil)
	w.add(!slices.Contains(in.Kind.Factors(), in.Factors), "factors", string(in.Factors), "signon.factors_bad", nil)
	in.validateOrganisations(&w)
	w.add(!printable(in.Contact, 100), "contact", in.Contact, "signon.text_bad", errs.Args{"Max": 100})
	w.add(in.Exclusive && in.Spare == "", "spare", "", "signon.spare_needed", nil)
	return errs.Invalid("error.invalid", w)
}

func (in Entry) validateClaim(w *wrongs) {
	claims := in.Kind.Claims()
	w.add(len(claims) > 0 && !slices.Contains(claims, in.Claim) || !claimShape.MatchString(in.Claim), "claim", in.Claim, "signon.claim_bad", nil)
	w.add(slices.Contains(changing, strings.ToLower(in.Claim)), "claim", in.Claim, "signon.claim_changes", nil)
}

func (in Entry) validateOrganisations(w *wrongs) {
	w.add(len(in.Organisations) > organisationsMax, "organisations", "", "signon.organisations_many", errs.Args{"Max": organisationsMax})
	for _, o := range in.Organisations {
		bad := !printable(o, textMax) || in.Kind == KindOIDC && (!domainShape.MatchString(o) || !strings.Contains(o, "."))
		w.add(bad, "organisations", o, "signon.organisation_bad", nil)
	}
	w.add(in.Kind == KindWeCom && len(in.Organisations) > 0, "organisations", "", "signon.organisations_wecom", nil)
	w.add(in.Kind == KindDingTalk && len(in.Organisations) == 0 && (in.Match != MatchNone || in.Create), "organisations", "", "signon.organisations_needed", nil)
}
