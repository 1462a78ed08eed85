package httpx

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/i18n"
)

// Theme is the choice of light and dark.
type Theme string

// The themes. ThemeAuto follows the device.
const (
	ThemeAuto  Theme = "auto"
	ThemeLight Theme = "light"
	ThemeDark  Theme = "dark"
)

// UpDown is the colour of direction: what ▲ and ▼ are painted with. It never means good or bad.
type UpDown string

// The direction colours: ink, red for up (China), green for up (elsewhere).
const (
	UpDownNeutral       UpDown = "neutral"
	UpDownChina         UpDown = "cn"
	UpDownInternational UpDown = "intl"
)

// Preferences are what a person chose about looks and language. The zero value of a field means "not chosen".
type Preferences struct {
	Lang   i18n.Lang
	Theme  Theme
	UpDown UpDown
	// NoShortcuts switches single-key shortcuts off.
	NoShortcuts bool
}

// Names of the cookies that carry the preferences of somebody who isn't signed in.
const (
	cookieLang   = "xg-lang"
	cookieTheme  = "xg-theme"
	cookieUpDown = "xg-updown"
)

type preferencesKey struct{}
type printerKey struct{}

// WithPreferences puts resolved preferences and the printer of their language into the context. Middleware does this for requests;
// jobs that render documents and tests call it themselves.
func WithPreferences(ctx context.Context, prefs Preferences, printer *i18n.Printer) context.Context {
	return context.WithValue(context.WithValue(ctx, preferencesKey{}, prefs), printerKey{}, printer)
}

// PreferencesFrom returns the preferences of the request, complete; the defaults when there are none.
func PreferencesFrom(ctx context.Context) Preferences {
	prefs, _ := ctx.Value(preferencesKey{}).(Preferences)
	return prefs.orDefaults()
}

// PrinterFrom returns the printer of the request. It is nil outside of a request, which a Printer bears.
func PrinterFrom(ctx context.Context) *i18n.Printer {
	printer, _ := ctx.Value(printerKey{}).(*i18n.Printer)
	return printer
}

func (p Preferences) orDefaults() Preferences {
	if _, ok := i18n.ParseLang(string(p.Lang)); !ok {
		p.Lang = i18n.ZhCN
	}
	if p.Theme != ThemeLight && p.Theme != ThemeDark {
		p.Theme = ThemeAuto
	}
	if p.UpDown != UpDownChina && p.UpDown != UpDownInternational {
		p.UpDown = UpDownNeutral
	}
	return p
}

// over returns p with what it leaves open taken from below.
func (p Preferences) over(below Preferences) Preferences {
	if p.Lang == "" {
		p.Lang = below.Lang
	}
	if p.Theme == "" {
		p.Theme = below.Theme
	}
	if p.UpDown == "" {
		p.UpDown = below.UpDown
	}
	p.NoShortcuts = p.NoShortcuts || below.NoShortcuts
	return p
}

// Resolve is middleware that decides language and looks of a request: the person's setting, then the cookies, then Accept-Language
// (for the language), then the default. setting reports what the signed-in person chose; it may be nil.
func Resolve(catalogue *i18n.Catalogue, setting func(*http.Request) Preferences) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var prefs Preferences
			if setting != nil {
				prefs = setting(r)
			}
			prefs = prefs.over(preferencesFromCookies(r)).over(Preferences{Lang: i18n.Match(r.Header.Get("Accept-Language"))}).orDefaults()
			w.Header().Add("Vary", "Accept-Language")
			w.Header().Add("Vary", "Cookie")
			next.ServeHTTP(w, r.WithContext(WithPreferences(r.Context(), prefs, catalogue.Printer(prefs.Lang))))
		})
	}
}

func preferencesFromCookies(r *http.Request) Preferences {
	value := func(name string) string {
		if c, err := r.Cookie(name); err == nil {
			return c.Value
		}
		return ""
	}
	return parsePreferences(value(cookieLang), value(cookieTheme), value(cookieUpDown))
}

// parsePreferences keeps what is a known choice and leaves the rest open.
func parsePreferences(lang, theme, updown string) Preferences {
	var prefs Preferences
	if known, ok := i18n.ParseLang(lang); ok {
		prefs.Lang = known
	}
	switch t := Theme(theme); t {
	case ThemeAuto, ThemeLight, ThemeDark:
		prefs.Theme = t
	}
	switch u := UpDown(updown); u {
	case UpDownNeutral, UpDownChina, UpDownInternational:
		prefs.UpDown = u
	}
	return prefs
}

// PreferencesHandler answers the POST of the theme and language switches (fields lang, theme, updown, each optional): it keeps the
// choice in cookies for a year, hands it to save (which may be nil) for the signed-in person, and goes back to the field "return",
// which must be a path of this site.
func PreferencesHandler(secure bool, save func(*http.Request, Preferences) error) HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		chosen := parsePreferences(r.PostFormValue("lang"), r.PostFormValue("theme"), r.PostFormValue("updown"))
		for name, value := range map[string]string{cookieLang: string(chosen.Lang), cookieTheme: string(chosen.Theme), cookieUpDown: string(chosen.UpDown)} {
			if value != "" {
				http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()), Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
			}
		}
		if save != nil {
			if err := save(r, chosen); err != nil {
				return err
			}
		}
		http.Redirect(w, r, LocalPath(r.PostFormValue("return")), http.StatusSeeOther)
		return nil
	}
}

// ChosenPreferences makes preferences of what somebody's settings say; what is no known choice is left open.
func ChosenPreferences(lang, theme, updown string) Preferences {
	return parsePreferences(lang, theme, updown)
}

// Spoken is the request in the language that was chosen on the page, if one was.
func Spoken(r *http.Request) *http.Request {
	lang, known := i18n.ParseLang(r.FormValue("lang"))
	if !known {
		return r
	}
	chosen := PreferencesFrom(r.Context())
	chosen.Lang = lang
	return r.WithContext(WithPreferences(r.Context(), chosen, PrinterFrom(r.Context()).As(lang)))
}
