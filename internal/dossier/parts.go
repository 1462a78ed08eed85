package dossier

import (
	"strconv"

	"xiaoguan/internal/effect"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/programme"
)

// effectOf is what was found last of an initiative; nil where nothing was.
func effectOf(i *programme.ShownInitiative) *programme.Found {
	if len(i.Effects) == 0 {
		return nil
	}
	return &i.Effects[0]
}

// verdict names what can be said of an effect.
func (w *writer) verdict(f *programme.Found) string {
	return w.p.T("programme.verdict." + string(f.Result.Verdict))
}

// why says why nothing can be told; empty where something can.
func (w *writer) why(f *programme.Found) string {
	if f.Result.Reason == effect.ReasonNone {
		return ""
	}
	return w.p.T("programme.reason."+string(f.Result.Reason), "Before", f.Result.Before, "After", f.Result.After, "Teams", f.Result.Pilot+f.Result.Comparison)
}

// effects are what was found of initiatives: verdict, value, interval, and how.
func (w *writer) effects(list []*programme.ShownInitiative) {
	var rows [][]string
	for _, i := range list {
		f := effectOf(i)
		switch {
		case f == nil && i.Trial.Metric == "":
			rows = append(rows, []string{i.Title, i18n.Unknown, w.t("effect.no_trial"), i18n.Unknown, i18n.Unknown})
			continue
		case f == nil:
			rows = append(rows, []string{i.Title, w.metric(i.Trial.Metric), w.t("effect.not_measured"), i18n.Unknown, i18n.Unknown})
			continue
		}
		value, means := i18n.Unknown, w.p.T("programme.method."+string(f.Result.Method), "Ways", f.Result.Ways)
		if f.Result.Method != effect.MethodNone {
			value = w.t("effect.value", "Value", w.difference(f.Unit, f.Result.Effect.Value), "Interval", w.interval(f.Unit, f.Result.Effect.Interval))
		}
		verdict := w.verdict(f)
		if why := w.why(f); why != "" {
			verdict = w.t("effect.because", "Verdict", verdict, "Why", why)
		}
		rows = append(rows, []string{i.Title, w.in(f.Name), verdict, value, w.t("effect.method", "Method", means, "Months", w.p.T("programme.months_text", "Before", f.Result.Before, "After", f.Result.After), "Pilot", strconv.Itoa(f.Result.Pilot), "Comparison", strconv.Itoa(f.Result.Comparison), "On", w.p.Local(f.At).Format("2006-01-02"))})
	}
	if len(rows) > 0 {
		w.say("effect.text")
	}
	w.table("effect.none", []int{4, 3, 5, 5, 6}, []string{"initiative", "metric", "verdict", "net_effect", "how"}, rows)
}
