package door

import (
	"os"
	"time"
)

// While the site is asked a worker runs a fifth of the time. Being idle to the scheduler is
// not enough: a processor that has something to run, be it idle work, does not look for a
// thread that waits at another one, which the site's slowest answers show.
const (
	paceRun  = 5 * time.Millisecond
	paceRest = 20 * time.Millisecond
	paceLook = 20 * time.Millisecond // between looks at whether the site is asked
)

// pace stops and continues a process while isBusy, until stop is called; the process runs
// when stop returns.
func pace(p *os.Process, isBusy func() bool) (stop func()) {
	if isBusy == nil {
		return func() {}
	}
	ended, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		wait := func(d time.Duration) bool {
			select {
			case <-ended:
				return false
			case <-time.After(d):
				return true
			}
		}
		for goesOn := true; goesOn; {
			if !isBusy() {
				goesOn = wait(paceLook)
				continue
			}
			suspend(p)
			goesOn = wait(paceRest)
			resume(p)
			goesOn = goesOn && wait(paceRun)
		}
	}()
	return func() {
		close(ended)
		<-done
	}
}
