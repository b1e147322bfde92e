package report

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/techmapit/tmi/internal/errs"
)

const printFor = time.Minute

// Programs by which Chromium goes on the usual systems.
var chromiums = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// FindChromium is the path of the Chromium that is installed; empty where there is none.
func FindChromium() string {
	for _, name := range chromiums {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Print makes a PDF of a page that needs no other file. The browser gets a folder of its
// own and reaches no network.
func Print(ctx context.Context, chromium string, page []byte) ([]byte, error) {
	folder, err := os.MkdirTemp("", "tmi-print-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	in, out := filepath.Join(folder, "page.html"), filepath.Join(folder, "page.pdf")
	if err := os.WriteFile(in, page, 0o600); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, printFor)
	defer cancel()
	args := []string{"--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--user-data-dir=" + filepath.Join(folder, "profile"), "--no-pdf-header-footer", "--print-to-pdf=" + out, "file://" + in}
	if os.Geteuid() == 0 { // Chromium has no sandbox for root
		args = append([]string{"--no-sandbox"}, args...)
	}
	cmd := exec.CommandContext(ctx, chromium, args...) //nolint:gosec // the operator's own program
	cmd.WaitDelay = 5 * time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return nil, errs.New(errs.Unavailable, "print with %s: %w: %.300s", chromium, err, said.String())
	}
	pdf, err := os.ReadFile(out)
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return nil, errs.New(errs.Unavailable, "print with %s: it wrote no PDF: %.300s", chromium, said.String())
	}
	return pdf, nil
}
