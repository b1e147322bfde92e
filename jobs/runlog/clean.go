package runlog

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/techmapit/tmi/internal/mask"
)

// hidden stands where a secret was.
const hidden = "[secret]"

// leastSecret is how long a secret must be to be looked for: shorter ones stand in words.
const leastSecret = 6

// Cleaner makes the function that takes personal data and the secrets out of a log's
// attributes, for [slog.HandlerOptions]. Boards and servers put both into their errors.
func Cleaner(secrets ...string) func([]string, slog.Attr) slog.Attr {
	var pairs []string
	for _, s := range secrets {
		if len(s) >= leastSecret {
			pairs = append(pairs, s, hidden)
		}
	}
	replacer := strings.NewReplacer(pairs...)
	return func(_ []string, attr slog.Attr) slog.Attr {
		value := attr.Value.Resolve()
		switch value.Kind() {
		case slog.KindString:
			attr.Value = slog.StringValue(mask.Text(replacer.Replace(value.String())))
		case slog.KindAny:
			switch v := value.Any().(type) {
			case error, fmt.Stringer: // Sprint bears nil pointers
				attr.Value = slog.StringValue(mask.Text(replacer.Replace(fmt.Sprint(v))))
			}
		}
		return attr
	}
}
