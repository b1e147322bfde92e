package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/techmapit/tmi/internal/errs"
)

// serving is what the config says of who may ask the API how often.
type serving struct {
	rate, sqlRate float64 // negative = no limit
	origins       []string
	proxies       []netip.Prefix
}

// serving reads the serve_ keys; its error names the key and the value.
func (c *Config) serving() (serving, error) {
	invalid := func(key, value, expected string) (serving, error) {
		return serving{}, errs.New(errs.Invalid, "config: %s is %q, expected %s", key, value, expected)
	}
	s := serving{rate: c.ServeRate, sqlRate: c.ServeSQLRate}
	for key, rate := range map[string]*float64{"serve_rate": &s.rate, "serve_sql_rate": &s.sqlRate} {
		switch {
		case !(*rate >= 0): // not a number is neither
			return invalid(key, fmt.Sprint(*rate), "requests a second, or 0 for no limit")
		case *rate == 0:
			*rate = -1
		}
	}
	for _, text := range c.ServeOrigins {
		origin, err := url.Parse(text)
		if text != "*" && (err != nil || origin.Scheme != "https" && origin.Scheme != "http" || origin.Host == "" || origin.Scheme+"://"+origin.Host != text) {
			return invalid("serve_origins", text, "an origin such as https://example.org, without a path, or *")
		}
		s.origins = append(s.origins, text)
	}
	for _, text := range c.ServeProxies {
		prefix, err := netip.ParsePrefix(text)
		if !strings.Contains(text, "/") {
			var address netip.Addr
			if address, err = netip.ParseAddr(text); err == nil {
				prefix = netip.PrefixFrom(address, address.BitLen())
			}
		}
		if err != nil {
			return invalid("serve_proxies", text, "an address such as 10.0.0.7 or a range such as 10.0.0.0/8")
		}
		s.proxies = append(s.proxies, prefix.Masked())
	}
	return s, nil
}
