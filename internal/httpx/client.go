package httpx

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"xiaoguan/internal/errs"
)

type clientKey struct{}

// ParseProxies reads addresses and prefixes ("10.0.0.0/8", "::1") of reverse proxies.
func ParseProxies(list []string) ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for _, item := range list {
		if address, err := netip.ParseAddr(item); err == nil {
			prefixes = append(prefixes, netip.PrefixFrom(address, address.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(item)
		if err != nil {
			return nil, fmt.Errorf("httpx.ParseProxies: %w", err)
		}
		prefixes = append(prefixes, prefix.Masked())
	}
	return prefixes, nil
}

// ResolveClient is middleware that finds the address of the client. X-Forwarded-For counts only as far as each hop, read from the
// right, is one of the trusted proxies: what stands left of the first stranger is his own invention.
func ResolveClient(trusted []netip.Prefix) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			address := clientOf(r, trusted)
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), clientKey{}, address)))
		})
	}
}

// ClientAddress returns the address of the client as text; empty outside of a request.
func ClientAddress(ctx context.Context) string {
	address, _ := ctx.Value(clientKey{}).(string)
	return address
}

func clientOf(r *http.Request, trusted []netip.Prefix) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	current := host
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !isTrusted(current, trusted) {
			return current
		}
		address, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return current
		}
		current = address.Unmap().String()
	}
	return current
}

func isTrusted(host string, trusted []netip.Prefix) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(address.Unmap()) })
}

func errCrossOrigin() error { return errs.New(errs.KindForbidden, "error.cross_origin", nil) }
