package idp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/signon"
)

// The forms are those of WeCom's own pages:
//
//	sign-in in a browser     https://developer.work.weixin.qq.com/document/path/98171
//	inside its app           https://developer.work.weixin.qq.com/document/path/91022
//	token of the application https://developer.work.weixin.qq.com/document/path/91039
//	who it is                https://developer.work.weixin.qq.com/document/path/91023
//	numbers of errors        https://developer.work.weixin.qq.com/document/path/90313

func weComURL(way signon.Way, ask signon.Ask) string {
	query := url.Values{"appid": {way.ClientID}, "agentid": {way.AgentID}, "redirect_uri": {ask.Redirect}, "state": {ask.State}}
	if !ask.Inside {
		query.Set("login_type", "CorpApp")
		return address(way.At().Login, "/wwlogin/sso/login", query)
	}
	query.Set("response_type", "code")
	query.Set("scope", "snsapi_base")
	return address(way.At().Inside, "/connect/oauth2/authorize", query) + "#wechat_redirect"
}

// token is the application's own token, which WeCom wants to be kept: who asks for one at each sign-in is cut off.
type token struct {
	text  string
	until time.Time
}

// tokenMargin is how long before its end a token is no longer used.
const tokenMargin = 5 * time.Minute

// weComAnswer is what all answers of WeCom have.
type weComAnswer struct {
	ErrCode int64  `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

func (c *Connector) weComToken(ctx context.Context, way signon.Way, anew bool) (string, error) {
	key := way.At().API + "\x00" + way.ClientID + "\x00" + access.Digest(way.Open)
	c.lock.Lock()
	known := c.tokens[key]
	c.lock.Unlock()
	if !anew && c.now().Before(known.until) {
		return known.text, nil
	}
	var answer struct {
		weComAnswer
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	status, err := c.exchange(ctx, http.MethodGet, address(way.At().API, "/cgi-bin/gettoken", url.Values{"corpid": {way.ClientID}, "corpsecret": {way.Open}}), nil, nil, &answer)
	if err != nil {
		return "", err
	}
	if err := answer.check(status); err != nil {
		return "", err
	}
	if answer.AccessToken == "" {
		return "", unclear(status, errors.New("there is no token"))
	}
	c.lock.Lock()
	c.tokens[key] = token{answer.AccessToken, c.now().Add(time.Duration(answer.ExpiresIn)*time.Second - tokenMargin)}
	c.lock.Unlock()
	return answer.AccessToken, nil
}

// The numbers that say that a token is not the last one any more.
const (
	weComTokenBad = 40014
	weComTokenOld = 42001
)

func (c *Connector) weComUser(ctx context.Context, way signon.Way, answer signon.Answer) (claims signon.Claims, err error) {
	var who struct {
		weComAnswer
		UserID string `json:"userid"`
		OpenID string `json:"openid"`
	}
	for _, anew := range []bool{false, true} {
		token, err := c.weComToken(ctx, way, anew)
		if err != nil {
			return claims, err
		}
		status, err := c.exchange(ctx, http.MethodGet, address(way.At().API, "/cgi-bin/auth/getuserinfo", url.Values{"access_token": {token}, "code": {answer.Code}}), nil, nil, &who)
		if err != nil {
			return claims, err
		}
		if who.ErrCode == weComTokenBad || who.ErrCode == weComTokenOld {
			continue
		}
		if err := who.check(status); err != nil {
			return claims, err
		}
		break
	}
	if err := who.check(http.StatusOK); err != nil {
		return claims, err
	}
	if who.UserID == "" {
		return claims, &signon.Failure{Class: signon.ClassOutsider}
	}
	return signon.Claims{Subject: who.UserID}, nil
}

// weComClasses are what numbers of WeCom mean.
var weComClasses = map[int64]signon.Class{
	40001: signon.ClassSecret, 40091: signon.ClassSecret, 41004: signon.ClassSecret,
	40013: signon.ClassClient, 40056: signon.ClassClient, 301002: signon.ClassClient,
	40029: signon.ClassCode, 40066: signon.ClassCode, 41008: signon.ClassCode, 42003: signon.ClassCode,
	50001: signon.ClassRedirect, 60020: signon.ClassServer, 45009: signon.ClassLimited, 45033: signon.ClassLimited,
	48001: signon.ClassPermission, 48002: signon.ClassPermission, 50002: signon.ClassPermission, 60011: signon.ClassPermission,
}

func (a weComAnswer) check(status int) error {
	if a.ErrCode == 0 {
		if status != http.StatusOK {
			return unclear(status, nil)
		}
		return nil
	}
	f := &signon.Failure{Class: signon.ClassAnswer, Code: strconv.FormatInt(a.ErrCode, 10), Cause: errors.New(shortened(a.ErrMsg))}
	if class, ok := weComClasses[a.ErrCode]; ok {
		f.Class = class
	}
	return f
}
