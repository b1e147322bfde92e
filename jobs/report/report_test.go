package report

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/techmapit/tmi/internal/errs"
	"github.com/techmapit/tmi/lake/objects"
	"github.com/techmapit/tmi/queries/queriestest"
	"github.com/techmapit/tmi/web"
)

var seoul = time.FixedZone("Asia/Seoul", 9*3600)

func at(day string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, day, seoul)
	if err != nil {
		panic(err)
	}
	return t
}

// The counts of a report are counted again here, posting by posting.
func TestAReportCountsItsMonth(t *testing.T) {
	db := queriestest.New(t)
	market := queriestest.FillMarket(t, db, 400)
	r, err := Make(t.Context(), db, at("2026-10-15"), seoul)
	if err != nil {
		t.Fatal(err)
	}
	if r.Month != "2026-10" || r.From != "2026-10-01" || r.To != "2026-10-31" || !r.IsWhole || len(r.Stock) != 31 || len(r.Dates) != 31 {
		t.Fatalf("%s: %s to %s, whole %v, %d days", r.Month, r.From, r.To, r.IsWhole, len(r.Stock))
	}
	from, before := at("2026-10-01"), at("2026-11-01")
	var open, opened, closed, posted int64
	techs := map[string]int64{}
	named := map[string][]string{}
	for _, row := range market.Techs {
		named[row.PostingID] = append(named[row.PostingID], row.TechID)
	}
	for _, p := range market.Postings {
		if p.DuplicateOf != "" || !p.IsIT || p.Country != "KR" {
			continue
		}
		if p.FirstSeenAt.Before(before) && (p.ClosedAt.IsZero() || !p.ClosedAt.Before(before)) {
			open++
		}
		if !p.FirstSeenAt.Before(from) && p.FirstSeenAt.Before(before) {
			opened++
		}
		if !p.ClosedAt.IsZero() && !p.ClosedAt.Before(from) && p.ClosedAt.Before(before) {
			closed++
		}
		when := p.PostedAt
		if when.IsZero() {
			when = p.FirstSeenAt
		}
		if !when.Before(from) && when.Before(before) {
			posted++
			for _, id := range named[p.PostingID] {
				techs[id]++
			}
		}
	}
	if diff := cmp.Diff([]int64{open, opened, closed, posted}, []int64{r.Open, r.Opened, r.Closed, r.Posted}); diff != "" || posted == 0 || open == 0 {
		t.Errorf("open, opened, closed, posted (-want +got):\n%s", diff)
	}
	if r.Open != r.OpenBefore+r.Opened-r.Closed {
		t.Errorf("%d + %d - %d is not %d", r.OpenBefore, r.Opened, r.Closed, r.Open)
	}
	for _, tech := range r.Techs {
		if techs[tech.TechID] != tech.Count {
			t.Errorf("%s: %d, want %d", tech.Tech, tech.Count, techs[tech.TechID])
		}
	}
	if len(r.Techs) == 0 || len(r.Roles) == 0 || len(r.Sources) == 0 || len(r.Companies) == 0 {
		t.Errorf("%d technologies, %d roles, %d boards, %d companies", len(r.Techs), len(r.Roles), len(r.Sources), len(r.Companies))
	}
}

func TestAMonthThatWasNotCountedHasNoReport(t *testing.T) {
	db := queriestest.New(t)
	queriestest.FillMarket(t, db, 50)
	for _, day := range []string{"2020-01-01", "2026-12-01"} {
		if _, err := Make(t.Context(), db, at(day), seoul); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", day, err)
		}
	}
	if _, err := Make(t.Context(), queriestest.New(t), at("2026-10-01"), seoul); !errs.Is(err, errs.NotFound) {
		t.Errorf("an empty lake: %v", err)
	}
}

func newJob(t *testing.T) Job {
	t.Helper()
	site, err := web.New()
	if err != nil {
		t.Fatal(err)
	}
	store, err := objects.Open(t.Context(), "file://"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return Job{Shelf: Shelf{store}, Site: site, Zone: seoul, IsDemo: true, Logger: slog.New(slog.DiscardHandler)}
}

func TestReportsAreKeptAndMadeAgain(t *testing.T) {
	db := queriestest.New(t)
	queriestest.FillMarket(t, db, 200)
	j := newJob(t)
	for range 2 {
		done, err := j.Run(t.Context(), db, queriestest.MarketNow, at("2026-10-01"), at("2026-12-01"))
		if err != nil || done.Reports != 2 || done.Mailed != 0 {
			t.Fatalf("%+v %v", done, err)
		}
	}
	names, err := j.Shelf.Reports(t.Context())
	if diff := cmp.Diff([]string{"2026-11.ko.html", "2026-11.json", "2026-11.en.html", "2026-10.ko.html", "2026-10.json", "2026-10.en.html"}, names); diff != "" || err != nil {
		t.Errorf("on the shelf (-want +got):\n%s %v", diff, err)
	}
	r, err := j.Shelf.Report(t.Context(), "2026-11")
	if err != nil || r.IsWhole || !r.IsDemo || !r.PublishedAt.Equal(queriestest.MarketNow) {
		t.Errorf("%+v %v", r, err)
	}
	page, err := j.Shelf.File(t.Context(), "2026-10.ko.html")
	if err != nil || !bytes.Contains(page, []byte("2026년 10월 IT 채용 시장")) || !bytes.Contains(page, []byte("@page")) || bytes.Contains(page, []byte("<script")) || bytes.Contains(page, []byte(`<link`)) {
		t.Errorf("the page to print: %v", err)
	}
	for _, name := range []string{"../catalog.db", "2026-10.json", "2026-10.ko.html/..", ""} {
		if _, err := j.Shelf.File(t.Context(), name); !errs.Is(err, errs.NotFound) {
			t.Errorf("file %q: %v", name, err)
		}
	}
	for _, month := range []string{"2026-13", "x", "2020-01"} {
		if _, err := j.Shelf.Report(t.Context(), month); !errs.Is(err, errs.NotFound) {
			t.Errorf("report %q: %v", month, err)
		}
	}
}

func TestAPageIsPrintedOnA4(t *testing.T) {
	chromium := FindChromium()
	if chromium == "" {
		t.Skip("no Chromium on this machine: apt install chromium")
	}
	pdf, err := Print(t.Context(), chromium, []byte("<!doctype html><title>x</title><style>@page{size:A4}</style><p>쪽"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(pdf, []byte("/MediaBox [0 0 594.95996 841.91998]")) && !bytes.Contains(pdf, []byte("/MediaBox [0 0 595")) && !bytes.Contains(pdf, []byte("/MediaBox [0 0 594")) {
		t.Errorf("%d bytes, not A4", len(pdf))
	}
	if _, err := Print(t.Context(), "/bin/false", nil); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a browser that fails: %v", err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		for _, one := range left {
			if info, err := one.Info(); err == nil && strings.HasPrefix(one.Name(), "tmi-print-") && time.Since(info.ModTime()) < time.Second {
				t.Errorf("%s is left", one.Name())
			}
		}
	}
}

// smtpServer takes one letter after another on this machine, as RFC 5321 has it, and gives
// what it took. It refuses the recipient nobody@example.org.
func smtpServer(t *testing.T) (address string, letters <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	taken := make(chan string, 8)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				in := bufio.NewReader(conn)
				say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
				say("220 here")
				for {
					line, err := in.ReadString('\n')
					if err != nil {
						return
					}
					switch verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " "); {
					case verb == "EHLO":
						say("250-here\r\n250 AUTH PLAIN")
					case verb == "AUTH":
						given, _ := base64.StdEncoding.DecodeString(strings.Fields(line)[2])
						if string(given) != "\x00me\x00hunter2" {
							say("535 no")
							continue
						}
						say("235 yes")
					case verb == "RCPT" && strings.Contains(line, "nobody@"):
						say("550 no such user")
					case verb == "DATA":
						say("354 go on")
						var b strings.Builder
						for {
							line, err := in.ReadString('\n')
							if err != nil {
								return
							}
							if line == ".\r\n" {
								break
							}
							b.WriteString(strings.TrimPrefix(line, "."))
						}
						taken <- b.String()
						say("250 taken")
					case verb == "QUIT":
						say("221 bye")
						return
					default:
						say("250 ok")
					}
				}
			}()
		}
	}()
	return listener.Addr().String(), taken
}

func TestAWholeMonthIsMailedOnce(t *testing.T) {
	db := queriestest.New(t)
	queriestest.FillMarket(t, db, 100)
	address, letters := smtpServer(t)
	j := newJob(t)
	var err error
	if j.Mail, err = ReadMail("smtp://me:hunter2@"+address, "TMI <tmi@example.org>", []string{"a@example.org", "b@example.org"}, "ko"); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		done, err := j.Run(t.Context(), db, queriestest.MarketNow, at("2026-10-01"), at("2026-12-01"))
		if err != nil || done.Mailed != int64(1-i) {
			t.Fatalf("%+v %v", done, err)
		}
	}
	letter, err := mail.ReadMessage(strings.NewReader(<-letters))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := (&mime.WordDecoder{}).DecodeHeader(letter.Header.Get("Subject"))
	if err != nil || subject != "TMI: 2026년 10월 IT 채용 시장" || letter.Header.Get("To") != "a@example.org, b@example.org" {
		t.Errorf("subject %q %v, to %s", subject, err, letter.Header.Get("To"))
	}
	_, values, err := mime.ParseMediaType(letter.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(letter.Body, values["boundary"]).NextPart()
	if err != nil {
		t.Fatal(err)
	}
	_, values, _ = mime.ParseMediaType(part.Header.Get("Content-Type"))
	var kinds []string
	alternatives := multipart.NewReader(part, values["boundary"])
	for {
		one, err := alternatives.NextPart()
		if err != nil {
			break
		}
		text, err := io.ReadAll(one)
		if err != nil || !strings.Contains(string(text), "2026년 10월 IT 채용 시장") {
			t.Errorf("%s: %v", one.Header.Get("Content-Type"), err)
		}
		kinds = append(kinds, one.Header.Get("Content-Type"))
	}
	if diff := cmp.Diff([]string{"text/plain; charset=utf-8", "text/html; charset=utf-8"}, kinds); diff != "" {
		t.Error(diff)
	}
	if len(letters) != 0 {
		t.Error("a second letter")
	}
}

func TestAServerThatRefusesIsAskedAgainNextTime(t *testing.T) {
	db := queriestest.New(t)
	queriestest.FillMarket(t, db, 50)
	address, letters := smtpServer(t)
	j := newJob(t)
	for _, c := range []struct{ user, to string }{{"me:wrong@", "a@example.org"}, {"me:hunter2@", "nobody@example.org"}} {
		var err error
		if j.Mail, err = ReadMail("smtp://"+c.user+address, "tmi@example.org", []string{c.to}, "en"); err != nil {
			t.Fatal(err)
		}
		_, err = j.Run(t.Context(), db, queriestest.MarketNow, at("2026-10-01"), at("2026-11-01"))
		if !errs.Is(err, errs.Unavailable) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "wrong") {
			t.Errorf("%s %s: %v", c.user, c.to, err)
		}
	}
	j.Mail.To = []string{"a@example.org"}
	if done, err := j.Run(t.Context(), db, queriestest.MarketNow, at("2026-10-01"), at("2026-11-01")); err != nil || done.Mailed != 1 || len(letters) != 1 {
		t.Errorf("%+v %v", done, err)
	}
}

func TestAPDFIsAttached(t *testing.T) {
	server, _ := url.Parse("smtp://127.0.0.1")
	pdf := bytes.Repeat([]byte("%PDF-0123456789"), 20)
	text, err := Mail{Server: server, From: "a@example.org", To: []string{"b@example.org"}}.compose(Letter{Subject: "s", PDF: pdf, Name: "tmi-2026-10", At: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), `filename="tmi-2026-10.pdf"`)
	_, rest, _ = strings.Cut(rest, "\r\n\r\n")
	body, _, _ := strings.Cut(rest, "\r\n--")
	got, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(body, "\r\n", ""))
	if !ok || err != nil || !bytes.Equal(got, pdf) {
		t.Errorf("attached %v, %d bytes, %v", ok, len(got), err)
	}
	for line := range strings.SplitSeq(string(text), "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

func TestMailSettingsAreChecked(t *testing.T) {
	for _, c := range []struct {
		server, from string
		to           []string
		names        string
	}{
		{"mail.example.org:25", "a@example.org", []string{"b@example.org"}, "smtp_uri"}, {"http://x", "a@example.org", []string{"b@example.org"}, "smtp_uri"},
		{"smtp://x", "nobody", []string{"b@example.org"}, "report_from"}, {"smtp://x", "a@example.org", nil, "report_to"}, {"smtp://x", "a@example.org", []string{"b\r\nBcc: c@example.org"}, "report_to"},
	} {
		if _, err := ReadMail(c.server, c.from, c.to, "ko"); !errs.Is(err, errs.Invalid) || !strings.HasPrefix(err.Error(), c.names+":") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if m, err := ReadMail("", "", nil, ""); err != nil || !m.IsOff() {
		t.Errorf("nothing set: %+v %v", m, err)
	}
}
