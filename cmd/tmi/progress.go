package main

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// logEvery is how often long work says how far it is where there is no terminal.
const logEvery = 10 * time.Second

// progress shows how far a step is: a bar on a terminal, a log line every ten seconds
// elsewhere. Steps of several sources may run at once: the newest to move has the bar.
func (a *app) progress() func(step, source string, done, total int) {
	f, isFile := a.stderr.(*os.File)
	if isFile && term.IsTerminal(int(f.Fd())) {
		return bar(f)
	}
	var mu sync.Mutex
	last := time.Now()
	return func(step, source string, done, total int) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(last) < logEvery {
			return
		}
		last = time.Now()
		a.logger.Info("progress", "step", step, "source", source, "done", done, "of", total)
	}
}

func bar(f *os.File) func(step, source string, done, total int) {
	var mu sync.Mutex
	bars := map[string]*progressbar.ProgressBar{}
	return func(step, source string, done, total int) {
		mu.Lock()
		defer mu.Unlock()
		name := step
		if source != "" {
			name += " " + source
		}
		b := bars[name]
		if b == nil {
			b = progressbar.NewOptions(total, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(fmt.Sprintf("%-22s", name)),
				progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
				progressbar.OptionThrottle(100*time.Millisecond))
			bars[name] = b
		}
		b.ChangeMax(max(total, 1))
		_ = b.Set(done) // a bar that cannot be drawn is no reason to stop
		if done >= total {
			_ = b.Finish()
			delete(bars, name)
		}
	}
}
