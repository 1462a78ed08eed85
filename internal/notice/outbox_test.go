package notice_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/monthtest"
	"xiaoguan/internal/notice"
	"xiaoguan/internal/store"
	"xiaoguan/internal/store/storetest"
)

func TestWhatGoesOutIsSentAndTriedAgain(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		keep := notice.KeepHook{Name: "机器人", URL: "https://bot.example.com/hook?key=topsecret", Kinds: []string{"plan_decided", "honour.announced"}, Active: true}
		_, err := b.notices.KeepHook(t.Context(), monthtest.Maker, keep)
		wantKind(t, "operations", err, errs.KindForbidden)
		for _, wrong := range []notice.KeepHook{{Name: "", URL: "ftp://x", Kinds: nil}, {Name: "x", URL: "https://u@x.com", Kinds: []string{"published"}}, {Name: "x", URL: "https://", Kinds: []string{"published"}}, {Name: "x", URL: "https://x.com/a#b", Kinds: []string{"published"}},
			{Name: "x", URL: "https://x.com/a b", Kinds: []string{"published"}}, {Name: "x", URL: "https://x.com", Kinds: []string{"new_device"}}} {
			_, err := b.notices.KeepHook(t.Context(), monthtest.Admin, wrong)
			wantKind(t, "wrong", err, errs.KindInvalid)
		}
		h, err := b.notices.KeepHook(t.Context(), monthtest.Admin, keep)
		if err != nil {
			t.Fatal(err)
		}
		b.post(decided(notice.To{UserIDs: []string{"u-seller"}}, "1"))
		b.post(decided(notice.To{UserIDs: []string{"u-seller"}}, "1")) // told already
		b.post(notice.Message{Kind: notice.KindPublished, To: notice.To{UserIDs: []string{"u-seller"}}, Subject: "period:2026-09", Params: notice.Params{}})
		if err := db.InTx(t.Context(), func(tx *store.Tx) error {
			return notice.Broadcast(t.Context(), tx, "honour.announced", "honour_round:R", map[string]string{"title_zh": "销售之星"})
		}); err != nil {
			t.Fatal(err)
		}
		b.fails = &notice.Failure{Class: notice.FailureStatus, Code: 500}
		if tried, err := b.notices.Flush(t.Context()); err != nil || tried != 1 || len(b.sent) != 1 {
			t.Fatalf("the second waits behind the first: %d tried, %d sent, %v", tried, len(b.sent), err)
		}
		if tried, err := b.notices.Flush(t.Context()); err != nil || tried != 0 {
			t.Errorf("at once again: %d, %v", tried, err)
		}
		var body struct {
			Kind, Path string
			To         []map[string]string
			Text       map[string]string
		}
		const at = 0
		if err := json.Unmarshal(b.sent[at].Body, &body); err != nil || body.Kind != "plan_decided" || body.Path != "/plans/V" || len(body.To) != 1 || body.To[0]["login"] != "seller" || body.To[0]["person_key"] != "A" ||
			body.Text["zh"] != "《普通销售》第2版已批准，严正审批" || b.sent[at].Secret != h.ID+"/1" {
			t.Errorf("%s, %v", b.sent[at].Body, err)
		}
		b.fails = nil
		b.due(t, db)
		if tried, err := b.notices.Flush(t.Context()); err != nil || tried != 2 {
			t.Fatalf("%d, %v", tried, err)
		}
		page, err := b.notices.Deliveries(t.Context(), monthtest.Admin, notice.DeliveryFilter{Channel: notice.ChannelWebhook})
		if err != nil || len(page.Deliveries) != 2 || page.Deliveries[0].State != notice.DeliverySent || page.Deliveries[0].Attempts != 1 || page.Deliveries[1].Attempts != 2 {
			t.Errorf("%+v, %v", page, err)
		}
		_, err = b.notices.Deliveries(t.Context(), b.seller, notice.DeliveryFilter{})
		wantKind(t, "a seller", err, errs.KindForbidden)
		for _, text := range monthtest.QueryTexts(t, db, "SELECT after_state FROM audit_entry WHERE action = 'webhook.create'") {
			if strings.Contains(text, "topsecret") {
				t.Errorf("the audit log holds the key: %s", text)
			}
		}
	})
}

// due makes everything due now.
func (b *bundle) due(t *testing.T, db *store.DB) {
	t.Helper()
	if err := db.InTx(t.Context(), func(tx *store.Tx) error {
		_, err := monthtest.Exec(t.Context(), tx, "UPDATE webhook SET next_at = ''")
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestDeliveriesFailExpireAndStop(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		h, err := b.notices.KeepHook(t.Context(), monthtest.Admin, notice.KeepHook{Name: "x", URL: "https://bot.example.com", Kinds: []string{"plan_decided"}, Active: true})
		if err != nil {
			t.Fatal(err)
		}
		b.fails = &notice.Failure{Class: notice.FailureUnreachable, Cause: errors.New("lookup erp.internal on 10.0.0.53:53: no such host")}
		if err := b.notices.TryHook(t.Context(), monthtest.Admin, h.ID); err != nil {
			t.Fatal(err)
		}
		for range 8 {
			b.due(t, db)
			if tried, err := b.notices.Flush(t.Context()); err != nil || tried != 1 {
				t.Fatalf("%d, %v", tried, err)
			}
		}
		b.due(t, db)
		if tried, err := b.notices.Flush(t.Context()); err != nil || tried != 0 {
			t.Errorf("after the last try: %d, %v", tried, err)
		}
		state := func() notice.Delivery {
			t.Helper()
			page, err := b.notices.Deliveries(t.Context(), monthtest.Admin, notice.DeliveryFilter{HookID: h.ID, Limit: 1})
			if err != nil || len(page.Deliveries) != 1 {
				t.Fatal(page, err)
			}
			return page.Deliveries[0]
		}
		if d := state(); d.State != notice.DeliveryFailed || d.Attempts != 8 || d.Failure != "unreachable" {
			t.Errorf("%+v", d)
		}
		renewed, err := b.notices.RenewHookSecret(t.Context(), monthtest.Admin, h.ID)
		if err != nil || renewed.Generation != 2 {
			t.Fatal(renewed, err)
		}
		_, err = b.notices.KeepHook(t.Context(), monthtest.Admin, notice.KeepHook{ID: h.ID, Name: "x", URL: h.URL, Kinds: h.Kinds, Revision: h.Revision})
		wantKind(t, "seen before the secret was renewed", err, errs.KindConflict)
		_, err = b.notices.KeepHook(t.Context(), monthtest.Admin, notice.KeepHook{ID: h.ID, Name: "x", URL: h.URL, Kinds: h.Kinds})
		wantKind(t, "not seen at all", err, errs.KindConflict)
		if _, err := b.notices.KeepHook(t.Context(), monthtest.Admin, notice.KeepHook{ID: h.ID, Name: "x", URL: h.URL, Kinds: h.Kinds, Revision: renewed.Revision}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "off", b.notices.TryHook(t.Context(), monthtest.Admin, h.ID), errs.KindConflict)
		byKey := monthtest.Admin
		byKey.APIKey = "k"
		_, err = b.notices.HookSecret(t.Context(), byKey, h.ID)
		wantKind(t, "the secret by a key", err, errs.KindForbidden)
		before := len(b.sent)
		b.post(decided(notice.To{UserIDs: []string{"u-seller"}}, "1"))
		if tried, err := b.notices.Flush(t.Context()); err != nil || tried != 0 || len(b.sent) != before {
			t.Errorf("off: %d, %v", tried, err)
		}
		if err := db.InTx(t.Context(), func(tx *store.Tx) error {
			if err := notice.Broadcast(t.Context(), tx, "honour.announced", "honour_round:R", map[string]string{}); err != nil {
				return err
			}
			_, err := monthtest.Exec(t.Context(), tx, "UPDATE delivery SET created_at = '2026-08-24T00:00:00.000000Z' WHERE channel = 'bots'")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		b.daily("2026-09-24")
		page, err := b.notices.Deliveries(t.Context(), monthtest.Admin, notice.DeliveryFilter{State: notice.DeliveryExpired})
		if err != nil || len(page.Deliveries) != 1 || page.Deliveries[0].Channel != notice.ChannelBots {
			t.Errorf("%+v, %v", page, err)
		}
		if err := b.notices.DeleteHook(t.Context(), monthtest.Admin, h.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "gone", b.notices.DeleteHook(t.Context(), monthtest.Admin, h.ID), errs.KindNotFound)
	})
}

// hook makes a connection.
func (b *bundle) hook(in notice.KeepHook) notice.Hook {
	b.t.Helper()
	in.Active = true
	h, err := b.notices.KeepHook(b.t.Context(), monthtest.Admin, in)
	if err != nil {
		b.t.Fatal(err)
	}
	return h
}

// flush sends what is due and wants so many attempts.
func (b *bundle) flush(want int) {
	b.t.Helper()
	if tried, err := b.notices.Flush(b.t.Context()); err != nil || tried != want {
		b.t.Errorf("%d tried, %v, want %d", tried, err, want)
	}
}

// states are what became of a connection's deliveries, oldest first.
func (b *bundle) states(h notice.Hook) string {
	b.t.Helper()
	page, err := b.notices.Deliveries(b.t.Context(), monthtest.Admin, notice.DeliveryFilter{HookID: h.ID, Limit: 100})
	if err != nil {
		b.t.Fatal(err)
	}
	var all []string
	for _, d := range page.Deliveries {
		all = append([]string{strings.TrimSpace(string(d.State) + " " + d.Failure)}, all...)
	}
	return strings.Join(all, ", ")
}

func TestAFailingConnectionHoldsUpNoOtherAndKeepsItsOrder(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		dead := b.hook(notice.KeepHook{Name: "a", URL: "https://dead.example.com", Kinds: []string{"plan_decided"}})
		well := b.hook(notice.KeepHook{Name: "b", URL: "https://well.example.com", Kinds: []string{"plan_decided"}})
		b.failsAt = map[string]error{dead.URL: &notice.Failure{Class: notice.FailureTimeout}}
		for range 3 {
			b.post(decided(notice.To{UserIDs: []string{"u-seller"}}, ""))
		}
		b.flush(1 + 3) // one attempt at the dead one; all at the other
		b.flush(0)
		if got := b.states(well); got != "sent, sent, sent" {
			t.Errorf("the other: %s", got)
		}
		if got := b.states(dead); got != "queued timeout, queued, queued" {
			t.Errorf("the dead one: %s", got)
		}
		page, err := b.notices.Deliveries(t.Context(), monthtest.Admin, notice.DeliveryFilter{HookID: dead.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.Deliveries {
			if wait := d.NextAt.Sub(page.Deliveries[2].NextAt); wait != 0 || d.NextAt.Before(d.CreatedAt.Add(time.Minute)) {
				t.Errorf("made %s, waits until %s, %s apart from the first", d.CreatedAt, d.NextAt, wait)
			}
		}
		b.failsAt = nil
		b.due(t, db)
		b.sent = nil
		b.flush(3)
		for i, out := range b.sent { // the newest is first in the page
			if want := page.Deliveries[2-i].ID; out.DeliveryID != want {
				t.Errorf("%d: sent %s, want %s", i, out.DeliveryID, want)
			}
		}
	})
}

func TestAConnectionThatIsTurnedOffLetsGoAndATestWakesOneThatWaits(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		h := b.hook(notice.KeepHook{Name: "a", URL: "https://a.example.com", Kinds: []string{"plan_decided"}})
		b.fails = &notice.Failure{Class: notice.FailureCertificate}
		b.post(decided(notice.To{UserIDs: []string{"u-seller"}}, "1"))
		b.post(decided(notice.To{UserIDs: []string{"u-seller"}}, "2"))
		b.flush(1)
		b.flush(0)
		b.fails = nil
		if err := b.notices.TryHook(t.Context(), monthtest.Admin, h.ID); err != nil {
			t.Fatal(err)
		}
		b.flush(3)
		if b.sent[1].Kind != "try" || b.states(h) != "sent, sent, sent" {
			t.Errorf("%s, first %s", b.states(h), b.sent[1].Kind)
		}
		b.post(decided(notice.To{UserIDs: []string{"u-seller"}}, "3"))
		if _, err := b.notices.KeepHook(t.Context(), monthtest.Admin, notice.KeepHook{ID: h.ID, Name: "a", URL: h.URL, Kinds: h.Kinds, Revision: h.Revision}); err != nil {
			t.Fatal(err)
		}
		b.flush(0)
		if got := b.states(h); got != "sent, sent, sent, expired off" {
			t.Errorf("turned off: %s", got)
		}
	})
}

func TestABotSpeaksToAGroup(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		secret, long := "SEC123", "with blank"
		good := notice.KeepHook{Name: "销售群", Format: notice.FormatDingTalk, URL: "https://oapi.dingtalk.com/robot/send?access_token=k", BotSecret: &secret,
			Kinds: []string{"honour.announced", "promotion.approved", "published"}}
		for what, change := range map[string]func(*notice.KeepHook){
			"a message to one person":   func(in *notice.KeepHook) { in.Kinds = []string{"dispute_raised"} },
			"no such format":            func(in *notice.KeepHook) { in.Format = "slack" },
			"no such language":          func(in *notice.KeepHook) { in.Lang = "fr" },
			"a secret that is none":     func(in *notice.KeepHook) { in.BotSecret = &long },
			"a secret where none is":    func(in *notice.KeepHook) { in.Format = notice.FormatWeCom },
			"a secret of a plain one":   func(in *notice.KeepHook) { in.Format = notice.FormatPlain },
			"a month's return, to hook": func(in *notice.KeepHook) { in.Kinds = append(in.Kinds, "month_returned") },
		} {
			in := good
			in.Kinds = append([]string{}, good.Kinds...)
			change(&in)
			_, err := b.notices.KeepHook(t.Context(), monthtest.Admin, in)
			wantKind(t, what, err, errs.KindInvalid)
		}
		h := b.hook(good)
		if h.BotSecret == "" || strings.Contains(h.BotSecret, secret) {
			t.Errorf("kept as %q", h.BotSecret)
		}
		_, err := b.notices.HookSecret(t.Context(), monthtest.Admin, h.ID)
		wantKind(t, "a bot's secret", err, errs.KindConflict)
		_, err = b.notices.RenewHookSecret(t.Context(), monthtest.Admin, h.ID)
		wantKind(t, "renewing a bot's secret", err, errs.KindConflict)
		for _, text := range monthtest.QueryTexts(t, db, "SELECT after_state FROM audit_entry WHERE action = 'webhook.create'") {
			if strings.Contains(text, secret) || !strings.Contains(text, `"signs":true`) {
				t.Errorf("audited: %s", text)
			}
		}
		tell := func(kind string, content map[string]any) notice.Outgoing {
			t.Helper()
			if err := db.InTx(t.Context(), func(tx *store.Tx) error { return notice.Broadcast(t.Context(), tx, kind, "x:1", content) }); err != nil {
				t.Fatal(err)
			}
			b.due(t, db)
			b.flush(1)
			return b.sent[len(b.sent)-1]
		}
		out := tell("honour.announced", map[string]any{"title_zh": "销售之星", "title_en": "Sales Star", "term": "2026-Q3", "awards": []map[string]any{{"name": "陈晨", "team": "华东一组"}, {"name": "李雷"}}})
		if out.Title != "销冠 · 荣誉播报" || out.Text != "恭喜获得2026-Q3销售之星：\n陈晨（华东一组）\n李雷" || out.Secret != secret || out.Format != notice.FormatDingTalk || out.Body != nil {
			t.Errorf("%+v", out)
		}
		kept, err := b.notices.KeepHook(t.Context(), monthtest.Admin, notice.KeepHook{ID: h.ID, Name: h.Name, Format: h.Format, URL: h.URL, Lang: i18n.En, Kinds: good.Kinds, Active: true, Revision: h.Revision})
		if err != nil || kept.BotSecret != h.BotSecret {
			t.Fatalf("a secret that was left out is kept: %+v, %v", kept, err)
		}
		if out := tell("promotion.approved", map[string]any{"name": "陈晨", "from": "regular", "to": "core", "on": "2026-10-01"}); out.Text != "Congratulations to 陈晨: Core seller from 2026-10-01" {
			t.Errorf("%q", out.Text)
		}
		moved, err := b.notices.KeepHook(t.Context(), monthtest.Admin, notice.KeepHook{ID: h.ID, Name: h.Name, Format: notice.FormatFeishu, URL: h.URL, Kinds: good.Kinds, Active: true, Revision: kept.Revision})
		if err != nil || moved.BotSecret != "" {
			t.Errorf("the secret of another house: %+v, %v", moved, err)
		}
	})
}

func TestABotThatRefusesATextOrHasHadEnough(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		h := b.hook(notice.KeepHook{Name: "群", Format: notice.FormatDingTalk, URL: "https://oapi.dingtalk.com/robot/send", Kinds: []string{"honour.announced"}})
		announce := func() {
			t.Helper()
			if err := db.InTx(t.Context(), func(tx *store.Tx) error {
				return notice.Broadcast(t.Context(), tx, "honour.announced", "x:1", map[string]any{"title_zh": "星"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		announce()
		announce()
		b.fails = &notice.Failure{Class: notice.FailureContent, Code: 430104}
		b.flush(1) // the next waits its three seconds
		if got := b.states(h); got != "failed content 430104, queued" {
			t.Errorf("%s", got)
		}
		b.fails = &notice.Failure{Class: notice.FailureLimited, Code: 130101}
		for range 9 { // however often: it is not the message's fault
			b.due(t, db)
			b.flush(1)
		}
		page, err := b.notices.Deliveries(t.Context(), monthtest.Admin, notice.DeliveryFilter{HookID: h.ID, State: notice.DeliveryQueued})
		if err != nil || len(page.Deliveries) != 1 || page.Deliveries[0].NextAt.Before(page.Deliveries[0].CreatedAt.Add(10*time.Minute)) {
			t.Errorf("DingTalk takes nothing for ten minutes: %+v, %v", page.Deliveries, err)
		}
		hooks, err := b.notices.Hooks(t.Context(), monthtest.Admin)
		if err != nil || hooks[0].Failures != 0 {
			t.Errorf("%+v, %v", hooks, err)
		}
	})
}

func TestEveryFailureHasAText(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		p := catalogue.Printer(lang)
		for _, class := range notice.FailureClasses {
			f := notice.Failure{Class: class, Code: 4711, Cause: errors.New("lookup erp.internal")}
			message, ok := notice.FailureMessage(f.Text())
			if text := p.Message(message); !ok || strings.Contains(text, "⟦") || strings.Contains(text, "erp") || strings.Contains(text, "notice.") {
				t.Errorf("%s: %q", class, text)
			}
		}
		for _, f := range notice.Formats {
			if text := p.Message(f.Message()); strings.Contains(text, "notice.") || strings.Contains(text, "⟦") {
				t.Errorf("%s: %q", f, text)
			}
		}
	}
	if _, ok := notice.FailureMessage(""); ok {
		t.Error("no failure is none")
	}
}
