package httpx

import (
	"net/http"
	"time"
)

// SessionCookie reads and writes the one cookie that says who somebody is. It holds an opaque token and nothing else.
type SessionCookie struct {
	// Secure says that people come by TLS; the cookie then has the prefix __Host-, which binds it to this host and to TLS.
	Secure bool
}

// Name returns the cookie's name.
func (c SessionCookie) Name() string {
	if c.Secure {
		return "__Host-xg-session"
	}
	return "xg-session"
}

// Read returns the token; empty when there is none.
func (c SessionCookie) Read(r *http.Request) string {
	cookie, err := r.Cookie(c.Name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// Write sets the token for so long. A zero lifetime makes a cookie that goes with the browser.
func (c SessionCookie) Write(w http.ResponseWriter, token string, lifetime time.Duration) {
	http.SetCookie(w, &http.Cookie{Name: c.Name(), Value: token, Path: "/", MaxAge: int(lifetime.Seconds()), Secure: c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// Clear removes the cookie.
func (c SessionCookie) Clear(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: c.Name(), Path: "/", MaxAge: -1, Secure: c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
