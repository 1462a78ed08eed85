package httpx

import (
	"net/http"
	"time"
)

// FlowCookie holds what a browser keeps while its reader is away at a sign-on provider. It is sealed by whoever writes it, lives for minutes, and comes
// along when the provider sends the reader back, which another site's request in the background does not make it do.
type FlowCookie struct {
	// Secure says that people come by TLS, as for SessionCookie.
	Secure bool
}

// Name returns the cookie's name.
func (c FlowCookie) Name() string {
	if c.Secure {
		return "__Host-xg-sign-on"
	}
	return "xg-sign-on"
}

// Read returns what is held; empty when there is nothing.
func (c FlowCookie) Read(r *http.Request) string {
	cookie, err := r.Cookie(c.Name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// Write keeps a text for so long.
func (c FlowCookie) Write(w http.ResponseWriter, text string, lifetime time.Duration) {
	http.SetCookie(w, &http.Cookie{Name: c.Name(), Value: text, Path: "/", MaxAge: int(lifetime.Seconds()), Secure: c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// Clear removes the cookie.
func (c FlowCookie) Clear(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: c.Name(), Path: "/", MaxAge: -1, Secure: c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// Origin is the address under which people come here: the public one where it is said, and else the one of the request.
func Origin(r *http.Request, public string, tls bool) string {
	switch {
	case public != "":
		return public
	case tls:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
