package web

import "testing"

func TestLinesAreDrawnFromNothingToARoundTop(t *testing.T) {
	for most, want := range map[int64]int64{0: 2, 1: 2, 3: 4, 5: 6, 7: 10, 11: 20, 41: 60, 99: 100, 101: 200, 4001: 6000} {
		if got := (LineChart{Lines: []Line{{Values: []int64{0, most, 1}}}}).Top(); got != want {
			t.Errorf("top of %d is %d, want %d", most, got, want)
		}
	}
	c := LineChart{Dates: []string{"2026-11-01", "2026-11-02", "2026-11-03"}, Lines: []Line{{Values: []int64{0, 10, 5}}}}
	if got, want := c.Path(c.Lines[0]), "M0 300L500 0L1000 150"; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
	if got, want := c.Path(Line{Values: []int64{5}}), "M0 150h0"; got != want {
		t.Errorf("dot %s, want %s", got, want)
	}
	if len(c.Ends()) != 3 || len((LineChart{Dates: c.Dates[:1]}).Ends()) != 1 {
		t.Error("ends")
	}
}

func TestAChartIsSaidInWords(t *testing.T) {
	c := LineChart{Head: "H", Unit: "day", Dates: []string{"2026-11-01", "2026-11-30"}, Lines: []Line{{Name: "N", Values: []int64{1234, 5}}}}
	for lang, want := range map[string]string{"ko": "H, 2026. 11. 1. – 2026. 11. 30. N 1,234에서 5", "en": "H, 1 Nov 2026 – 30 Nov 2026. N from 1,234 to 5"} {
		if got, err := newPage(lang).ChartLabel(c); err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", lang, got, err, want)
		}
	}
	if got, err := newPage("ko").ShortDay("2026-11-05", "day"); err != nil || got != "11. 5." {
		t.Errorf("short day %q %v", got, err)
	}
}
