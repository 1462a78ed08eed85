package notice

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/errs"
)

// FailureClass says what kept an attempt from being taken. It never says what lies in the network: that is for the log.
type FailureClass string

// The classes.
const (
	FailureOff         FailureClass = "off"         // the connection is off, or gone
	FailureAddress     FailureClass = "address"     // the address is none, or not allowed
	FailureUnreachable FailureClass = "unreachable" // no connection
	FailureTimeout     FailureClass = "timeout"     // no answer in time
	FailureCertificate FailureClass = "certificate" // not who the address says
	FailureStatus      FailureClass = "status"      // an answer of another status, with its number
	FailureLimited     FailureClass = "limited"     // too many for the other side, with its number
	FailureSignature   FailureClass = "signature"   // a bot's check of signature, keyword or address, with its number
	FailureUnknownBot  FailureClass = "unknown_bot" // the bot does not exist any more, with its number
	FailureContent     FailureClass = "content"     // a bot does not take this text, with its number
	FailureBot         FailureClass = "bot"         // a bot said another number
	FailureUnreadable  FailureClass = "unreadable"  // the answer is none that the bot gives
	FailureSecret      FailureClass = "secret"      // the bot's secret does not open: the installation's key is another
	FailureInternal    FailureClass = "internal"
)

// FailureClasses lists the classes.
var FailureClasses = []FailureClass{FailureOff, FailureAddress, FailureUnreachable, FailureTimeout, FailureCertificate, FailureStatus, FailureLimited, FailureSignature, FailureUnknownBot,
	FailureContent, FailureBot, FailureUnreadable, FailureSecret, FailureInternal}

// Failure is why an attempt was not taken.
type Failure struct {
	Class FailureClass
	Code  int64         // a status, or what a bot says; 0: none
	Wait  time.Duration // what the other side asks to wait; 0: nothing
	Cause error         // for the log; it holds no address, which may carry a key
}

// Error implements error, for the log.
func (f *Failure) Error() string {
	text := f.Text()
	if f.Cause != nil {
		text += ": " + f.Cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// Text is how a failure is kept: its class and its number.
func (f *Failure) Text() string {
	if f.Code == 0 {
		return string(f.Class)
	}
	return string(f.Class) + " " + strconv.FormatInt(f.Code, 10)
}

// failureOf makes a failure of what a sender returned.
func failureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return &Failure{Class: FailureInternal, Cause: err}
}

// FailureMessage says a kept failure for people; false for none.
func FailureMessage(text string) (errs.Message, bool) {
	if text == "" {
		return errs.Message{}, false
	}
	class, number, _ := strings.Cut(text, " ")
	if !has(FailureClasses, FailureClass(class)) {
		class = string(FailureInternal)
	}
	return errs.Msg("notice.failure."+class, errs.Args{"Code": number}), true
}
