package crawl

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// maskedSecret stands where a secret stood.
const maskedSecret = "[secret]"

// withSecret adds a secret to the query of what goes over the wire. Everything above this
// point knows the address without it.
func withSecret(req *http.Request, secret url.Values) *http.Request {
	if len(secret) == 0 {
		return req
	}
	req = req.Clone(req.Context())
	if req.URL.RawQuery != "" {
		req.URL.RawQuery += "&"
	}
	req.URL.RawQuery += secret.Encode()
	return req
}

// spellings are the ways in which an answer may repeat a secret.
func spellings(secret url.Values) (all []string) {
	for _, values := range secret {
		for _, value := range values {
			if value == "" {
				continue
			}
			all = append(all, value)
			for _, other := range []string{url.QueryEscape(value), url.PathEscape(value)} {
				if other != value {
					all = append(all, other)
				}
			}
		}
	}
	return all
}

// withoutSecret is the error with the secret masked; most errors come back as they are.
func withoutSecret(err error, secret url.Values) error {
	text := err.Error()
	masked := text
	for _, s := range spellings(secret) {
		masked = strings.ReplaceAll(masked, s, maskedSecret)
	}
	if masked == text {
		return err
	}
	return errors.New(masked)
}

// maskSecret takes the secret out of an answer that repeats it.
func maskSecret(header http.Header, body []byte, secret url.Values) []byte {
	for _, s := range spellings(secret) {
		for _, values := range header {
			for i := range values {
				values[i] = strings.ReplaceAll(values[i], s, maskedSecret)
			}
		}
		body = bytes.ReplaceAll(body, []byte(s), []byte(maskedSecret))
	}
	return body
}
