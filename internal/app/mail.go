package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/mail"
	"xiaoguan/internal/notify"
	"xiaoguan/internal/survey"
)

// assembleMail makes the service of letters. They reach private networks that webhooks may reach, and those alone.
func (a *App) assembleMail(key []byte) (err error) {
	defer errs.Wrap(&err, "app.assembleMail")
	networks, err := httpx.ParseProxies(a.options.WebhookNetworks)
	if err != nil {
		return err
	}
	vault, err := access.NewVault(key, "xiaoguan mail")
	if err != nil {
		return err
	}
	a.Mail = mail.NewService(mail.Config{Store: a.DB.MailStore(), Vault: vault, Sender: notify.New(networks, a.options.Now), Company: a.companyName, Now: a.now})
	return nil
}

func (a *App) companyName() string { return a.Company.Known().Name }

func (a *App) publicAddress() string { return a.Company.Known().Public }

func (a *App) printers(lang i18n.Lang) *i18n.Printer {
	return a.catalogue.Printer(lang).In(a.Company.Zone())
}

// assembleSending lets surveys go out by themselves.
func (a *App) assembleSending(key []byte) {
	a.Surveys.WithSending(survey.Sending{Mails: a.Mail, Silence: a.Contacts.Silence, Printers: a.printers, Company: a.companyName, Public: a.publicAddress, Secret: linkSecrets(key), Log: a.options.Log})
}

// linkSecrets makes the secrets of links from the installation's key.
func linkSecrets(key []byte) func(purpose string, id int64) string {
	return func(purpose string, id int64) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("xiaoguan link\x00" + purpose + "\x00" + strconv.FormatInt(id, 10)))
		return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
}

// How often it is looked whether surveys are to be sent.
const sendEvery = time.Minute

// sendForEver plans and sends surveys until the context ends. What fails is logged and tried again; a server that does not answer keeps nothing else
// waiting.
func (a *App) sendForEver(ctx context.Context) {
	ticker := time.NewTicker(sendEvery)
	defer ticker.Stop()
	for {
		a.Company.Current(ctx)
		if _, err := a.Surveys.PlanMailings(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "surveys to be sent could not be planned", slog.Any("error", err))
		}
		if _, err := a.Surveys.Dispatch(ctx); err != nil && ctx.Err() == nil {
			a.options.Log.WarnContext(ctx, "surveys could not be sent", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
