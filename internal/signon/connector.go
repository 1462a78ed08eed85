package signon

import (
	"context"
	"errors"

	"xiaoguan/internal/errs"
)

// Way is a provider with its secret open.
type Way struct {
	Provider
	Open string // the secret
}

// Ask is what a provider is asked when somebody is sent there.
type Ask struct {
	State    string
	Nonce    string
	Verifier string // of PKCE; the provider gets its digest
	Redirect string // where it sends them back to
	Inside   bool   // they are in the browser of its own app
}

// Answer is what somebody brings back.
type Answer struct {
	Ask
	Code   string
	Issuer string // who says so (RFC 9207); empty: not said
}

// Claims are what a provider says of somebody.
type Claims struct {
	Subject       string
	Name          string
	Email         string // verified, or empty
	Mobile        string // verified, or empty
	Organisations []string
	TwoFactors    bool // it says that it has asked for two factors
}

// Connector speaks with providers. Package idp is one.
type Connector interface {
	// AuthorizeURL is where somebody is sent. Errors: a *Failure.
	AuthorizeURL(ctx context.Context, way Way, ask Ask) (string, error)
	// Identify tells who came back. Errors: a *Failure.
	Identify(ctx context.Context, way Way, answer Answer) (Claims, error)
	// Try looks whether the settings are right, as far as this can be told without anybody signing in. Errors: a *Failure.
	Try(ctx context.Context, way Way, redirect string) error
}

// Class says what went wrong between this server and a provider. It never says what lies in the network: that is for the log.
type Class string

// The classes.
const (
	ClassNetwork     Class = "network"     // its address is not allowed
	ClassUnreachable Class = "unreachable" // no connection
	ClassTimeout     Class = "timeout"     // no answer in time
	ClassCertificate Class = "certificate" // not who the name says
	ClassDiscovery   Class = "discovery"   // it does not tell about itself as OIDC providers do
	ClassIssuer      Class = "issuer"      // it calls itself otherwise
	ClassClient      Class = "client"      // it does not know the client, the company or the application
	ClassSecret      Class = "secret"      // it refuses the secret
	ClassRedirect    Class = "redirect"    // it does not know the address to send people back to
	ClassServer      Class = "server"      // it does not know this server's address
	ClassPermission  Class = "permission"  // the application lacks a permission
	ClassCode        Class = "code"        // what somebody brought back is used or too old
	ClassToken       Class = "token"       // what it says of somebody does not hold
	ClassOutsider    Class = "outsider"    // they are not of the company
	ClassLimited     Class = "limited"     // it was asked too often
	ClassAnswer      Class = "answer"      // it answered something else
	ClassSealed      Class = "sealed"      // the secret does not open: the installation's key is another
)

// Classes lists the classes.
var Classes = []Class{ClassNetwork, ClassUnreachable, ClassTimeout, ClassCertificate, ClassDiscovery, ClassIssuer, ClassClient, ClassSecret, ClassRedirect, ClassServer, ClassPermission,
	ClassCode, ClassToken, ClassOutsider, ClassLimited, ClassAnswer, ClassSealed}

// Message says the class for people.
func (c Class) Message() errs.Message { return errs.Msg("signon.failure."+string(c), nil) }

// theirs reports whether it is who signs in that failed, and not one of the two servers.
func (c Class) theirs() bool { return c == ClassCode || c == ClassToken || c == ClassOutsider }

// Failure is why a provider did not help.
type Failure struct {
	Class Class
	Code  string // what it answered; empty: nothing
	Cause error  // for the log
}

// Error implements error, for the log.
func (f *Failure) Error() string {
	text := string(f.Class)
	if f.Code != "" {
		text += " " + f.Code
	}
	if f.Cause != nil {
		text += ": " + f.Cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// failureOf makes a failure of what a connector returned.
func failureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return &Failure{Class: ClassAnswer, Cause: err}
}

// why says a failure for people, with what the provider answered.
func (f *Failure) why() errs.Message {
	if f.Code == "" {
		return f.Class.Message()
	}
	return errs.Msg("signon.failure_code", errs.Args{"Why": f.Class.Message(), "Code": f.Code})
}
