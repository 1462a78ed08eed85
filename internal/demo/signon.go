package demo

import (
	"context"

	"xiaoguan/internal/access"
	"xiaoguan/internal/signon"
)

// makeSignOn sets WeCom up as it is before it is switched on: no house knows the demonstration, so nobody is led there. Two people are entered already.
func (f *filler) makeSignOn(ctx context.Context) error {
	if f.SignOn == nil {
		return nil
	}
	actor := access.SystemActor("demo")
	secret := "demonstration"
	if _, err := f.SignOn.Save(ctx, actor, signon.Entry{Key: "wecom", Secret: &secret, Settings: signon.Settings{Kind: signon.KindWeCom, Name: "企业微信", ClientID: "wwdemo00qinghe", AgentID: "1000002",
		Match: signon.MatchUserID, Factors: signon.FactorsOne, Contact: "信息部"}}); err != nil {
		return err
	}
	_, err := f.SignOn.Import(ctx, actor, []signon.NewIdentity{{Login: loginCore, Provider: "wecom", Subject: loginCore}, {Login: loginManager, Provider: "wecom", Subject: loginManager}})
	return err
}
