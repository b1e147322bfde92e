package crawl

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// errPrivate is the refusal to connect to an address that is not on the public internet.
var errPrivate = errors.New("the name leads to a private address")

// notPublic lists what [netip.Addr]'s own questions leave out: shared address space (RFC
// 6598), protocol assignments, benchmarking, documentation, reserved, NAT64.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("100::/64"),
}

func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, prefix := range notPublic {
		if prefix.Contains(a) {
			return false
		}
	}
	return true
}

// isLocalHost says whether a host is written as a private or loopback address, or as
// localhost: a base URL that says so is its owner's word.
func isLocalHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && !isPublic(a)
}

// sameSite says whether two addresses are one host and port; a step from http to https
// on the default ports stays at home, the step back does not.
func sameSite(from, to *url.URL) bool {
	if !strings.EqualFold(from.Hostname(), to.Hostname()) {
		return false
	}
	if from.Scheme == "http" && to.Scheme == "https" {
		return portOf(from) == "80" && portOf(to) == "443"
	}
	return from.Scheme == to.Scheme && portOf(from) == portOf(to)
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

// guardedDial connects, after the name is resolved, to public addresses only; the check
// is at the socket, so that a name that changes its mind is caught too. A host for which
// mayBePrivate is true, and the proxy of the environment, are connected to as they are.
func guardedDial(mayBePrivate func(host string) bool) func(ctx context.Context, network, addr string) (net.Conn, error) {
	guarded := net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		ip, err := netip.ParseAddrPort(address)
		if err != nil || !isPublic(ip.Addr()) {
			return errPrivate
		}
		return nil
	}}
	plain := net.Dialer{Timeout: 10 * time.Second}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(addr)
		if err == nil && (mayBePrivate(host) || isProxy(addr)) {
			return plain.DialContext(ctx, network, addr)
		}
		return guarded.DialContext(ctx, network, addr)
	}
}

// isProxy says whether addr is the proxy that the environment names: it may stand in a
// private network.
func isProxy(addr string) bool {
	for _, scheme := range []string{"http", "https"} {
		proxy, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: scheme, Host: "example.com"}})
		if err == nil && proxy != nil && net.JoinHostPort(proxy.Hostname(), portOf(proxy)) == addr {
			return true
		}
	}
	return false
}
