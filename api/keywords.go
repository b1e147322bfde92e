package api

import (
	"context"
	"slices"
	"strings"

	"github.com/techmapit/tmi/queries"
)

// Understood is what the keywords of a recommendation were taken for.
type Understood struct {
	Roles  []string  `json:"roles" doc:"Roles that the keywords name"`
	Techs  []TechRef `json:"techs" doc:"Technologies that they name"`
	Topics []string  `json:"topics" doc:"What else is searched for in the postings, with its words in both languages"`
}

// keywords are a search as a recommendation understands it: what somebody who types them
// wants to do, rather than words that must occur.
type keywords struct {
	roles  []string
	techs  []string   // ids
	topics [][]string // each a list of words of which any will do
	hints  []string   // roles that those topics are the work of
}

// fewPostings are too few to say what goes with a search: it is widened below that.
const fewPostings = 40

// fillers say nothing about which technologies are asked for.
var fillers = strings.Fields(`개발 개발자 엔지니어 프로그래머 직무 직군 채용 모집 구인 취업 이직 공고 신입 경력 주니어 시니어 미들 리드 인턴 관련 분야 회사 스타트업 기술 기술스택 스택 시스템 서비스 앱 트래픽 처리 데이터
developer developers engineer engineers engineering programmer job jobs hiring career junior senior mid lead entry level intern graduate position role stack tech technologies company startup`)

// understand reads keywords as if they were a posting's title: roles, technologies, and
// what is left as topics.
func (s *server) understand(q *question) keywords {
	var k keywords
	if q.Filter.Q == nil {
		return k
	}
	text := *q.Filter.Q
	k.roles = s.roles(text)
	words := strings.Fields(text)
	for _, word := range q.words {
		if entry, ok := s.Dictionary.Resolve(word.Tech); ok && word.Tech != "" {
			k.techs = append(k.techs, entry.ID)
		}
	}
	if len(q.words) == 1 && len(k.techs) == 1 {
		return k // one name, maybe of several words
	}
	lower := strings.ToLower(text)
	for _, topic := range topics {
		named := slices.DeleteFunc(slices.Clone(topic.words), func(name string) bool { return !holdsWord(lower, name) })
		if len(named) == 0 {
			continue
		}
		k.topics, k.hints = append(k.topics, topic.words), append(k.hints, topic.roles...)
		words = slices.DeleteFunc(words, func(word string) bool {
			word = strings.ToLower(word)
			return slices.ContainsFunc(named, func(name string) bool { return strings.Contains(name, word) || strings.Contains(word, name) })
		})
	}
	for i, word := range words {
		rest := append(slices.Clone(words[:i]), words[i+1:]...)
		if s.saysNothing(word) || !slices.Equal(s.roles(strings.Join(words, " ")), s.roles(strings.Join(rest, " "))) {
			continue // in the second case it is a part of a role's name
		}
		k.topics = append(k.topics, []string{strings.ToLower(word)})
	}
	// The work of a topic is that of its roles, unless another role was named.
	if isOfTopic := func(role string) bool { return slices.Contains(k.hints, role) }; !slices.ContainsFunc(k.roles, func(role string) bool { return !isOfTopic(role) }) {
		k.roles = unique(append(k.roles, k.hints...))
	}
	return k
}

func (s *server) roles(text string) []string {
	if s.RolesOf == nil {
		return nil
	}
	return s.RolesOf(text)
}

// saysNothing is true of a word that is no topic: a filler, a technology, or a role.
func (s *server) saysNothing(word string) bool {
	_, isTech := s.Dictionary.Resolve(word)
	return isTech || slices.Contains(fillers, strings.ToLower(word)) || len(s.roles(word)) > 0 || len(s.roles(word+" 개발")) > 0
}

// holdsWord says whether a text has a word: Korean ones may go on with a particle, others stand alone.
func holdsWord(text, word string) bool {
	for rest := text; ; {
		i := strings.Index(rest, word)
		if i < 0 {
			return false
		}
		before, after := rest[:i], rest[i+len(word):]
		if (before == "" || !isLetter(before[len(before)-1])) && (after == "" || !isLetter(after[0])) {
			return true
		}
		rest = after
	}
}

// isLetter is about ASCII alone.
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// matching finds the postings of a recommendation. All that was understood narrows them, as
// long as enough are left to speak. Else those of the roles and technologies named speak,
// the ones with the topics favoured.
func (s *server) matching(ctx context.Context, set Pinned, q *question, k keywords) (f queries.PostingFilter, hits found, favoured []string, err error) {
	f = q.postingFilter()
	if q.Filter.Q == nil {
		return f, hits, nil, nil
	}
	named := f
	named.TechIDs = some(k.techs)
	if len(f.Roles) == 0 {
		named.Roles = some(k.roles)
	}
	isNamed := named.Roles != nil || named.TechIDs != nil
	switch {
	case len(k.topics) == 0 && !isNamed:
		f, hits, err = s.find(ctx, set, q) // fillers alone: they must occur
		return f, hits, nil, err
	case len(k.topics) == 0:
		return named, hits, nil, nil
	}
	narrow, hits, err := s.findTopics(ctx, set, named, k.topics)
	if err != nil || len(hits.ids) >= fewPostings || !isNamed {
		return narrow, hits, nil, err
	}
	if n, err := queries.CountPostings(ctx, set, named); err != nil || n > int64(len(hits.ids)) {
		return named, found{}, some(hits.ids), err
	}
	return narrow, hits, nil, nil
}

// findTopics narrows a filter to the postings that hold a word of every topic.
func (s *server) findTopics(ctx context.Context, set Pinned, f queries.PostingFilter, topics [][]string) (queries.PostingFilter, found, error) {
	hits := found{}
	for i, topic := range topics {
		scores := map[string]int64{}
		for _, word := range topic {
			rows, err := queries.FindPostings(ctx, set, f, []queries.Word{{Text: word}})
			if err != nil {
				return f, found{}, err
			}
			for _, row := range rows {
				scores[row.PostingID] = max(scores[row.PostingID], row.Score)
			}
		}
		hits = found{ids: []string{}, scores: []int64{}}
		for id, score := range scores {
			hits.ids, hits.scores = append(hits.ids, id), append(hits.scores, score)
		}
		if f.IDs = hits.ids; i > 0 && len(hits.ids) == 0 {
			break
		}
	}
	return f, hits, nil
}
