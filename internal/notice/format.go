package notice

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/explain"
	"xiaoguan/internal/i18n"
)

// Format is what a connection understands: our own signed JSON, or a text in the form of a group chat's bot.
type Format string

// The formats.
const (
	FormatPlain    Format = "plain"
	FormatWeCom    Format = "wecom"
	FormatDingTalk Format = "dingtalk"
	FormatFeishu   Format = "feishu"
)

// Formats lists the formats.
var Formats = []Format{FormatPlain, FormatWeCom, FormatDingTalk, FormatFeishu}

// Bot reports whether a group chat reads what is sent.
func (f Format) Bot() bool { return f != FormatPlain && f != "" }

// Signs reports whether the bot checks requests by a secret that it gave out.
func (f Format) Signs() bool { return f == FormatDingTalk || f == FormatFeishu }

// Message names the format for people.
func (f Format) Message() errs.Message { return errs.Msg("notice.format."+string(f), nil) }

// spacing is the least time between two messages to one connection, so that its limit is kept: twenty a minute for WeCom and DingTalk, five a second and a
// hundred a minute for Feishu.
func (f Format) spacing() time.Duration {
	switch f {
	case FormatWeCom, FormatDingTalk:
		return 3100 * time.Millisecond
	case FormatFeishu:
		return 650 * time.Millisecond
	}
	return 0
}

// penalty is how long a bot that has been sent too much takes nothing.
func (f Format) penalty() time.Duration {
	if f == FormatDingTalk {
		return 10 * time.Minute
	}
	return time.Minute
}

// groupKinds are the messages that may be said to a whole group: they name nobody and are true for each payee.
var groupKinds = []Kind{KindPublished, KindObjectionEnding}

// KindsFor lists what a connection of the format may subscribe to. A group reads what concerns everybody, and that alone.
func KindsFor(f Format) []string {
	if !f.Bot() {
		return HookKinds()
	}
	kinds := slices.Clone(Broadcasts)
	for _, k := range groupKinds {
		kinds = append(kinds, string(k))
	}
	return kinds
}

// speech is what a bot says.
type speech struct {
	Title string
	Lines []string
}

// winnersMax is how many winners a bot names.
const winnersMax = 30

// broadcast is the content of the broadcasts and of a test.
type broadcast struct {
	TitleZh string `json:"title_zh"`
	TitleEn string `json:"title_en"`
	Term    string `json:"term"`
	Name    string `json:"name"`
	To      string `json:"to"`
	On      string `json:"on"`
	Awards  []struct {
		Name string `json:"name"`
		Team string `json:"team"`
	} `json:"awards"`
}

// speechOf writes a delivery for a group; with a public address, what a message is about is a link.
func speechOf(p *i18n.Printer, d Delivery, public string) (s speech, err error) {
	defer errs.Wrap(&err, "notice.speechOf(%s)", d.Kind)
	if k := Kind(d.Kind); k.Known() {
		var content payload
		if err := json.Unmarshal(d.Payload, &content); err != nil {
			return s, err
		}
		s = speech{Title: p.T("notice.bot.title", "Kind", p.Message(k.Message())), Lines: []string{Text(p, k, content.Params)}}
		if public != "" && content.Path != "" {
			s.Lines = append(s.Lines, public+content.Path)
		}
		return s, nil
	}
	var content broadcast
	if err := json.Unmarshal(d.Payload, &content); err != nil {
		return s, err
	}
	honour := content.TitleZh
	if !p.Zh() && content.TitleEn != "" || honour == "" {
		honour = content.TitleEn
	}
	s.Title = p.T("notice.bot.title", "Kind", p.T("notice.broadcast."+d.Kind))
	switch d.Kind {
	case "honour.announced":
		s.Lines = []string{p.T("notice.bot.announced", "Term", content.Term, "Honour", honour)}
		for i, a := range content.Awards {
			if i == winnersMax {
				s.Lines = append(s.Lines, p.T("notice.bot.more", "Count", int64(len(content.Awards)-winnersMax)))
				break
			}
			key := "notice.bot.winner"
			if a.Team == "" {
				key = "notice.bot.winner_alone"
			}
			s.Lines = append(s.Lines, p.T(key, "Name", a.Name, "Team", a.Team))
		}
	case "honour.revoked":
		s.Lines = []string{p.T("notice.bot.revoked", "Term", content.Term, "Honour", honour, "Name", content.Name)}
	case "promotion.approved":
		on := content.On
		if day, err := calendar.ParseDate(on); err == nil {
			on = p.Date(day)
		}
		s.Lines = []string{p.T("notice.bot.promoted", "Name", content.Name, "To", explain.Level(p, content.To), "On", on)}
	case kindTry:
		s.Lines = []string{p.T("notice.bot.try", "Name", content.Name)}
	default:
		return s, fmt.Errorf("no text for a group")
	}
	return s, nil
}

// text joins the lines.
func (s speech) text() string { return strings.Join(s.Lines, "\n") }
