package company

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
)

// pastedLinesMax is how many lines may be pasted at once; RunDaysMax how many days one of them, or a form, may list.
const (
	pastedLinesMax = 400
	RunDaysMax     = 31
)

// dayWords are what people write for a day off and for a make-up work day.
var dayWords = map[string]bool{
	"休": false, "放假": false, "休息": false, "假": false, "休假": false, "节假日": false, "法定节假日": false, "公休": false, "放假调休": false, "off": false, "holiday": false, "rest": false,
	"班": true, "上班": true, "调休": true, "调休上班": true, "补班": true, "工作日": true, "工作": true, "work": true, "workday": true, "working": true,
}

var (
	pastedDate = regexp.MustCompile(`(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?`)
	lastDay    = regexp.MustCompile(`^\s*(\d{1,2})\s*[日号]`)
	spanMark   = regexp.MustCompile(`^\s*(?:\.\.+|~|～|-|–|—|至|到)\s*`)
	countWord  = regexp.MustCompile(`^共\d+天$`)
	bracketed  = regexp.MustCompile(`[（(][^（）()]*[）)]`)
)

// ParseDays reads days as people paste them from a table or from the announcement of a year: a line each, with a day or a first and a last one,
// 休 or 班 (off or work), and what for. A date without a year is of the given year. It returns an error of kind Invalid with a field for each
// line that cannot be read; lines without any digit, such as headings, are left out.
func ParseDays(text string, year int) (days []calendar.WorkException, err error) {
	var wrong []errs.Field
	seen := map[calendar.Date]bool{}
	row := 0
	for line := range strings.Lines(text) {
		row++
		line = strings.TrimSpace(line)
		if !strings.ContainsAny(line, "0123456789") || strings.HasPrefix(line, "#") {
			continue
		}
		if row > pastedLinesMax {
			wrong = append(wrong, errs.Field{Path: "paste", Row: row, Message: errs.Msg("workdays.too_many_lines", errs.Args{"Max": pastedLinesMax})})
			break
		}
		list, key := parseLine(line, year)
		for _, d := range list {
			if seen[d.Date] {
				key = "workdays.twice"
			}
			seen[d.Date] = true
		}
		if key != "" {
			wrong = append(wrong, errs.Field{Path: "paste", Row: row, Value: clip(line), Message: errs.Msg(key, nil)})
			continue
		}
		days = append(days, list...)
	}
	if len(days) == 0 && len(wrong) == 0 {
		wrong = append(wrong, errs.Field{Path: "paste", Message: errs.Msg("workdays.paste_empty", nil)})
	}
	return days, errs.Invalid("error.invalid", wrong)
}

func clip(line string) string {
	runes := []rune(line)
	return string(runes[:min(len(runes), dateRunesInError)])
}

// parseLine reads a line into its days; key says what is wrong with it.
func parseLine(line string, year int) (days []calendar.WorkException, key string) {
	bare := bracketed.ReplaceAllString(line, " ")
	if strings.Contains(bare, "、") && len(pastedDate.FindAllString(bare, -1)) > 1 {
		return nil, "workdays.several"
	}
	rest := strings.NewReplacer("\t", " ", ",", " ", "，", " ", "；", " ", ";", " ", "：", " ", ":", " ", "、", " ", "。", " ").Replace(bare)
	first, rest, ok := takeDate(rest, year)
	if !ok {
		return nil, "workdays.bad_date"
	}
	last, rest, key := takeLast(first, rest)
	if key != "" {
		return nil, key
	}
	working, known, name := false, false, ""
	for _, word := range strings.Fields(rest) {
		if kind, is := dayWords[strings.ToLower(word)]; is && !known {
			working, known = kind, true
		} else if !countWord.MatchString(word) {
			name = strings.TrimSpace(name + " " + word)
		}
	}
	switch {
	case !known:
		return nil, "workdays.no_kind"
	case last < first || int(last-first) >= RunDaysMax:
		return nil, "workdays.bad_run"
	}
	for d := first; d <= last; d++ {
		days = append(days, calendar.WorkException{Date: d, Working: working, Name: name})
	}
	return days, ""
}

// takeDate takes the first date out of a text; what stood before it stays, such as a name.
func takeDate(text string, year int) (d calendar.Date, rest string, ok bool) {
	at := pastedDate.FindStringSubmatchIndex(text)
	if at == nil {
		return 0, text, false
	}
	part := func(i int) string {
		if at[2*i] < 0 {
			return ""
		}
		return text[at[2*i]:at[2*i+1]]
	}
	if part(1) != "" {
		year, _ = strconv.Atoi(part(1))
	}
	month, _ := strconv.Atoi(part(2))
	day, _ := strconv.Atoi(part(3))
	if year < 1 || month < 1 || month > 12 || day < 1 || day > calendar.DaysInMonth(year, time.Month(month)) {
		return 0, text, false
	}
	return calendar.NewDate(year, time.Month(month), day), text[at[1]:] + " " + text[:at[0]], true
}

// takeLast takes the last day of a run, which may stand in the next cell, behind a dash or as a day of the same month.
func takeLast(first calendar.Date, rest string) (last calendar.Date, left, key string) {
	mark := spanMark.FindString(rest)
	behind := rest[len(mark):]
	year, month, _ := first.Civil()
	if at := pastedDate.FindStringIndex(behind); at != nil && strings.TrimSpace(behind[:at[0]]) == "" {
		last, left, ok := takeDate(behind, year)
		if !ok {
			return 0, rest, "workdays.bad_date"
		}
		return last, left, ""
	}
	if mark == "" {
		return first, rest, ""
	}
	at := lastDay.FindStringSubmatchIndex(behind)
	if at == nil {
		return 0, rest, "workdays.bad_date"
	}
	day, _ := strconv.Atoi(behind[at[2]:at[3]])
	if day < 1 || day > calendar.DaysInMonth(year, month) {
		return 0, rest, "workdays.bad_date"
	}
	return calendar.NewDate(year, month, day), behind[at[1]:], ""
}

// Merge lays days over others: of a date that both list, the later list says what it is.
func Merge(days, over []calendar.WorkException) []calendar.WorkException {
	listed := map[calendar.Date]bool{}
	for _, d := range over {
		listed[d.Date] = true
	}
	out := slices.DeleteFunc(slices.Clone(days), func(d calendar.WorkException) bool { return listed[d.Date] })
	out = append(out, over...)
	slices.SortStableFunc(out, func(a, b calendar.WorkException) int { return int(a.Date) - int(b.Date) })
	return out
}
