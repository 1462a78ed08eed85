package egress

import (
	"net/netip"
	"testing"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	allowed := prefixes("10.1.0.0/16")
	for _, c := range []struct {
		address       string
		public, inner bool
	}{
		{"8.8.8.8", true, false}, {"2400:3200::1", true, false},
		{"10.1.2.3", true, true}, {"10.2.2.3", false, false}, {"::ffff:10.1.2.3", true, true}, {"::ffff:10.2.2.3", false, false},
		{"127.0.0.1", false, false}, {"::1", false, false}, {"::", false, false}, {"0.0.0.0", false, false}, {"169.254.169.254", false, false}, {"fe80::1", false, false},
		{"fd00::1", false, false}, {"192.168.1.1", false, false}, {"172.31.0.1", false, false}, {"100.100.100.200", false, false}, {"255.255.255.255", false, false},
		{"64:ff9b::7f00:1", false, false}, {"2002:7f00:1::", false, false}, {"ff02::1", false, false},
	} {
		address := netip.MustParseAddr(c.address)
		if got := (Guard{allowed, true}).Allows(address); got != c.public {
			t.Errorf("%s by https: %t", address, got)
		}
		if got := (Guard{allowed, false}).Allows(address); got != c.inner {
			t.Errorf("%s by http: %t", address, got)
		}
	}
}
