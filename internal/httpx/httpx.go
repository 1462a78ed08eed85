// Package httpx is what every page and every API call share about HTTP: how an error becomes an answer, the middleware around a
// handler, cookies, preferences of language and looks, and streams of events.
//
// It knows no domain and draws nothing: error pages are drawn by a renderer that is handed in. Nothing here may import a domain
// package, the store or a page.
package httpx

import (
	"net/http"
	"slices"
	"strings"
)

// Middleware wraps a handler.
type Middleware func(http.Handler) http.Handler

// Chain wraps the handler so that the first middleware sees a request first.
func Chain(handler http.Handler, layers ...Middleware) http.Handler {
	for _, layer := range slices.Backward(layers) {
		handler = layer(handler)
	}
	return handler
}

// LocalPath returns target when it is a path of this site, and "/" otherwise: redirects must not leave the site on a stranger's
// word. It refuses what browsers read as another host ("//host", "/\host") and control characters.
func LocalPath(target string) string {
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || strings.ContainsFunc(target, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }) {
		return "/"
	}
	return target
}

// IsFragment reports whether htmx asks for a part of a page, so that a handler may render the region alone.
func IsFragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") != "true" && r.Header.Get("HX-Request-Type") != "full"
}
