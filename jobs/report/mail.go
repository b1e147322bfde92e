package report

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/techmapit/tmi/internal/errs"
)

// Mail says where reports are sent. The zero value sends nothing.
type Mail struct {
	Server *url.URL // smtp://user:password@host:587, or smtps:// for TLS from the first byte
	From   string
	To     []string
	Lang   string
}

// IsOff says that nothing is sent.
func (m Mail) IsOff() bool { return m.Server == nil || len(m.To) == 0 }

const (
	smtpPort  = "587"
	smtpsPort = "465"
	mailFor   = time.Minute
)

// ReadMail checks what settings say of mail. An empty server is off; the errors name the
// setting.
func ReadMail(server, from string, to []string, lang string) (Mail, error) {
	if server == "" {
		return Mail{}, nil
	}
	m := Mail{From: from, To: to, Lang: lang}
	var err error
	if m.Server, err = url.Parse(server); err != nil || m.Server.Hostname() == "" || m.Server.Scheme != "smtp" && m.Server.Scheme != "smtps" {
		return m, errs.New(errs.Invalid, "smtp_uri: expected an address such as smtp://user@mail.example.org:587 or smtps://…")
	}
	if _, err := mail.ParseAddress(from); err != nil {
		return m, errs.New(errs.Invalid, "report_from: %q is no e-mail address", from)
	}
	if len(to) == 0 {
		return m, errs.New(errs.Invalid, "report_to: is empty, though smtp_uri is set")
	}
	for _, one := range to {
		if _, err := mail.ParseAddress(one); err != nil {
			return m, errs.New(errs.Invalid, "report_to: %q is no e-mail address", one)
		}
	}
	return m, nil
}

// Letter is a report on its way.
type Letter struct {
	Subject, Text string
	Page, PDF     []byte // PDF may be nil
	Name          string // of the attachment, without its ending
	At            time.Time
}

// Send hands a letter to the server. A password goes over TLS or to this machine alone.
// errs.Unavailable where trying again may help.
func (m Mail) Send(ctx context.Context, l Letter) error {
	message, err := m.compose(l)
	if err != nil {
		return err
	}
	if err := m.deliver(ctx, message); err != nil {
		return errs.New(errs.Unavailable, "mail the report by %s: %w", m.Server.Host, err)
	}
	return nil
}

func (m Mail) deliver(ctx context.Context, message []byte) (err error) {
	ctx, cancel := context.WithTimeout(ctx, mailFor)
	defer cancel()
	host, port := m.Server.Hostname(), m.Server.Port()
	isTLS := m.Server.Scheme == "smtps"
	if port == "" {
		if port = smtpPort; isTLS {
			port = smtpsPort
		}
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return err
	}
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	if isTLS {
		conn = tls.Client(conn, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12})
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		_ = conn.Close()
		return err
	}
	defer func() { _ = c.Close() }()
	if ok, _ := c.Extension("STARTTLS"); ok && !isTLS {
		if err := c.StartTLS(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}); err != nil {
			return err
		}
	}
	if user := m.Server.User; user != nil {
		password, _ := user.Password()
		if err := c.Auth(smtp.PlainAuth("", user.Username(), password, host)); err != nil {
			return err
		}
	}
	from, _ := mail.ParseAddress(m.From) // checked by ReadMail
	if err := c.Mail(from.Address); err != nil {
		return err
	}
	for _, one := range m.To {
		to, _ := mail.ParseAddress(one)
		if err := c.Rcpt(to.Address); err != nil {
			return fmt.Errorf("recipient %s: %w", to.Address, err)
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(message); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// compose writes the letter: text and page as alternatives, the PDF attached.
func (m Mail) compose(l Letter) ([]byte, error) {
	var b bytes.Buffer
	outer := multipart.NewWriter(&b)
	var id [12]byte
	_, _ = rand.Read(id[:]) // never fails
	for _, line := range [][2]string{
		{"From", m.From}, {"To", strings.Join(m.To, ", ")}, {"Subject", mime.BEncoding.Encode("utf-8", l.Subject)}, {"Date", l.At.Format(time.RFC1123Z)},
		{"Message-ID", "<" + hex.EncodeToString(id[:]) + "@tmi>"}, {"MIME-Version", "1.0"}, {"Auto-Submitted", "auto-generated"}, {"Content-Type", `multipart/mixed; boundary="` + outer.Boundary() + `"`},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", line[0], line[1])
	}
	b.WriteString("\r\n")
	var body bytes.Buffer
	inner := multipart.NewWriter(&body)
	for _, part := range []struct {
		kind string
		text []byte
	}{{"text/plain", []byte(l.Text)}, {"text/html", l.Page}} {
		w, err := inner.CreatePart(textproto.MIMEHeader{"Content-Type": {part.kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
		if err != nil {
			return nil, err
		}
		q := quotedprintable.NewWriter(w)
		if _, err := q.Write(part.text); err != nil {
			return nil, err
		}
		if err := q.Close(); err != nil {
			return nil, err
		}
	}
	if err := inner.Close(); err != nil {
		return nil, err
	}
	w, err := outer.CreatePart(textproto.MIMEHeader{"Content-Type": {`multipart/alternative; boundary="` + inner.Boundary() + `"`}})
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body.Bytes()); err != nil {
		return nil, err
	}
	if l.PDF != nil {
		w, err := outer.CreatePart(textproto.MIMEHeader{"Content-Type": {"application/pdf"}, "Content-Transfer-Encoding": {"base64"}, "Content-Disposition": {`attachment; filename="` + l.Name + `.pdf"`}})
		if err != nil {
			return nil, err
		}
		if err := writeBase64(w, l.PDF); err != nil {
			return nil, err
		}
	}
	err = outer.Close()
	return b.Bytes(), err
}

// writeBase64 writes lines of 76 characters, as mail wants them.
func writeBase64(w io.Writer, data []byte) error {
	const line = 57
	for len(data) > 0 {
		n := min(len(data), line)
		if _, err := io.WriteString(w, base64.StdEncoding.EncodeToString(data[:n])+"\r\n"); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}
