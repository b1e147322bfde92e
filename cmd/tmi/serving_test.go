package main

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestServingIsReadFromTheConfig(t *testing.T) {
	c := Config{ServeRate: 20, ServeOrigins: []string{"https://a.example", "http://localhost:3000", "*"}, ServeProxies: []string{"10.0.0.7", "192.168.4.1/16", "fd00::/8"}}
	got, err := c.serving()
	if err != nil {
		t.Fatal(err)
	}
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.7/32"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("fd00::/8")}
	if diff := cmp.Diff(want, got.proxies, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" || got.rate != 20 || got.sqlRate != -1 || len(got.origins) != 3 {
		t.Errorf("%+v\n%s", got, diff)
	}
	for field, broken := range map[string]Config{
		"serve_rate":     {ServeRate: -1},
		"serve_sql_rate": {ServeSQLRate: -0.5},
		"serve_origins":  {ServeOrigins: []string{"https://a.example/path"}},
		"serve_origins ": {ServeOrigins: []string{"a.example"}},
		"serve_proxies":  {ServeProxies: []string{"10.0.0.0/40"}},
		"serve_proxies ": {ServeProxies: []string{"lb.internal"}},
	} {
		if _, err := broken.serving(); err == nil || !strings.Contains(err.Error(), "config: "+strings.TrimSpace(field)+" is ") {
			t.Errorf("%s: %v", field, err)
		}
	}
}
