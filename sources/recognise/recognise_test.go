package recognise

import "testing"

func TestAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://boards.greenhouse.io/narae":                                 "greenhouse narae",
		"https://job-boards.greenhouse.io/narae/jobs/12":                     "greenhouse narae",
		"https://boards-api.greenhouse.io/v1/boards/narae/jobs?content=true": "greenhouse narae",
		"https://boards.greenhouse.io/embed/job_board?for=narae":             "greenhouse narae",
		"https://jobs.lever.co/narae/0-1":                                    "lever narae",
		"https://jobs.ashbyhq.com/narae":                                     "ashby narae",
		"https://jobs.smartrecruiters.com/Narae/74300":                       "smartrecruiters Narae",
		"https://apply.workable.com/narae/":                                  "workable narae",
		"https://Narae.career.greetinghr.com/ko/home":                        "greeting narae",
		"https://narae.test/careers":                                         "",
		"https://narae.test/?from=https://jobs.lever.co/dama":                "",
		"not an address": "",
	} {
		found, ok := Address(address)
		if got := found.Source + " " + found.Board; ok != (want != "") || ok && got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}

func TestPage(t *testing.T) {
	for body, want := range map[string]string{
		`<iframe src="https://boards.greenhouse.io/embed/job_board?b=1&amp;for=narae"></iframe>`: "greenhouse narae",
		`<script>fetch("https:\/\/api.lever.co\/v0\/postings\/narae?mode=json")</script>`:        "lever narae",
		`<a href="https://jobs.ashbyhq.com/narae/17">Go</a>`:                                     "ashby narae",
		`<a href="https://narae.career.greetinghr.com/ko/o/1">채용</a>`:                            "greeting narae",
		`<img src="https://cdn.greetinghr.com/a.png"><script id="__NEXT_DATA__">{}</script>`:     "greeting careers.narae.test",
		`<script type="application/ld+json">{"@type":"JobPosting"}</script>`:                     "jsonld careers.narae.test=https://careers.narae.test/jobs",
		`<p>우리 회사</p>`: "",
	} {
		found, ok := Page("https://careers.narae.test/jobs", []byte(body))
		if got := found.Source + " " + found.Board; ok != (want != "") || ok && got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
