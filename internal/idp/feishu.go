package idp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"golang.org/x/oauth2"

	"xiaoguan/internal/signon"
)

// The forms are those of Feishu's own pages:
//
//	sign-in             https://open.feishu.cn/document/common-capabilities/sso/api/obtain-oauth-code
//	token of the user   https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/authentication-management/access-token/get-user-access-token
//	who it is           https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/authen-v1/user_info/get
//	token of the app    https://open.feishu.cn/document/ukTMukTMukTM/ukDNz4SO0MjL5QzM/auth-v3/auth/app_access_token_internal

func feishuURL(way signon.Way, ask signon.Ask) string {
	return address(way.At().Login, "/open-apis/authen/v1/authorize", url.Values{"client_id": {way.ClientID}, "response_type": {"code"}, "redirect_uri": {ask.Redirect}, "state": {ask.State},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(ask.Verifier)}, "code_challenge_method": {"S256"}})
}

// feishuAnswer is what all answers of Feishu have.
type feishuAnswer struct {
	Code        int64  `json:"code"`
	Msg         string `json:"msg"`
	Description string `json:"error_description"` // of the address of OAuth
}

func (c *Connector) feishuUser(ctx context.Context, way signon.Way, answer signon.Answer) (claims signon.Claims, err error) {
	var given struct {
		feishuAnswer
		AccessToken string `json:"access_token"`
	}
	status, err := c.exchange(ctx, http.MethodPost, way.At().API+"/open-apis/authen/v2/oauth/token", nil, map[string]string{"grant_type": "authorization_code", "client_id": way.ClientID,
		"client_secret": way.Open, "code": answer.Code, "redirect_uri": answer.Redirect, "code_verifier": answer.Verifier}, &given)
	if err != nil {
		return claims, err
	}
	if err := given.check(status); err != nil {
		return claims, err
	}
	if given.AccessToken == "" {
		return claims, unclear(status, errors.New("there is no token"))
	}
	var who struct {
		feishuAnswer
		Data struct {
			Name            string `json:"name"`
			OpenID          string `json:"open_id"`
			UnionID         string `json:"union_id"`
			EnterpriseEmail string `json:"enterprise_email"`
			Mobile          string `json:"mobile"`
			TenantKey       string `json:"tenant_key"`
		} `json:"data"`
	}
	status, err = c.exchange(ctx, http.MethodGet, way.At().API+"/open-apis/authen/v1/user_info", map[string]string{"Authorization": "Bearer " + given.AccessToken}, nil, &who)
	if err != nil {
		return claims, err
	}
	if err := who.check(status); err != nil {
		return claims, err
	}
	claims = signon.Claims{Subject: who.Data.UnionID, Name: who.Data.Name, Email: who.Data.EnterpriseEmail, Mobile: who.Data.Mobile}
	if way.Claim == "open_id" {
		claims.Subject = who.Data.OpenID
	}
	if who.Data.TenantKey != "" {
		claims.Organisations = []string{who.Data.TenantKey}
	}
	return claims, nil
}

func (c *Connector) tryFeishu(ctx context.Context, way signon.Way) error {
	var given feishuAnswer
	status, err := c.exchange(ctx, http.MethodPost, way.At().API+"/open-apis/auth/v3/app_access_token/internal", nil, map[string]string{"app_id": way.ClientID, "app_secret": way.Open}, &given)
	if err != nil {
		return err
	}
	return given.check(status)
}

// feishuClasses are what numbers of Feishu mean.
var feishuClasses = map[int64]signon.Class{
	10003: signon.ClassClient, 10012: signon.ClassClient, 10013: signon.ClassClient, 20048: signon.ClassClient,
	10014: signon.ClassSecret, 20002: signon.ClassSecret,
	20003: signon.ClassCode, 20004: signon.ClassCode, 20024: signon.ClassCode, 20049: signon.ClassCode, 20065: signon.ClassCode,
	20029: signon.ClassRedirect, 20071: signon.ClassRedirect,
	20010: signon.ClassOutsider, 20008: signon.ClassOutsider, 20021: signon.ClassOutsider, 20022: signon.ClassOutsider, 20066: signon.ClassOutsider,
	20005: signon.ClassToken, 99991400: signon.ClassLimited, 99991663: signon.ClassToken,
}

func (a feishuAnswer) check(status int) error {
	if a.Code == 0 {
		if status != http.StatusOK {
			return unclear(status, nil)
		}
		return nil
	}
	text := a.Msg
	if text == "" {
		text = a.Description
	}
	f := &signon.Failure{Class: signon.ClassAnswer, Code: strconv.FormatInt(a.Code, 10), Cause: errors.New(shortened(text))}
	if class, ok := feishuClasses[a.Code]; ok {
		f.Class = class
	}
	return f
}
