package schemas

import "time"

// Posting statuses.
const (
	PostingOpen   = "open"
	PostingClosed = "closed"
)

// All stands for every role or every source in gold.tech_daily.
const All = "*"

// GoldPosting is a row of gold.postings: a posting's current state and text.
type GoldPosting struct {
	PostingID          string    `parquet:"posting_id,id(1)" check:"required,len=32"`
	Source             string    `parquet:"source,id(2)" check:"required"`
	List               string    `parquet:"list,optional,id(3)"`
	IsIT               bool      `parquet:"is_it,id(4)"`
	Country            string    `parquet:"country,optional,id(5)" check:"len=2"`
	URL                string    `parquet:"url,id(6)" check:"required,url"`
	Title              string    `parquet:"title,id(7)" check:"required"`
	CompanyID          string    `parquet:"company_id,optional,id(8)" check:"len=32"`
	Company            string    `parquet:"company,optional,id(9)"`
	Roles              []string  `parquet:"roles,list,optional,id(10)" parquet-element:",id(1010)"`
	Seniority          string    `parquet:"seniority,optional,id(11)"`
	ExperienceMinYears *int32    `parquet:"experience_min_years,optional,id(12)" check:"min=0,max=60"`
	ExperienceMaxYears *int32    `parquet:"experience_max_years,optional,id(13)" check:"min=0,max=60"`
	Employment         string    `parquet:"employment,optional,id(14)"`
	Remote             string    `parquet:"remote,optional,id(15)"`
	Region             string    `parquet:"region,optional,id(16)"`
	District           string    `parquet:"district,optional,id(17)"`
	SalaryMinKRW       *int64    `parquet:"salary_min_krw,optional,id(18)" check:"min=0"`
	SalaryMaxKRW       *int64    `parquet:"salary_max_krw,optional,id(19)" check:"min=0"`
	Techs              []string  `parquet:"techs,list,optional,id(20)" parquet-element:",id(1020)"` // canonical names, in order of name
	Status             string    `parquet:"status,id(21)" check:"required,enum=open|closed"`
	ClosedReason       string    `parquet:"closed_reason,optional,id(22)"`
	PostedAt           time.Time `parquet:"posted_at,optional,timestamp(microsecond),id(23)"`
	ClosesAt           time.Time `parquet:"closes_at,optional,timestamp(microsecond),id(24)"` // null = always open
	ClosedAt           time.Time `parquet:"closed_at,optional,timestamp(microsecond),id(25)"` // null = open
	FirstSeenAt        time.Time `parquet:"first_seen_at,timestamp(microsecond),id(26)" check:"required"`
	LastSeenAt         time.Time `parquet:"last_seen_at,optional,timestamp(microsecond),id(27)"` // null while open
	DuplicateOf        string    `parquet:"duplicate_of,optional,id(28)" check:"len=32"`         // null = the cluster's face
	ClusterSize        int32     `parquet:"cluster_size,id(29)" check:"min=1"`
	Duties             string    `parquet:"duties,optional,id(30)"`
	Requirements       string    `parquet:"requirements,optional,id(31)"`
	Preferred          string    `parquet:"preferred,optional,id(32)"`
	Benefits           string    `parquet:"benefits,optional,id(33)"`
	About              string    `parquet:"about,optional,id(34)"`
	Language           string    `parquet:"language,optional,id(35)"`
	Industry           string    `parquet:"industry,optional,id(36)"`
	BoardTags          []string  `parquet:"board_tags,list,optional,id(37)" parquet-element:",id(1037)"`
	Process            string    `parquet:"process,optional,id(38)"`
	LocationRaw        string    `parquet:"location_raw,optional,id(39)"`
	SalaryRaw          string    `parquet:"salary_raw,optional,id(40)"`
	Education          string    `parquet:"education,optional,id(41)"`
	IsAlwaysOpen       bool      `parquet:"is_always_open,id(42)"`
	ChangedAt          time.Time `parquet:"changed_at,optional,timestamp(microsecond),id(43)"` // valid_from of the current version
	VersionCount       int32     `parquet:"version_count,id(44)" check:"min=1"`
	ContentHash        string    `parquet:"content_hash,id(45)" check:"required,len=32"`
	TextExpiredAt      time.Time `parquet:"text_expired_at,optional,timestamp(microsecond),id(46)"` // when retention removed the texts; null = they stand
}

// GoldPostingTech is a row of gold.posting_techs: a posting's current version and a technology.
type GoldPostingTech struct {
	PostingID string `parquet:"posting_id,id(1)" check:"required,len=32"`
	TechID    string `parquet:"tech_id,id(2)" check:"required"`
	Tech      string `parquet:"tech,id(3)" check:"required"`
	Category  string `parquet:"category,optional,id(4)"`
	Need      string `parquet:"need,id(5)" check:"required,enum=required|preferred"`
	Method    string `parquet:"method,id(6)" check:"required"`
	Section   string `parquet:"section,optional,id(7)"`
	StartByte *int32 `parquet:"start_byte,optional,id(8)"`
	EndByte   *int32 `parquet:"end_byte,optional,id(9)"`
	Surface   string `parquet:"surface,optional,id(10)"`
}

// GoldTechDaily is a row of gold.tech_daily: a calendar day of the lake's time zone, a
// technology, a role and a source. Stock is at the day's end, flow is the day's. The …Raw
// counts are before de-duplication.
type GoldTechDaily struct {
	Date            time.Time `parquet:"date,date,id(1)" check:"required"` // midnight UTC stands for the calendar day
	TechID          string    `parquet:"tech_id,id(2)" check:"required"`
	Tech            string    `parquet:"tech,id(3)" check:"required"`
	Category        string    `parquet:"category,optional,id(4)"`
	Role            string    `parquet:"role,id(5)" check:"required"`   // * = all
	Source          string    `parquet:"source,id(6)" check:"required"` // * = all
	OpenCount       int64     `parquet:"open_count,id(7)" check:"min=0"`
	OpenedCount     int64     `parquet:"opened_count,id(8)" check:"min=0"`
	ClosedCount     int64     `parquet:"closed_count,id(9)" check:"min=0"`
	CompanyCount    int64     `parquet:"company_count,id(10)" check:"min=0"`
	OpenCountRaw    int64     `parquet:"open_count_raw,id(11)" check:"min=0"`
	OpenedCountRaw  int64     `parquet:"opened_count_raw,id(12)" check:"min=0"`
	ClosedCountRaw  int64     `parquet:"closed_count_raw,id(13)" check:"min=0"`
	CompanyCountRaw int64     `parquet:"company_count_raw,id(14)" check:"min=0"`
}

// GoldTechPair is a row of gold.tech_pairs: two technologies over open IT postings, once
// per ordered pair.
type GoldTechPair struct {
	TechID     string  `parquet:"tech_id,id(1)" check:"required"`
	OtherID    string  `parquet:"other_id,id(2)" check:"required"`
	JointCount int64   `parquet:"joint_count,id(3)" check:"min=1"`
	TechCount  int64   `parquet:"tech_count,id(4)" check:"min=1"`
	OtherCount int64   `parquet:"other_count,id(5)" check:"min=1"`
	Lift       float64 `parquet:"lift,id(6)" check:"min=0"`
	PPMI       float64 `parquet:"ppmi,id(7)" check:"min=0"` // positive pointwise mutual information, in bits
}

// GoldTechRelated is a row of gold.tech_related: the recommender's table.
type GoldTechRelated struct {
	TechID       string  `parquet:"tech_id,id(1)" check:"required"`
	RelatedID    string  `parquet:"related_id,id(2)" check:"required"`
	Rank         int32   `parquet:"rank,id(3)" check:"min=1"` // 1 = nearest
	Score        float64 `parquet:"score,id(4)"`
	BecauseCount int64   `parquet:"because_count,id(5)" check:"min=1"` // postings that name both
}

// GoldCompany is a row of gold.companies.
type GoldCompany struct {
	CompanyID    string    `parquet:"company_id,id(1)" check:"required,len=32"`
	Company      string    `parquet:"company,id(2)" check:"required"`
	OpenCount    int64     `parquet:"open_count,id(3)" check:"min=0"`
	PostingCount int64     `parquet:"posting_count,id(4)" check:"min=1"`
	FirstSeenAt  time.Time `parquet:"first_seen_at,timestamp(microsecond),id(5)" check:"required"`
}

// GoldCompanyTech is a row of gold.company_techs: a company and a technology its postings name.
type GoldCompanyTech struct {
	CompanyID    string `parquet:"company_id,id(1)" check:"required,len=32"`
	TechID       string `parquet:"tech_id,id(2)" check:"required"`
	Tech         string `parquet:"tech,id(3)" check:"required"`
	OpenCount    int64  `parquet:"open_count,id(4)" check:"min=0"`
	PostingCount int64  `parquet:"posting_count,id(5)" check:"min=1"`
}

// GoldSourceQuality is a row of gold.source_quality: a source on a calendar day.
type GoldSourceQuality struct {
	Date          time.Time `parquet:"date,date,id(1)" check:"required"`
	Source        string    `parquet:"source,id(2)" check:"required"`
	VersionCount  int64     `parquet:"version_count,id(3)" check:"min=0"` // content versions that began on the day
	WithCompany   int64     `parquet:"with_company,id(4)" check:"min=0"`
	WithLocation  int64     `parquet:"with_location,id(5)" check:"min=0"`
	WithTech      int64     `parquet:"with_tech,id(6)" check:"min=0"`
	WithEndDate   int64     `parquet:"with_end_date,id(7)" check:"min=0"`
	WithSalary    int64     `parquet:"with_salary,id(8)" check:"min=0"`
	WithDetail    int64     `parquet:"with_detail,id(9)" check:"min=0"`
	ListReads     int64     `parquet:"list_reads,id(10)" check:"min=0"`
	CompleteReads int64     `parquet:"complete_reads,id(11)" check:"min=0"`
	LastReadAt    time.Time `parquet:"last_read_at,optional,timestamp(microsecond),id(12)"` // newest complete read up to the day's end
	RejectCount   int64     `parquet:"reject_count,id(13)" check:"min=0"`
	ClosedCount   int64     `parquet:"closed_count,id(14)" check:"min=0"`
}
