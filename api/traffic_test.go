package api

import (
	"testing"
	"time"
)

func TestTrafficIsThatOfTheLastTwoSeconds(t *testing.T) {
	var traffic Traffic
	at := func(ms int) time.Time { return time.UnixMilli(1_800_000_000_000 + int64(ms)) }
	ask := func(ms, times int) {
		for range times {
			traffic.note(at(ms))
		}
	}
	wants := func(ms int, want bool) {
		t.Helper()
		if got := traffic.isBusy(at(ms)); got != want {
			t.Errorf("after %d ms: busy %v, want %v", ms, got, want)
		}
	}
	wants(0, false)
	ask(100, busyRate-1)
	wants(200, false)
	ask(900, 1)
	wants(950, true)
	wants(1900, true) // by the second before
	wants(2000, false)
	ask(2100, busyRate)
	wants(9000, false) // seconds without a request lie between
	ask(9100, busyRate/2)
	ask(10100, busyRate/2)
	wants(10200, false)
}

func TestTheDoorIsNoTraffic(t *testing.T) {
	var traffic Traffic
	w := newWorld(t, 10, withDoor(t, patient), func(o *Options) { o.Traffic = &traffic })
	for range busyRate {
		w.post("no token", "select 1")
	}
	if traffic.IsBusy() {
		t.Error("questions to the door count")
	}
	for range 2*busyRate + 1 { // over two seconds maybe
		w.get("/api/v1/techs?limit=1")
	}
	if !traffic.IsBusy() {
		t.Error("others do not count")
	}
}
