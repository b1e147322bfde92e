//go:build unix

package door

import (
	"os/exec"
	"sync/atomic"
	"testing"
	"time"
)

// A worker is right while the site is busy, is ended in time, and is not left standing.
func TestStatementsWhileTheSiteIsBusy(t *testing.T) {
	t.Parallel()
	var busy atomic.Bool
	busy.Store(true)
	limits := quick()
	p := testPool(t, limits, func(o *Options) { o.IsBusy = busy.Load })
	ask := func(sql string) (string, error) {
		answer, err := p.Ask(t.Context(), "", Question{SQL: sql, Format: "csv"})
		return string(answer.Body), err
	}
	const count = "select count(*) as n from silver.postings"
	if got, err := ask(count); err != nil || got != "n\n1000\n" {
		t.Errorf("busy: %q, %v", got, err)
	}
	_, err := ask("with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r")
	wantReason(t, "without an end", err, TooLong)
	busy.Store(false)
	if got, err := ask(count); err != nil || got != "n\n1000\n" {
		t.Errorf("afterwards: %q, %v", got, err)
	}
}

func TestABusySiteHasTheProcessor(t *testing.T) {
	t.Parallel()
	spin := func(isBusy func() bool) (share float64) {
		c := exec.Command("sh", "-c", "while :; do :; done")
		began := time.Now()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		stop := pace(c.Process, isBusy)
		time.Sleep(time.Second)
		stop()
		took := time.Since(began)
		_ = c.Process.Kill()
		_ = c.Wait()
		return c.ProcessState.UserTime().Seconds() / took.Seconds()
	}
	if share := spin(func() bool { return true }); share > 0.5 || share == 0 {
		t.Errorf("it had %.0f %% of a processor", 100*share)
	}
	if share := spin(func() bool { return false }); share == 0 {
		t.Error("it stood although nobody was busy")
	}
}
