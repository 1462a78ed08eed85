package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/notify"
)

// assembleNotices makes the service of messages, which knows the services that remind.
func (a *App) assembleNotices(key []byte, newID func() string) (err error) {
	defer errs.Wrap(&err, "app.assembleNotices")
	networks, err := httpx.ParseProxies(a.options.WebhookNetworks)
	if err != nil {
		return err
	}
	vault, err := access.NewVault(key, "xiaoguan bots")
	if err != nil {
		return err
	}
	a.Notices = notice.NewService(notice.Config{
		Store: a.DB.Notices(), NewID: newID, Now: a.now, Work: a.Company.Work, Sender: notify.New(networks, a.options.Now), Secret: hookSecrets(key), Vault: vault, Log: a.options.Log,
		Public:   a.publicAddress,
		Printers: func(lang i18n.Lang) *i18n.Printer { return a.catalogue.Printer(lang).In(a.Company.Zone()) },
		Sources: []notice.Source{a.Company, a.Consents, a.Disputes, a.Periods,
			later(func() notice.Source { return a.Contracts }),
			later(func() notice.Source { return a.Reviews }),
			later(func() notice.Source { return a.Decisions }),
			later(func() notice.Source { return a.Questionnaires }),
		},
	})
	return nil
}

// later is a source that is made after the messages are.
type later func() notice.Source

// Remind implements notice.Source.
func (l later) Remind(ctx context.Context, m notice.Morning) (notice.Reminders, error) {
	return l().Remind(ctx, m)
}

// hookSecrets makes the secrets of connections from the installation's key.
func hookSecrets(key []byte) func(id string, generation int64) string {
	return func(id string, generation int64) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("xiaoguan webhook\x00" + id + "\x00" + strconv.FormatInt(generation, 10)))
		return "xgs_" + hex.EncodeToString(mac.Sum(nil))
	}
}

// How often it is looked whether something is to be sent, and whether the reminders of the day are to be made.
const (
	deliverEvery = 5 * time.Second
	remindEvery  = 5 * time.Minute
)

// deliverForEver sends what is due and starts the reminders of the day, until the context ends. What fails is logged and tried again.
func (a *App) deliverForEver(ctx context.Context) {
	ticker := time.NewTicker(deliverEvery)
	defer ticker.Stop()
	var reminded time.Time
	for {
		if _, err := a.Notices.Flush(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "messages could not be sent", slog.Any("error", err))
		}
		if now := time.Now(); now.Sub(reminded) >= remindEvery {
			reminded = now
			if _, err := a.Notices.Tick(ctx); err != nil && ctx.Err() == nil {
				a.options.Log.WarnContext(ctx, "reminders could not be started", slog.Any("error", err))
			}
			a.serveCustomers(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
