package objects

import (
	"strings"
	"unicode/utf8"

	"github.com/techmapit/tmi/internal/errs"
)

// Limits that both kinds of store keep: S3 takes keys of 1,024 bytes, file systems names
// of 255.
const (
	maxKeyBytes  = 1024
	maxPartBytes = 255
)

// reserved is the top-level folder in which a file store keeps its lock and the files it
// has not finished. No key may start with it in either kind of store, so that a lake can
// move between them.
const reserved = ".objects"

// CheckKey says why key cannot name an object, as errs.Invalid; nil if it can. Keys are
// relative, slash-separated UTF-8 without empty, "." or ".." parts and without control
// characters.
func CheckKey(key string) error {
	bad := func(why string) error { return errs.New(errs.Invalid, "object key %q: %s", key, why) }
	switch {
	case key == "":
		return bad("is empty")
	case len(key) > maxKeyBytes:
		return bad("is longer than 1024 bytes")
	case key[0] == '/':
		return bad("is absolute")
	case !utf8.ValidString(key):
		return bad("is not UTF-8")
	case strings.ContainsFunc(key, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return bad("holds a control character")
	case strings.ContainsRune(key, '\\'):
		return bad("holds a backslash")
	}
	for i, part := range strings.Split(key, "/") {
		switch {
		case part == "":
			return bad("has an empty part")
		case part == "." || part == "..":
			return bad("has a part " + part)
		case len(part) > maxPartBytes:
			return bad("has a part longer than 255 bytes")
		case i == 0 && part == reserved:
			return bad("starts with the reserved folder " + reserved)
		}
	}
	return nil
}
