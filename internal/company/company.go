// Package company is what the installation knows about the company itself: its name, when its fiscal year begins, its time zone and the
// currency of its pay; and how far it has come with setting up, judged by what is really there.
//
// There is one company in an installation. Quarters and years of plans are those of the calendar whatever the fiscal year is. The currency
// is fixed once a month has been calculated: stored amounts carry no currency of their own.
package company

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// Settings are what the company says about itself.
type Settings struct {
	Name     string         `json:"name"`
	Fiscal   time.Month     `json:"fiscal_first_month"` // the first month of the fiscal year
	TimeZone string         `json:"time_zone"`          // one of Zones
	Currency money.Currency `json:"currency"`
	Notice   int64          `json:"instalment_notice_days"` // days before an instalment is due at which its seller is told; 0: not
	Public   string         `json:"public_url"`             // where the world finds the installation, such as https://sales.example.cn; empty: not said
	Revision int64          `json:"-"`                      // 0: nobody has kept any
}

// Defaults are the settings until somebody keeps others: mainland China.
var Defaults = Settings{Fiscal: time.January, TimeZone: "Asia/Shanghai", Currency: money.CNY, Notice: 3}

// Zones are the time zones offered, from east to west.
var Zones = []string{"Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei",
	"Asia/Singapore", "Asia/Kuala_Lumpur", "Asia/Manila", "Asia/Bangkok", "Asia/Jakarta", "Asia/Ho_Chi_Minh", "Asia/Kolkata", "Asia/Dubai",
	"Europe/Moscow", "Europe/Berlin", "Europe/London", "UTC", "America/Sao_Paulo", "America/New_York", "America/Los_Angeles"}

// Currencies are the currencies offered for pay.
var Currencies = []money.Currency{money.CNY, "HKD", "MOP", "TWD", "USD", "EUR", "GBP", "JPY", "KRW", "SGD", "MYR", "THB", "VND", "IDR", "AUD"}

// NoticeDaysMax is the greatest number of days before an instalment.
const NoticeDaysMax = 60

// NameRunesMax is the greatest length of the company's name.
const NameRunesMax = 60

// Validate returns an error of kind Invalid that names every wrong field.
func (s Settings) Validate() error {
	var wrong []errs.Field
	add := func(path, value, key string, args errs.Args) {
		wrong = append(wrong, errs.Field{Path: path, Value: value, Message: errs.Msg(key, args)})
	}
	switch {
	case strings.TrimSpace(s.Name) == "":
		add("name", "", "company.name_missing", nil)
	case utf8.RuneCountInString(s.Name) > NameRunesMax || !utf8.ValidString(s.Name) || strings.ContainsFunc(s.Name, unicode.IsControl):
		add("name", s.Name, "company.name_bad", errs.Args{"Max": NameRunesMax})
	}
	if s.Fiscal < time.January || s.Fiscal > time.December {
		add("fiscal", strconv.Itoa(int(s.Fiscal)), "company.unknown_choice", nil)
	}
	if !slices.Contains(Zones, s.TimeZone) {
		add("time_zone", s.TimeZone, "company.unknown_choice", nil)
	}
	if !slices.Contains(Currencies, s.Currency) {
		add("currency", string(s.Currency), "company.unknown_choice", nil)
	}
	if s.Notice < 0 || s.Notice > NoticeDaysMax {
		add("notice", strconv.FormatInt(s.Notice, 10), "company.notice_bad", errs.Args{"Max": NoticeDaysMax})
	}
	if s.Public != "" && !publicFits(s.Public) {
		add("public_url", s.Public, "company.public_bad", nil)
	}
	return errs.Invalid("error.invalid", wrong)
}

// publicBytesMax is the longest address of an installation.
const publicBytesMax = 200

// publicFits reports whether an address can be that of an installation: scheme, host and perhaps a port, and nothing else. Whether it leads here
// nobody but the company can say.
func publicFits(address string) bool {
	host, secure := strings.CutPrefix(address, "https://")
	if !secure {
		var plain bool
		if host, plain = strings.CutPrefix(address, "http://"); !plain {
			return false
		}
	}
	return host != "" && len(address) <= publicBytesMax && utf8.ValidString(host) &&
		!strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`/\?#@"<>`, r) })
}

// tidyPublic leaves out what people copy along: blanks and slashes at the end.
func tidyPublic(address string) string { return strings.TrimRight(strings.TrimSpace(address), "/") }

// FiscalYear places months in the company's fiscal years.
func (s Settings) FiscalYear() calendar.Fiscal { return calendar.Fiscal{Start: s.Fiscal} }

// Location is the zone in which an instant becomes a date. It is China's when the machine does not know the zone.
func (s Settings) Location() *time.Location {
	if s.TimeZone == Defaults.TimeZone {
		return calendar.ChinaTime
	}
	location, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return calendar.ChinaTime
	}
	return location
}
