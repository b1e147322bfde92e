package mask_test

import (
	"testing"

	"github.com/techmapit/tmi/internal/mask"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"메일은 recruit.team+it@example.co.kr로 보내 주세요", "메일은 [e-mail]로 보내 주세요"},
		{"write to jobs [at] example [dot] com", "write to [e-mail]"},
		{"write to jobs at example dot com today", "write to [e-mail] today"},
		{"문의 02-000-0000, 010-0000-0000, 01000000000", "문의 [phone], [phone], [phone]"},
		{"call +1 (415) 555-0100 or (415) 555-0100", "call [phone] or [phone]"},
		{"call +82-10-0000-0000", "call [phone]"},
		{"대표번호 1588-0000", "대표번호 [phone]"},
		{"Java 17, Spring Boot 3.2.1, 2026-05-04 ~ 2026-06-02", "Java 17, Spring Boot 3.2.1, 2026-05-04 ~ 2026-06-02"},
		{"연봉 5,000만원 ~ 8,000만원 (2026.05.04)", "연봉 5,000만원 ~ 8,000만원 (2026.05.04)"},
		{"look at example dot products", "look at example dot products"},
		{"ids 20260504123456 and 1,000,000 users @ scale", "ids 20260504123456 and 1,000,000 users @ scale"},
		{"React(18) [Node.js] <Vue>", "React(18) [Node.js] <Vue>"},
	} {
		if got := mask.Text(c.in); got != c.want {
			t.Errorf("Text(%q)\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

func BenchmarkText(b *testing.B) {
	text := "• Java, Spring Boot 기반 백엔드 개발 경험 3년 이상 (2026.05.04 기준) [우대] Kafka\n"
	for len(text) < 1500 {
		text += text
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		mask.Text(text)
	}
}
