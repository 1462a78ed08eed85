package idp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"xiaoguan/internal/signon"
)

// The forms are those of DingTalk's own pages:
//
//	sign-in             https://open.dingtalk.com/document/orgapp/tutorial-obtaining-user-personal-information
//	token of the user   https://open.dingtalk.com/document/orgapp/obtain-user-token
//	who it is           https://open.dingtalk.com/document/orgapp/dingtalk-retrieve-user-information
//	token of the app    https://open.dingtalk.com/document/orgapp/obtain-the-access_token-of-an-internal-app

func dingTalkURL(way signon.Way, ask signon.Ask) string {
	query := url.Values{"redirect_uri": {ask.Redirect}, "response_type": {"code"}, "client_id": {way.ClientID}, "scope": {"openid"}, "state": {ask.State}, "prompt": {"consent"}}
	if len(way.Organisations) > 0 { // then it says in which company somebody signs in
		query.Set("scope", "openid corpid")
	}
	if len(way.Organisations) == 1 {
		query.Set("corpId", way.Organisations[0])
	}
	return address(way.At().Login, "/oauth2/auth", query)
}

// dingTalkAnswer is what answers of DingTalk have when they fail.
type dingTalkAnswer struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (c *Connector) dingTalkUser(ctx context.Context, way signon.Way, answer signon.Answer) (claims signon.Claims, err error) {
	var given struct {
		dingTalkAnswer
		AccessToken string `json:"accessToken"`
		CorpID      string `json:"corpId"`
	}
	status, err := c.exchange(ctx, http.MethodPost, way.At().API+"/v1.0/oauth2/userAccessToken", nil,
		map[string]string{"clientId": way.ClientID, "clientSecret": way.Open, "code": answer.Code, "grantType": "authorization_code"}, &given)
	if err != nil {
		return claims, err
	}
	if err := given.check(status, given.AccessToken); err != nil {
		return claims, err
	}
	var who struct {
		dingTalkAnswer
		Nick      string `json:"nick"`
		UnionID   string `json:"unionId"`
		OpenID    string `json:"openId"`
		Mobile    string `json:"mobile"`
		StateCode string `json:"stateCode"`
	}
	status, err = c.exchange(ctx, http.MethodGet, way.At().API+"/v1.0/contact/users/me", map[string]string{"x-acs-dingtalk-access-token": given.AccessToken}, nil, &who)
	if err != nil {
		return claims, err
	}
	if err := who.check(status, who.UnionID); err != nil {
		return claims, err
	}
	claims = signon.Claims{Subject: who.UnionID, Name: who.Nick}
	if way.Claim == "openId" {
		claims.Subject = who.OpenID
	}
	if who.StateCode == "86" || who.StateCode == "" {
		claims.Mobile = who.Mobile
	}
	if given.CorpID != "" {
		claims.Organisations = []string{given.CorpID}
	}
	return claims, nil
}

func (c *Connector) tryDingTalk(ctx context.Context, way signon.Way) error {
	var given struct {
		dingTalkAnswer
		AccessToken string `json:"accessToken"`
	}
	status, err := c.exchange(ctx, http.MethodPost, way.At().API+"/v1.0/oauth2/accessToken", nil, map[string]string{"appKey": way.ClientID, "appSecret": way.Open}, &given)
	if err != nil {
		return err
	}
	return given.check(status, given.AccessToken)
}

// dingTalkClasses are what parts of DingTalk's codes mean, in small letters; the first that fits counts.
var dingTalkClasses = []struct {
	part  string
	class signon.Class
}{
	{"ipnotinwhitelist", signon.ClassServer}, {"accesstokenpermissiondenied", signon.ClassPermission}, {"throttling", signon.ClassLimited}, {"qpslimit", signon.ClassLimited},
	{"secret", signon.ClassSecret}, {"clientid", signon.ClassClient}, {"appkey", signon.ClassClient},
	{"authcode", signon.ClassCode}, {"invalidcode", signon.ClassCode}, {"code.notfound", signon.ClassCode},
	{"forbidden", signon.ClassPermission}, {"invalidauthentication", signon.ClassToken},
}

// check returns why an answer is none; wanted is what it must have.
func (a dingTalkAnswer) check(status int, wanted string) error {
	if status == http.StatusOK && wanted != "" {
		return nil
	}
	if a.Code == "" {
		return unclear(status, errors.New("the answer lacks what was asked for"))
	}
	f := &signon.Failure{Class: signon.ClassAnswer, Code: shortened(a.Code), Cause: errors.New(shortened(a.Message))}
	for _, known := range dingTalkClasses {
		if strings.Contains(strings.ToLower(a.Code), known.part) {
			f.Class = known.class
			break
		}
	}
	return f
}
