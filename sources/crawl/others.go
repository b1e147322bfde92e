package crawl

import (
	"net/url"
	"strings"
)

// otherHost is the client of another host that [Options.Hosts] lets in; nil where the
// address is the base URL's own, or nobody's, which the asking refuses.
func (c *Client) otherHost(address string) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || c.o.Hosts == nil || sameSite(c.base, u) || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") ||
		u.Hostname() == "" || !c.o.Hosts(strings.ToLower(u.Hostname())) {
		return nil, nil
	}
	key := u.Scheme + "://" + strings.ToLower(u.Host)
	c.othersMu.Lock()
	defer c.othersMu.Unlock()
	if other := c.others[key]; other != nil {
		return other, nil
	}
	o := c.given
	o.BaseURL, o.Hosts, o.AllowPrivate = key, nil, false
	other, err := New(o)
	if err != nil {
		return nil, err
	}
	if c.others == nil {
		c.others = map[string]*Client{}
	}
	c.others[key] = other
	return other, nil
}
