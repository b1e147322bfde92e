package extract

// stopPhrases hide the spellings in them whatever entry they belong to. A phrase
// that belongs to one entry stands under its `not`.
var stopPhrases = []string{
	"R&D", "R & D", "Linux Foundation", "R&R", "C레벨", "C-level", "C level", "C-suite", "Series A", "Series B", "Series C", "Series D", "시리즈 C", "시리즈 B",
	"Vitamin C", "Generation C", "Plan C", "4대 보험", "Exhibit C", "Solana Beach", "San Juan Capistrano", "B2C", "C2C", "D2C", "A/B", "H/W", "S/W",
}

// preferredPhrases turn their sentence into a wish: what it names is preferred.
var preferredPhrases = []string{
	"nice to have", "nice to haves", "bonus points", "bonus point", "bonus if", "bonus for", "big bonus", "a bonus", "huge bonus", "as a bonus", "bonus skills", "is a bonus",
	"a plus", "big plus", "huge plus", "definite plus", "strong plus", "plus if", "is plus", "are plus", "a big plus", "a huge plus", "pluses",
	"preferred", "good to have", "great to have", "desirable", "not required", "an advantage", "advantageous", "extra credit", "extra points", "brownie points", "would be nice", "would be great", "is nice", "not necessary", "not mandatory", "optional", "would be welcome", "ideally", "desired", "especially appreciate", "appreciated", "beneficial", "helpful",
	"우대", "우대합니다", "우대사항", "경험우대", "경험자우대", "더 좋습니다", "더 좋아요", "더욱 좋습니다", "더욱 좋아요", "더욱 좋", "더 좋", "있으면 좋", "있으시면 좋", "좋겠습니다", "플러스", "가산점", "선호", "선호합니다", "우대 사항",
}

// companyPhrases that end in a noun count when a word of listWords follows.
var listWords = []string{"include", "includes", "including", "like", "such", "are", "of", "from", "at", "(", ":", "-", "로", "는"}

// companyPhrases name companies after them: customers, investors, former employers.
var companyPhrases = []string{
	"customers", "clients", "founder", "founders", "co-founder", "co-founders", "investors", "partners", "backed by", "funded by", "companies like", "companies such as", "companies including", "brands like", "alumni", "veterans of",
	"acquired by", "competitors", "worked at", "partners include", "partnered with", "team from", "people from", "engineers from", "management from", "leaders from", "executives from", "used by", "trusted by", "think of us as", "CEO of", "CEOs of", "founders/CEOs of", "founded by",
	"고객사", "고객사로", "투자사", "파트너사", "출신",
}
