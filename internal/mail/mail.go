// Package mail is the one connection through which letters to people outside go: the server, who they come from, and what became of a letter
// that was handed over.
//
// Letters are plain text, one to one address. Nothing is kept of them here: who sends letters keeps its own record. The password is sealed with
// the installation's key and shown to nobody. Letters that come back later are not read: a refusal is known when the server that takes them says
// so at once.
package mail

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/errs"
)

// Security is how the connection to the server is kept from being read.
type Security string

// The kinds of security: TLS from the first byte (port 465), TLS that is asked for and insisted on (587), none.
const (
	SecurityTLS      Security = "tls"
	SecurityStartTLS Security = "starttls"
	SecurityNone     Security = "none"
)

// Securities are all of them in the order in which they are offered.
var Securities = []Security{SecurityTLS, SecurityStartTLS, SecurityNone}

// Message names the security for people.
func (s Security) Message() errs.Message { return errs.Msg("mail.security."+string(s), nil) }

// Connection is the server through which letters go.
type Connection struct {
	Host     string   `json:"host"`
	Port     int64    `json:"port"`
	Security Security `json:"security"`
	Login    string   `json:"login"`
	Password string   `json:"-"`       // sealed; empty: none
	Address  string   `json:"address"` // of the sender
	Name     string   `json:"name"`    // of the sender; empty: the company's
	Active   bool     `json:"active"`
	Revision int64    `json:"-"` // 0: nobody has kept any
}

// Ready reports whether letters can go.
func (c Connection) Ready() bool { return c.Active && c.Host != "" }

// Entry is the connection as it is entered.
type Entry struct {
	Connection
	Secret *string // the password; nil keeps what is there, empty removes it
}

var (
	hostShape    = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)
	addressShape = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?$`)
)

// AddressFits reports whether a letter can be sent to an address. It is narrower than what may be written on a card: no quotes, no other letters
// than those that every server takes.
func AddressFits(address string) bool {
	return len(address) <= 254 && addressShape.MatchString(address) && !strings.Contains(address, "..")
}

// textMax is the longest name, log-in or password.
const textMax = 200

// Validate returns an error of kind Invalid that names every wrong field.
func (in Entry) Validate() error {
	var wrong []errs.Field
	add := func(path, value, key string) {
		wrong = append(wrong, errs.Field{Path: path, Value: value, Message: errs.Msg(key, errs.Args{"Max": textMax})})
	}
	printable := func(text string) bool {
		return utf8.ValidString(text) && len(text) <= textMax && !strings.ContainsFunc(text, unicode.IsControl)
	}
	if !hostShape.MatchString(in.Host) {
		add("host", in.Host, "mail.host_bad")
	}
	if in.Port < 1 || in.Port > 65535 {
		add("port", strconv.FormatInt(in.Port, 10), "mail.port_bad")
	}
	if !slices.Contains(Securities, in.Security) {
		add("security", string(in.Security), "mail.security_bad")
	}
	if !printable(in.Login) {
		add("login", "", "mail.text_bad")
	}
	if in.Secret != nil && !printable(*in.Secret) {
		add("password", "", "mail.text_bad")
	}
	if in.Security == SecurityNone && (in.Login != "" || in.Secret != nil && *in.Secret != "") {
		add("security", string(in.Security), "mail.open_password")
	}
	if !AddressFits(in.Address) {
		add("address", in.Address, "mail.address_bad")
	}
	if !printable(in.Name) {
		add("name", in.Name, "mail.text_bad")
	}
	return errs.Invalid("error.invalid", wrong)
}

// Letter is what is sent.
type Letter struct {
	ID          string // told apart by it; the same when it is tried again
	To, ToName  string
	Subject     string
	Text        string
	Unsubscribe string // an address that takes a POST without asking further (RFC 8058); empty: none
	Attached    []Attached
	At          time.Time
}

// Attached is a file that goes with a letter.
type Attached struct {
	Name    string // as its reader sees it
	Type    string // media type
	Content []byte
}

// Outgoing is a letter with the way it takes: the connection with its password open.
type Outgoing struct {
	Letter
	Connection
	Secret   string
	FromName string
}

// Sender hands letters to servers. Package notify is one.
type Sender interface {
	// SendMail returns nil when the server has taken the letter, and else a *Failure.
	SendMail(ctx context.Context, out Outgoing) error
}

// Class says why a letter was not taken. It never says what lies in the network: that is for the log.
type Class string

// The classes.
const (
	ClassOff         Class = "off"         // there is no connection, or it is off
	ClassNetwork     Class = "network"     // the server's address is not allowed
	ClassUnreachable Class = "unreachable" // no connection
	ClassTimeout     Class = "timeout"     // no answer in time
	ClassCertificate Class = "certificate" // not who the name says
	ClassLogin       Class = "login"       // log-in or password
	ClassRecipient   Class = "recipient"   // the address is refused for good
	ClassContent     Class = "content"     // the letter is refused for good
	ClassLater       Class = "later"       // the server asks to come again
	ClassUnclear     Class = "unclear"     // the line broke when the letter was under way: it may have arrived
	ClassSecret      Class = "secret"      // the password does not open: the installation's key is another
	ClassInternal    Class = "internal"
)

// Classes lists the classes.
var Classes = []Class{ClassOff, ClassNetwork, ClassUnreachable, ClassTimeout, ClassCertificate, ClassLogin, ClassRecipient, ClassContent, ClassLater, ClassUnclear, ClassSecret, ClassInternal}

// Message says the class for people.
func (c Class) Message() errs.Message { return errs.Msg("mail.failure."+string(c), nil) }

// Final reports whether trying again would change nothing, or could send a letter twice.
func (c Class) Final() bool { return c == ClassRecipient || c == ClassContent || c == ClassUnclear }

// Failure is why a letter was not taken.
type Failure struct {
	Class Class
	Code  int64 // what the server answered; 0: nothing
	Cause error // for the log
}

// Error implements error, for the log.
func (f *Failure) Error() string {
	text := string(f.Class)
	if f.Code != 0 {
		text += " " + strconv.FormatInt(f.Code, 10)
	}
	if f.Cause != nil {
		text += ": " + f.Cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// attemptWaits are the times between attempts.
var attemptWaits = [...]time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// Again tells how long to wait before a letter is tried again, of which so many attempts were made (1 at least); false where it is not to be tried any more.
func (f *Failure) Again(attempts int64) (wait time.Duration, again bool) {
	if f.Class.Final() || attempts > int64(len(attemptWaits)) {
		return 0, false
	}
	return attemptWaits[attempts-1], true
}

// FailureOf makes a failure of what sending returned.
func FailureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return &Failure{Class: ClassInternal, Cause: err}
}
