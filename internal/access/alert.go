package access

import (
	"context"
	"strings"
	"unicode"
)

// Alert tells somebody what happened to the safety of their account. Nobody can turn that off.
type Alert struct {
	UserID string
	What   AlertKind
	Detail string // the device, or the name of the key or provider
	Client string // address it came from; may be empty
}

// AlertKind is what happened.
type AlertKind string

// The kinds of alert.
const (
	AlertNewDevice       AlertKind = "new_device"
	AlertPasswordChanged AlertKind = "password_changed"
	AlertPasswordReset   AlertKind = "password_reset" // by an administrator
	AlertSecondFactorOn  AlertKind = "second_factor_on"
	AlertSecondFactorOff AlertKind = "second_factor_off"
	AlertKeyCreated      AlertKind = "key_created"
	AlertIdentityLinked  AlertKind = "identity_linked"
)

// alertTx is the part of a transaction that concerns alerts.
type alertTx interface {
	// AlertUser tells the user; this package cannot, because messages know what an Actor is.
	AlertUser(ctx context.Context, a Alert) error
	// MeetDevice remembers a device of a user. It reports whether it is new, and not the first that is known of the user; in the two weeks after an upgrade
	// from a program that remembered none, no device of who had signed in before is new.
	MeetDevice(ctx context.Context, userID, device string) (stranger bool, err error)
}

// alert tells a user what the actor did.
func alert(ctx context.Context, tx Tx, actor Actor, userID string, what AlertKind, detail string) error {
	return tx.AlertUser(ctx, Alert{UserID: userID, What: what, Detail: detail, Client: actor.Client})
}

// meet alerts a user who signs in with a device that is not known.
func meet(ctx context.Context, tx Tx, session Session) error {
	stranger, err := tx.MeetDevice(ctx, session.UserID, digest(deviceOf(session.Agent)))
	if err != nil || !stranger {
		return err
	}
	return tx.AlertUser(ctx, Alert{UserID: session.UserID, What: AlertNewDevice, Detail: deviceOf(session.Agent), Client: session.Client})
}

// deviceOf is what a browser calls itself without the numbers of versions, which change every few weeks. Addresses do not count: they
// change from one hour to the next where people travel.
func deviceOf(agent string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || r == '.' || r == '_' {
			return -1
		}
		return r
	}, agent)
	return strings.Join(strings.Fields(kept), " ")
}
