package jobs_test

import (
	"fmt"
	"strings"
)

// costPlot draws what the days took as small charts one under the other, each from nothing
// to its own highest day, so that a level line means "costs the same".
func costPlot(costs []dayCost) string {
	panels := []struct {
		name string
		of   func(dayCost) float64
		unit string
	}{
		{"data files written", func(c dayCost) float64 { return float64(c.dataFiles) }, ""},
		{"data written", func(c dayCost) float64 { return float64(c.dataBytes) / 1e6 }, " MB"},
		{"metadata written", func(c dayCost) float64 { return float64(c.metaBytes) / 1e3 }, " KB"},
		{"requests to the board", func(c dayCost) float64 { return float64(c.requests) }, ""},
		{"seconds", func(c dayCost) float64 { return c.seconds }, " s"},
		{"data files of all tables", func(c dayCost) float64 { return float64(c.liveFiles) }, ""},
	}
	const width, height, left, top, step = 900, 60, 230, 20, 84
	first, last := costs[0].day, costs[len(costs)-1].day
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="What a day's run takes, from day %d to day %d" font-family="system-ui, sans-serif" font-size="13">
<style>text{fill:#1f2933}.q{fill:#52606d;font-size:12px}polyline{fill:none;stroke:#2563eb;stroke-width:2}line{stroke:#cbd2d9}
@media (prefers-color-scheme: dark){text{fill:#f5f7fa}.q{fill:#b8c2cc}polyline{stroke:#7aa7ff}line{stroke:#52606d}}</style>
`, width, top+step*len(panels)+10, first, last)
	for i, p := range panels {
		highest := 0.0
		for _, c := range costs {
			highest = max(highest, p.of(c))
		}
		base := top + step*i + height
		var points strings.Builder
		for _, c := range costs {
			x := left + float64(c.day-first)/float64(max(1, last-first))*float64(width-left-20)
			y := float64(base) - p.of(c)/max(highest, 1e-9)*float64(height)
			fmt.Fprintf(&points, "%.1f,%.1f ", x, y)
		}
		fmt.Fprintf(&b, `<text x="0" y="%d">%s</text><text class="q" x="0" y="%d">highest %.3g%s, day %d: %.3g%s</text><line x1="%d" x2="%d" y1="%d" y2="%d"/><polyline points="%s"/>
`, base-height/2, p.name, base-height/2+18, highest, p.unit, last, p.of(costs[len(costs)-1]), p.unit, left, width-20, base, base, strings.TrimSpace(points.String()))
	}
	fmt.Fprintf(&b, "<text class=\"q\" x=\"%d\" y=\"%d\">day %d</text><text class=\"q\" x=\"%d\" y=\"%d\" text-anchor=\"end\">day %d</text>\n</svg>\n",
		left, top+step*len(panels), first, width-20, top+step*len(panels), last)
	return b.String()
}
