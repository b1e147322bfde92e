package schemas

import "time"

// Values of silver's enumerations; the empty string is null: not known.
const (
	NeedRequired  = "required"
	NeedPreferred = "preferred"

	MethodBoardTag   = "board_tag"
	MethodDictionary = "dictionary"
	MethodAssistant  = "assistant"

	EventOpened   = "opened"
	EventChanged  = "changed"
	EventClosed   = "closed"
	EventReopened = "reopened"
	EventExpired  = "expired"
)

// SilverPosting is a row of silver.postings: a posting and content version, normalised.
type SilverPosting struct {
	PostingID          string    `parquet:"posting_id,id(1)" check:"required,len=32"`
	Source             string    `parquet:"source,id(2)" check:"required"`
	BoardID            string    `parquet:"board_id,id(3)" check:"required"`
	ContentHash        string    `parquet:"content_hash,id(4)" check:"required,len=32"`
	ValidFrom          time.Time `parquet:"valid_from,timestamp(microsecond),id(5)" check:"required"` // the capture that first had this content
	URL                string    `parquet:"url,id(6)" check:"required,url"`
	Title              string    `parquet:"title,id(7)" check:"required,maxlen=500"`
	CompanyID          string    `parquet:"company_id,optional,id(8)" check:"len=32"`
	Company            string    `parquet:"company,optional,id(9)"`
	IsIT               bool      `parquet:"is_it,id(10)"`
	IsITReason         string    `parquet:"is_it_reason,optional,id(11)"`
	Country            string    `parquet:"country,optional,id(12)" check:"len=2"` // ISO 3166-1 alpha-2; null = not known
	List               string    `parquet:"list,optional,id(13)"`
	Roles              []string  `parquet:"roles,list,optional,id(14)" parquet-element:",id(1014)"`
	ExperienceMinYears *int32    `parquet:"experience_min_years,optional,id(15)" check:"min=0,max=60"`
	ExperienceMaxYears *int32    `parquet:"experience_max_years,optional,id(16)" check:"min=0,max=60"`
	Seniority          string    `parquet:"seniority,optional,id(17)" check:"enum=intern|junior|mid|senior|lead|executive"`
	Employment         string    `parquet:"employment,optional,id(18)" check:"enum=full_time|contract|intern|freelance|part_time|military"`
	Remote             string    `parquet:"remote,optional,id(19)" check:"enum=remote|hybrid|onsite"`
	LocationRaw        string    `parquet:"location_raw,optional,id(20)"`
	Region             string    `parquet:"region,optional,id(21)"`
	District           string    `parquet:"district,optional,id(22)"`
	SalaryRaw          string    `parquet:"salary_raw,optional,id(23)"`
	SalaryMinKRW       *int64    `parquet:"salary_min_krw,optional,id(24)" check:"min=0"` // KRW a year
	SalaryMaxKRW       *int64    `parquet:"salary_max_krw,optional,id(25)" check:"min=0"` // KRW a year
	Education          string    `parquet:"education,optional,id(26)"`
	Language           string    `parquet:"language,optional,id(27)" check:"len=2"` // ISO 639-1 of the text
	Industry           string    `parquet:"industry,optional,id(28)"`
	Duties             string    `parquet:"duties,optional,id(29)"`
	Requirements       string    `parquet:"requirements,optional,id(30)"`
	Preferred          string    `parquet:"preferred,optional,id(31)"`
	Benefits           string    `parquet:"benefits,optional,id(32)"`
	Process            string    `parquet:"process,optional,id(33)"`
	About              string    `parquet:"about,optional,id(34)"`
	BoardTags          []string  `parquet:"board_tags,list,optional,id(35)" parquet-element:",id(1035)"`
	PostedAt           time.Time `parquet:"posted_at,optional,timestamp(microsecond),id(36)"`
	ClosesAt           time.Time `parquet:"closes_at,optional,timestamp(microsecond),id(37)"` // null = always open
	IsAlwaysOpen       bool      `parquet:"is_always_open,id(38)"`
	IsDetail           bool      `parquet:"is_detail,id(39)"` // false: made from the list alone
	CountryReason      string    `parquet:"country_reason,optional,id(40)"`
	TextExpiredAt      time.Time `parquet:"text_expired_at,optional,timestamp(microsecond),id(41)"` // when retention removed the texts; null = they stand
}

// SilverPostingTech is a row of silver.posting_techs: a posting version and a technology it
// names, with the first place that proves it.
type SilverPostingTech struct {
	PostingID   string    `parquet:"posting_id,id(1)" check:"required,len=32"`
	ContentHash string    `parquet:"content_hash,id(2)" check:"required,len=32"`
	ValidFrom   time.Time `parquet:"valid_from,timestamp(microsecond),id(3)" check:"required"`
	Source      string    `parquet:"source,id(4)" check:"required"`
	TechID      string    `parquet:"tech_id,id(5)" check:"required"`
	Tech        string    `parquet:"tech,id(6)" check:"required"`
	Need        string    `parquet:"need,id(7)" check:"required,enum=required|preferred"`
	Method      string    `parquet:"method,id(8)" check:"required,enum=board_tag|dictionary|assistant"`
	Section     string    `parquet:"section,optional,id(9)"`                   // null for a board's tag
	StartByte   *int32    `parquet:"start_byte,optional,id(10)" check:"min=0"` // byte offset in the section's UTF-8 text
	EndByte     *int32    `parquet:"end_byte,optional,id(11)" check:"min=1"`
	Surface     string    `parquet:"surface,optional,id(12)"` // the words as written
	Category    string    `parquet:"category,optional,id(13)"`
}

// SilverPresence is a row of silver.presence: a posting, a list, and an unbroken stretch of
// complete reads of the list that hold it.
type SilverPresence struct {
	PostingID string    `parquet:"posting_id,id(1)" check:"required,len=32"`
	Source    string    `parquet:"source,id(2)" check:"required"`
	List      string    `parquet:"list,id(3)" check:"required"`
	SeenFrom  time.Time `parquet:"seen_from,timestamp(microsecond),id(4)" check:"required"`
	SeenTo    time.Time `parquet:"seen_to,optional,timestamp(microsecond),id(5)"` // the stretch's last complete read; null = still there
}

// SilverLifecycle is a row of silver.lifecycle: something that happened to a posting.
type SilverLifecycle struct {
	PostingID string    `parquet:"posting_id,id(1)" check:"required,len=32"`
	Source    string    `parquet:"source,id(2)" check:"required"`
	Event     string    `parquet:"event,id(3)" check:"required,enum=opened|changed|closed|reopened|expired"`
	EventAt   time.Time `parquet:"event_at,timestamp(microsecond),id(4)" check:"required"`
	Reason    string    `parquet:"reason,id(5)" check:"required,enum=first_capture|new_content|end_date|gone|absent|board_closed|returned|retention"`
	RunID     string    `parquet:"run_id,optional,id(6)"`
	Evidence  string    `parquet:"evidence,optional,id(7)"`
}

// SilverDuplicate is a row of silver.duplicates: a posting and the cluster it belongs to.
type SilverDuplicate struct {
	PostingID   string    `parquet:"posting_id,id(1)" check:"required,len=32"`
	ClusterID   string    `parquet:"cluster_id,id(2)" check:"required,len=32"` // the posting_id of the cluster's face
	RuleVersion int32     `parquet:"rule_version,id(3)" check:"min=1"`
	Score       float64   `parquet:"score,id(4)" check:"min=0,max=1"`
	FoundAt     time.Time `parquet:"found_at,timestamp(microsecond),id(5)" check:"required"`
}

// SilverAssistantAnswer is a row of silver.assistant_answers: what a language model said when
// it was asked about a posting's content. It is the one table that no rebuild makes again:
// silver.posting_techs follows from it, and asking costs money.
type SilverAssistantAnswer struct {
	PostingID     string    `parquet:"posting_id,id(1)" check:"required,len=32"`
	Source        string    `parquet:"source,id(2)" check:"required"`
	ContentHash   string    `parquet:"content_hash,id(3)" check:"required,len=32"`
	PromptVersion int32     `parquet:"prompt_version,id(4)" check:"min=1"`
	AskedAt       time.Time `parquet:"asked_at,timestamp(microsecond),id(5)" check:"required"`
	Model         string    `parquet:"model,id(6)" check:"required"`
	Status        string    `parquet:"status,id(7)" check:"required,enum=answered|bad|unavailable"`
	Note          string    `parquet:"note,optional,id(8)"`                // why it is not answered
	Proposals     string    `parquet:"proposals,optional,id(9)"`           // JSON list of {section, start, end, surface}: places of the text; null = none
	DroppedCount  int32     `parquet:"dropped_count,id(10)" check:"min=0"` // proposals that stood nowhere in the text
	InputTokens   int64     `parquet:"input_tokens,id(11)" check:"min=0"`  //
	OutputTokens  int64     `parquet:"output_tokens,id(12)" check:"min=0"` //
	Dollars       float64   `parquet:"dollars,id(13)" check:"min=0"`       // by the prices set at the time
}
