package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"xiaoguan/internal/notice"
)

// The forms are those of the houses' own pages:
//
//	WeCom    https://developer.work.weixin.qq.com/document/path/99110
//	DingTalk https://open.dingtalk.com/document/robots/custom-robot-access and …/robots/customize-robot-security-settings
//	Feishu   https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot

// How many bytes of text a bot takes: WeCom 4,096 of markdown, DingTalk and Feishu 20,000 of the whole request.
const (
	wecomBytes = 4000
	otherBytes = 12000
)

// speak writes what a bot gets, and where to.
func speak(out notice.Outgoing, now time.Time) (address string, body []byte, err error) {
	var content map[string]any
	address = out.URL
	switch out.Format {
	case notice.FormatWeCom:
		title := "**" + literal(out.Title) + "**\n"
		content = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"content": title + cut(literal(out.Text), wecomBytes-len(title))}}
	case notice.FormatDingTalk:
		text := "#### " + literal(out.Title) + "\n\n" + strings.ReplaceAll(cut(literal(out.Text), otherBytes), "\n", "\n\n") // a line of its own takes an empty one before it
		content = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"title": out.Title, "text": text}}
		if out.Secret != "" {
			address = signDingTalk(out.URL, out.Secret, now)
		}
	case notice.FormatFeishu: // a rich text is plain: nothing in it is read as markup
		var lines [][]map[string]string
		for line := range strings.SplitSeq(cut(out.Text, otherBytes), "\n") {
			lines = append(lines, []map[string]string{{"tag": "text", "text": line}})
		}
		content = map[string]any{"msg_type": "post", "content": map[string]any{"post": map[string]any{"zh_cn": map[string]any{"title": out.Title, "content": lines}}}}
		if out.Secret != "" {
			timestamp := strconv.FormatInt(now.Unix(), 10)
			content["timestamp"], content["sign"] = timestamp, signFeishu(timestamp, out.Secret)
		}
	default:
		return "", nil, fmt.Errorf("no such bot: %q", out.Format)
	}
	body, err = json.Marshal(content)
	return address, body, err
}

// signDingTalk puts time and signature into the address: HMAC-SHA256, with the secret, over the milliseconds, a line feed and the secret.
func signDingTalk(address, secret string, now time.Time) string {
	timestamp := strconv.FormatInt(now.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "\n" + secret))
	joint := "?"
	if strings.Contains(address, "?") {
		joint = "&"
	}
	return address + joint + "timestamp=" + timestamp + "&sign=" + url.QueryEscape(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// signFeishu signs the seconds: HMAC-SHA256 over nothing, with seconds, a line feed and the secret as its key.
func signFeishu(timestamp, secret string) string {
	return base64.StdEncoding.EncodeToString(hmac.New(sha256.New, []byte(timestamp+"\n"+secret)).Sum(nil))
}

// literal keeps what people have written from being read as markup, links or calls of people.
func literal(text string) string { return markup.Replace(text) }

var markup = strings.NewReplacer("<", "＜", ">", "＞", "[", "［", "]", "］", "*", "＊", "`", "｀", "#", "＃", "_", "＿", "~", "～", "@", "＠", "\\", "＼", "\r", "")

// cut shortens a text to so many bytes, at the end of a letter.
func cut(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	const end = "…"
	for bytes -= len(end); bytes > 0 && !utf8.RuneStart(text[bytes]); bytes-- {
	}
	return text[:max(bytes, 0)] + end
}

// codes are what numbers of a house mean.
type codes struct{ limited, signature, unknown, content []int64 }

// meanings are the numbers of the houses that ask for more than to be tried again.
var meanings = map[notice.Format]codes{
	notice.FormatWeCom:    {limited: []int64{45009, 45033}, unknown: []int64{93000, 93004}, content: []int64{40008, 40058, 44004, 45002}},
	notice.FormatDingTalk: {limited: []int64{130101, 410100}, signature: []int64{310000}, unknown: []int64{300001, 300005, 400013, 400101, 400102}, content: []int64{40035, 400105, 430101, 430102, 430103, 430104}},
	notice.FormatFeishu:   {limited: []int64{11232}, signature: []int64{19021, 19022, 19024}, unknown: []int64{19001}, content: []int64{9499}},
}

// heard reads what a bot answered: its houses answer 200 also when they have not taken it, and say so by a number that is not 0.
func heard(format notice.Format, answer []byte) error {
	var said struct {
		ErrCode    *int64 `json:"errcode"`
		ErrMsg     string `json:"errmsg"`
		Code       *int64 `json:"code"`
		Msg        string `json:"msg"`
		StatusCode *int64 `json:"StatusCode"` // of Feishu's first version
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return &notice.Failure{Class: notice.FailureUnreadable, Cause: err}
	}
	number, text := said.ErrCode, said.ErrMsg
	if format == notice.FormatFeishu {
		if number, text = said.Code, said.Msg; number == nil {
			number = said.StatusCode
		}
	}
	if number == nil {
		return &notice.Failure{Class: notice.FailureUnreadable, Cause: errors.New("the answer has no number")}
	}
	if *number == 0 {
		return nil
	}
	f := &notice.Failure{Class: notice.FailureBot, Code: *number, Cause: errors.New(cut(text, 300))}
	known := meanings[format]
	switch {
	case slices.Contains(known.limited, *number), strings.Contains(strings.ToLower(text), "frequency limit"):
		f.Class = notice.FailureLimited
	case slices.Contains(known.signature, *number):
		f.Class = notice.FailureSignature
	case slices.Contains(known.unknown, *number):
		f.Class = notice.FailureUnknownBot
	case slices.Contains(known.content, *number):
		f.Class = notice.FailureContent
	}
	return f
}
