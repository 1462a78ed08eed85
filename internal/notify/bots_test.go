package notify_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"unicode/utf8"

	"xiaoguan/internal/notice"
	"xiaoguan/internal/notify"
)

// house behaves as the server of a bot's house does: it answers 200 in any case, and says by a number whether it has taken the message.
type house struct {
	secret string
	limit  int // how many it takes before it has had enough
	taken  []string
}

func (h *house) wecom(_ *http.Request, body map[string]json.RawMessage) string {
	var markdown struct{ Content string }
	_ = json.Unmarshal(body["markdown"], &markdown)
	switch {
	case string(body["msgtype"]) != `"markdown"`:
		return `{"errcode":40008,"errmsg":"invalid message type"}`
	case len(markdown.Content) > 4096:
		return `{"errcode":40058,"errmsg":"markdown.content exceed max length 4096"}`
	case len(h.taken) >= h.limit:
		return `{"errcode":45009,"errmsg":"api freq out of limit"}`
	}
	h.taken = append(h.taken, markdown.Content)
	return `{"errcode":0,"errmsg":"ok"}`
}

func (h *house) dingTalk(r *http.Request, body map[string]json.RawMessage) string {
	var markdown struct{ Title, Text string }
	_ = json.Unmarshal(body["markdown"], &markdown)
	mac := hmac.New(sha256.New, []byte(h.secret))
	fmt.Fprintf(mac, "%s\n%s", r.FormValue("timestamp"), h.secret)
	switch {
	case r.FormValue("access_token") != "k":
		return `{"errcode":300001,"errmsg":"token is not exist"}`
	case h.secret != "" && (r.FormValue("timestamp") != "1791432000000" || r.FormValue("sign") != base64.StdEncoding.EncodeToString(mac.Sum(nil))):
		return `{"errcode":310000,"errmsg":"sign not match"}`
	case markdown.Title == "" || markdown.Text == "":
		return `{"errcode":40035,"errmsg":"缺少参数 text"}`
	case len(h.taken) >= h.limit:
		return `{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`
	}
	h.taken = append(h.taken, markdown.Text)
	return `{"errcode":0,"errmsg":"ok"}`
}

func (h *house) feishu(_ *http.Request, body map[string]json.RawMessage) string {
	var timestamp, sign string
	_ = json.Unmarshal(body["timestamp"], &timestamp)
	_ = json.Unmarshal(body["sign"], &sign)
	var content struct {
		Post map[string]struct {
			Title   string
			Content [][]struct{ Tag, Text string }
		}
	}
	if json.Unmarshal(body["content"], &content) != nil || string(body["msg_type"]) != `"post"` {
		return `{"code":9499,"msg":"Bad Request","data":{}}`
	}
	mac := hmac.New(sha256.New, []byte(timestamp+"\n"+h.secret))
	switch {
	case h.secret != "" && (timestamp != "1791432000" || sign != base64.StdEncoding.EncodeToString(mac.Sum(nil))):
		return `{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}`
	case len(h.taken) >= h.limit:
		return `{"code":11232,"data":{},"msg":"frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]"}`
	}
	text := content.Post["zh_cn"].Title
	for _, line := range content.Post["zh_cn"].Content {
		text += "|" + line[0].Text
	}
	h.taken = append(h.taken, text)
	return `{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}`
}

// open serves a house, and returns what sends to it.
func (h *house) open(t *testing.T, answer func(*http.Request, map[string]json.RawMessage) string) (send func(notice.Outgoing) error, address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(nil))
		var body map[string]json.RawMessage
		if r.Method != http.MethodPost || json.Unmarshal(raw, &body) != nil || r.Header.Get(notify.HeaderSignature) != "" {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, answer(r, body))
	}))
	t.Cleanup(server.Close)
	sender := notify.New([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, noon)
	return func(out notice.Outgoing) error { return sender.Send(t.Context(), out) }, server.URL
}

// wantFailure wants a failure of the class and number.
func wantFailure(t *testing.T, what string, err error, class notice.FailureClass, code int64) {
	t.Helper()
	f, ok := errors.AsType[*notice.Failure](err)
	if !ok || f.Class != class || f.Code != code {
		t.Errorf("%s: %v, want %s %d", what, err, class, code)
	}
}

const said = "恭喜 [点我](http://evil) <@all> *陈晨*\n李雷"

func TestWeComTakesMarkdownOfALimitedLength(t *testing.T) {
	t.Parallel()
	h := &house{limit: 2}
	send, url := h.open(t, h.wecom)
	out := notice.Outgoing{Format: notice.FormatWeCom, URL: url + "/cgi-bin/webhook/send?key=k", Title: "销冠 · 荣誉播报", Text: said}
	if err := send(out); err != nil || h.taken[0] != "**销冠 · 荣誉播报**\n恭喜 ［点我］(http://evil) ＜＠all＞ ＊陈晨＊\n李雷" {
		t.Errorf("%v, %q", err, h.taken)
	}
	out.Text = strings.Repeat("长", 3000)
	if err := send(out); err != nil || !strings.HasSuffix(h.taken[1], "长…") || !utf8.ValidString(h.taken[1]) {
		t.Errorf("a long text: %v", err)
	}
	wantFailure(t, "more than it takes", send(out), notice.FailureLimited, 45009)
}

func TestDingTalkChecksTheSignatureInTheAddress(t *testing.T) {
	t.Parallel()
	h := &house{limit: 1, secret: "SECabc+/="}
	send, url := h.open(t, h.dingTalk)
	out := notice.Outgoing{Format: notice.FormatDingTalk, URL: url + "/robot/send?access_token=k", Title: "销冠 · 晋升播报", Text: said}
	wantFailure(t, "without the secret", send(out), notice.FailureSignature, 310000)
	out.Secret = h.secret
	if err := send(out); err != nil || h.taken[0] != "#### 销冠 · 晋升播报\n\n恭喜 ［点我］(http://evil) ＜＠all＞ ＊陈晨＊\n\n李雷" {
		t.Errorf("%v, %q", err, h.taken)
	}
	wantFailure(t, "more than it takes", send(out), notice.FailureLimited, 130101)
	out.URL = url + "/robot/send?access_token=gone"
	wantFailure(t, "a bot that is gone", send(out), notice.FailureUnknownBot, 300001)
	out.URL, out.Title = url+"/robot/send?access_token=k", ""
	wantFailure(t, "a text that it does not take", send(out), notice.FailureContent, 40035)
}

func TestFeishuChecksTheSignatureInTheBody(t *testing.T) {
	t.Parallel()
	h := &house{limit: 1, secret: "s3cret"}
	send, url := h.open(t, h.feishu)
	out := notice.Outgoing{Format: notice.FormatFeishu, URL: url + "/open-apis/bot/v2/hook/k", Title: "Xiaoguan", Text: said, Secret: "other"}
	wantFailure(t, "another secret", send(out), notice.FailureSignature, 19021)
	out.Secret = h.secret
	if err := send(out); err != nil || h.taken[0] != "Xiaoguan|恭喜 [点我](http://evil) <@all> *陈晨*|李雷" {
		t.Errorf("%v, %q", err, h.taken)
	}
	wantFailure(t, "more than it takes", send(out), notice.FailureLimited, 11232)
}

func TestWhatABotAnswersIsReadWithCare(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]notice.Failure{
		`<html>maintenance</html>`: {Class: notice.FailureUnreadable}, `{}`: {Class: notice.FailureUnreadable}, `{"code":0}`: {Class: notice.FailureUnreadable},
		`{"errcode":-1,"errmsg":"system busy"}`: {Class: notice.FailureBot, Code: -1}, `{"errcode":93000,"errmsg":"invalid webhook url"}`: {Class: notice.FailureUnknownBot, Code: 93000},
	} {
		send, url := (&house{}).open(t, func(*http.Request, map[string]json.RawMessage) string { return answer })
		wantFailure(t, answer, send(notice.Outgoing{Format: notice.FormatWeCom, URL: url, Title: "t", Text: "x"}), want.Class, want.Code)
	}
	send, url := (&house{}).open(t, func(*http.Request, map[string]json.RawMessage) string {
		return `{"StatusCode":0,"StatusMessage":"success"}`
	})
	if err := send(notice.Outgoing{Format: notice.FormatFeishu, URL: url, Title: "t", Text: "x"}); err != nil {
		t.Errorf("Feishu's first version: %v", err)
	}
}
