package app

import (
	"xiaoguan/internal/access"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/idp"
	"xiaoguan/internal/signon"
	"xiaoguan/internal/web/account"
	"xiaoguan/internal/web/signons"
)

// assembleReach makes the services that reach out of the installation: messages, letters, single sign-on.
func (a *App) assembleReach(key []byte, newID func() string) error {
	if err := a.assembleNotices(key, newID); err != nil {
		return err
	}
	if err := a.assembleMail(key); err != nil {
		return err
	}
	return a.assembleSignOn(key)
}

// assembleSignOn makes the service of single sign-on. Its providers are reached in private networks that webhooks may reach, and those alone.
func (a *App) assembleSignOn(key []byte) (err error) {
	defer errs.Wrap(&err, "app.assembleSignOn")
	networks, err := httpx.ParseProxies(a.options.WebhookNetworks)
	if err != nil {
		return err
	}
	vault, err := access.NewVault(key, "xiaoguan sign-on")
	if err != nil {
		return err
	}
	a.SignOn = signon.NewService(signon.Config{Store: a.DB.SignOnStore(), Vault: vault, Users: a.Users, Connector: idp.New(networks, a.options.Now), Now: a.now, Log: a.options.Log})
	return nil
}

// accountPages are the pages about oneself, with the ways in through providers.
func (a *App) accountPages() area {
	return account.New(a.Users, a.cookie(), a.options.DemoLogins).WithSignOn(account.SignOn{Service: a.SignOn, Public: a.publicAddress, TLS: a.options.TLS})
}

// signOnPages are the administrator's pages of providers.
func (a *App) signOnPages() area { return signons.New(a.SignOn, a.publicAddress, a.options.TLS) }
