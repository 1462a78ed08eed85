package poolrule

import (
	"fmt"
	"strings"

	"xiaoguan/internal/ruledoc"
)

// Lang is a language of the prose.
type Lang string

// The languages of the prose.
const (
	LangZh Lang = "zh"
	LangEn Lang = "en"
)

// Paragraph is one statement of a policy; Path is the place in the document that it states.
type Paragraph struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// Prose writes the policy as the text that a manager signs. It is a function of the canonical bytes alone. The sentences stand in the
// code in both languages side by side, because they are the meaning of the rules and change only when the language of policies does.
func (p *Policy) Prose(lang Lang) []Paragraph {
	w := &writer{lang: lang, policy: p}
	w.say("name", "《%s》", "%s", w.name(p.Name))
	for i := range p.Pools {
		w.pool(i)
	}
	w.say("recycle", "客户有下列任一情形，从次日起收回公海：", "A customer goes back to the pool on the day after any of these has come to pass:")
	for i := range p.Recycle {
		w.trigger(i)
	}
	w.exempt()
	w.claim()
	w.hold()
	w.assign()
	return w.paragraphs
}

type writer struct {
	lang       Lang
	policy     *Policy
	paragraphs []Paragraph
}

func (w *writer) pick(zh, en string) string {
	if w.lang == LangEn {
		return en
	}
	return zh
}

func (w *writer) name(t ruledoc.Text) string { return w.pick(t.Zh, t.En) }

func (w *writer) list(texts []string) string { return strings.Join(texts, w.pick("、", ", ")) }

func (w *writer) say(path, zh, en string, args ...any) {
	w.paragraphs = append(w.paragraphs, Paragraph{path, fmt.Sprintf(w.pick(zh, en), args...)})
}

func (w *writer) pool(i int) {
	pool := &w.policy.Pools[i]
	parts := []string{fmt.Sprintf(w.pick("由 %s 管理", "looked after by %s"), w.list(pool.Admins))}
	if len(pool.Members) > 0 {
		parts = append(parts, fmt.Sprintf(w.pick("属于 %s", "of %s"), w.list(pool.Members)))
	} else {
		parts = append(parts, w.pick("全员可用", "everybody's"))
	}
	if pool.AdminsOnly {
		parts = append(parts, w.pick("只有管理员能看、能分", "seen and given out by those who look after it alone"))
	}
	if len(pool.Hidden) > 0 {
		parts = append(parts, fmt.Sprintf(w.pick("领取前不显示 %s", "without %s before a claim"), w.list(pool.Hidden)))
	}
	switch pool.MaskPhones {
	case MaskBeforeClaim:
		parts = append(parts, w.pick("领取前电话只显示一部分", "telephone numbers shown in part before a claim"))
	case MaskAlways:
		parts = append(parts, w.pick("电话一直只显示一部分", "telephone numbers always shown in part"))
	}
	if pool.TellAdmins {
		parts = append(parts, w.pick("有人领取就通知管理员", "those who look after it are told of each claim"))
	}
	w.say(fmt.Sprintf("pools[%d]", i), "%s：%s。", "%s: %s.", w.name(pool.Name), strings.Join(parts, w.pick("，", ", ")))
}

// kindWords say what there was none of, from the last one on, and from the owner's first day on.
var kindWords = map[Kind][4]string{
	Contact:     {"%d 天没有跟进", "no contact for %d days", "接手后 %d 天内没有跟进", "no contact within %d days of getting it"},
	Opportunity: {"%d 天没有新建商机", "no new opportunity for %d days", "接手后 %d 天内没有新建商机", "no new opportunity within %d days of getting it"},
	Deal:        {"%d 天没有成交", "no deal for %d days", "接手后 %d 天内没有成交", "no deal within %d days of getting it"},
	Contract:    {"合同到期 %d 天没有续签", "%d days after the end of the last contract", "", ""},
}

func (w *writer) trigger(i int) {
	t := &w.policy.Recycle[i]
	var conditions []string
	for _, c := range t.All {
		words := kindWords[c.No]
		text := w.pick(words[0], words[1])
		if c.From == Owned {
			text = w.pick(words[2], words[3])
		}
		conditions = append(conditions, fmt.Sprintf(text, c.Days))
	}
	who := ""
	if len(t.Tiers) > 0 {
		who = fmt.Sprintf(w.pick("%s 级客户", "customers of %s, "), w.list(t.Tiers))
	}
	w.say(fmt.Sprintf("recycle[%d]", i), "%s：%s%s。", "%s: %s%s.", w.name(t.Name), who, strings.Join(conditions, w.pick("且", " and ")))
}

func (w *writer) exempt() {
	e := &w.policy.Exempt
	var list []string
	if e.Won {
		list = append(list, w.pick("成交过的", "that ever had a deal"))
	}
	if e.OpenOpportunity {
		list = append(list, w.pick("有进行中商机的", "with an open opportunity"))
	}
	if e.Locked {
		list = append(list, fmt.Sprintf(w.pick("负责人锁定的（每人最多锁 %d 个）", "that their owner locked (at most %d each)"), e.LocksMost))
	}
	if e.RunningContract {
		list = append(list, w.pick("合同还没到期的", "whose contract has not ended"))
	}
	if len(list) > 0 {
		w.say("exempt", "不收回：%s客户。", "Exempt are customers %s.", strings.Join(list, w.pick("、", ", ")))
	}
	if w.policy.WarnDays > 0 {
		w.say("warn_days", "收回前 %d 天起提醒负责人。", "The owner is warned from %d days before on.", w.policy.WarnDays)
	}
}

func (w *writer) claim() {
	c := &w.policy.Claim
	limit := func(path string, n int, zh, en string, args ...any) {
		if n > 0 {
			w.say("claim."+path, zh, en, append([]any{n}, args...)...)
		}
	}
	limit("per_day", c.PerDay, "每人每天最多领取 %d 个。", "At most %d claims a day each.")
	limit("per_period", c.PerPeriod, "每人 %[2]d 天内最多领取 %[1]d 个。", "At most %d claims in %d days each.", c.PeriodDays)
	limit("at_once", c.AtOnce, "一次最多领取 %d 个。", "At most %d in one claim.")
	limit("former_owner_days", c.FormerOwnerDays, "收回后 %d 天内，原负责人不能再领。", "Who had a customer last may not take it back for %d days.")
	limit("new_record_days", c.NewRecordDays, "进公海 %d 天后才能领。", "A customer may be claimed %d days after it came into the pool.")
	limit("views_per_day", c.ViewsPerDay, "每人每天最多查看 %d 个。", "At most %d customers looked at a day each.")
}

func (w *writer) hold() {
	h := &w.policy.Hold
	for i, level := range h.Levels {
		if level.Most > 0 {
			w.say(fmt.Sprintf("hold.levels[%d]", i), "%s 最多持有 %d 个客户。", "A %s holds %d customers at most.", level.Level, level.Most)
		} else {
			w.say(fmt.Sprintf("hold.levels[%d]", i), "%s 持有客户数不限。", "A %s holds any number of customers.", level.Level)
		}
	}
	if h.Others > 0 {
		w.say("hold.others", "其他人最多持有 %d 个客户。", "Others hold %d customers at most.", h.Others)
	}
	w.say("hold.count_won", "成交客户%s，锁定客户%s。", "Customers with a deal %s, locked ones %s.", w.counts(h.Won), w.counts(h.Locked))
}

func (w *writer) counts(yes bool) string {
	if yes {
		return w.pick("算在内", "count")
	}
	return w.pick("不算", "don't")
}

func (w *writer) assign() {
	a := &w.policy.Assign
	switch a.Way {
	case WayClaim:
		w.say("assign", "公海客户靠领取，不自动分配。", "Customers of the pool are claimed; none is given out.")
		return
	case WayRotate:
		w.say("assign", "公海客户轮流分给手上客户最少的人。", "Customers of the pool are given in turn to who holds the fewest.")
	case WayPerson:
		w.say("assign", "公海客户都分给 %s。", "Customers of the pool are all given to %s.", a.Person)
	}
	if a.PerDay > 0 {
		w.say("assign.per_day", "每人每天最多分到 %d 个。", "Nobody is given more than %d a day.", a.PerDay)
	}
}
