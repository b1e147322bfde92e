package schemas

import "time"

// BoardPosting is what a parser reads off one record of a board: the board's own fields,
// typed, texts cleaned of markup (plain text, "\n" line ends), nothing judged. Zero means
// that the board did not say.
type BoardPosting struct {
	BoardID            string    `parquet:"board_id,id(3)" check:"required,maxlen=200"`                  // the board's own id, as text
	URL                string    `parquet:"url,id(9)" check:"required,url,maxlen=2000"`                  // where a person reads it
	Payload            string    `parquet:"payload,optional,id(10)"`                                     // the board's record, whole, as JSON text; never leaves bronze
	Title              string    `parquet:"title,id(20)" check:"required,maxlen=500"`                    // as the board wrote it
	Company            string    `parquet:"company,optional,id(21)" check:"maxlen=300"`                  // the employer's name
	CompanyBoardID     string    `parquet:"company_board_id,optional,id(22)"`                            // the board's id of the employer
	BoardTags          []string  `parquet:"board_tags,list,optional,id(23)" parquet-element:",id(1023)"` // the board's technology tags, in its order
	Categories         []string  `parquet:"categories,list,optional,id(24)" parquet-element:",id(1024)"` // the board's job categories or departments
	Locations          []string  `parquet:"locations,list,optional,id(25)" parquet-element:",id(1025)"`  // places of work, as written
	EmploymentRaw      string    `parquet:"employment_raw,optional,id(26)"`
	ExperienceRaw      string    `parquet:"experience_raw,optional,id(27)"`
	ExperienceMinYears *int32    `parquet:"experience_min_years,optional,id(28)" check:"min=0,max=60"` // the board's own number; null = not said
	ExperienceMaxYears *int32    `parquet:"experience_max_years,optional,id(29)" check:"min=0,max=60"` // null = no upper bound or not said
	IsNewcomer         *bool     `parquet:"is_newcomer,optional,id(30)"`                               // the board says that newcomers may apply
	EducationRaw       string    `parquet:"education_raw,optional,id(31)"`
	SalaryRaw          string    `parquet:"salary_raw,optional,id(32)"`
	RemoteRaw          string    `parquet:"remote_raw,optional,id(33)"`
	LanguageRaw        string    `parquet:"language_raw,optional,id(34)"` // language of the text as the board names it
	IndustryRaw        string    `parquet:"industry_raw,optional,id(35)"`
	CountryRaw         string    `parquet:"country_raw,optional,id(36)"`
	PostedAt           time.Time `parquet:"posted_at,optional,timestamp(microsecond),id(37)"`
	ClosesAt           time.Time `parquet:"closes_at,optional,timestamp(microsecond),id(38)"` // last instant to apply; null = always open or not said
	IsAlwaysOpen       bool      `parquet:"is_always_open,id(39)"`                            // the board says so
	About              string    `parquet:"about,optional,id(40)"`                            // employer, team, product
	Duties             string    `parquet:"duties,optional,id(41)"`
	Requirements       string    `parquet:"requirements,optional,id(42)"`
	Preferred          string    `parquet:"preferred,optional,id(43)"`
	Benefits           string    `parquet:"benefits,optional,id(44)"`
	Process            string    `parquet:"process,optional,id(45)"`
	Body               string    `parquet:"body,optional,id(46)"` // free text that the board does not divide
	// Stamp is what a list says of the posting's version, without counters; it decides
	// whether the detail is fetched again. Not a column.
	Stamp string `parquet:"-"`
	// List is the list that names the posting, where the record itself says so (a thread's
	// comment); empty otherwise. Not a column here: see [BronzePosting].
	ListName string `parquet:"-"`
	// Position is the 1-based place in the list across its pages, 0 for a detail.
	Position int32 `parquet:"-"`
}

// How a posting was captured.
const (
	CaptureList   = "list"   // a list row that is less than the detail
	CaptureDetail = "detail" // all that the board shows of it
)

// BronzePosting is a row of bronze.postings: a posting in one response record, repeats
// included, with its lineage.
type BronzePosting struct {
	PostingID     string    `parquet:"posting_id,id(1)" check:"required,len=32"`
	Source        string    `parquet:"source,id(2)" check:"required,maxlen=40"`
	RunID         string    `parquet:"run_id,id(4)" check:"required"`
	CapturedAt    time.Time `parquet:"captured_at,timestamp(microsecond),id(5)" check:"required"`
	RawObject     string    `parquet:"raw_object,id(6)" check:"required"`
	RawOffset     int64     `parquet:"raw_offset,id(7)" check:"min=0"`
	RawLength     int64     `parquet:"raw_length,id(8)" check:"min=1"`
	ContentHash   string    `parquet:"content_hash,id(11)" check:"required,len=32"`
	ParserVersion int32     `parquet:"parser_version,id(12)" check:"min=1"`
	SchemaVersion int32     `parquet:"schema_version,id(13)" check:"min=1"`
	Capture       string    `parquet:"capture,id(14)" check:"required,enum=list|detail"`
	// IsWhole says that this is all there is to be had: a detail, or a list row whose
	// detail the board refused for good in the same run. Silver is made of whole rows.
	IsWhole bool   `parquet:"is_whole,id(15)"`
	List    string `parquet:"list,optional,id(16)"`
	// PersonalExpiredAt is when retention took personal data and the payload away,
	// TextExpiredAt when it took the texts; null = they are here.
	PersonalExpiredAt time.Time `parquet:"personal_expired_at,optional,timestamp(microsecond),id(17)"`
	TextExpiredAt     time.Time `parquet:"text_expired_at,optional,timestamp(microsecond),id(18)"`
	BoardPosting
}

// BronzeList is a row of bronze.lists: one list read by one run.
type BronzeList struct {
	Source       string    `parquet:"source,id(1)" check:"required"`
	List         string    `parquet:"list,id(2)" check:"required"`
	Filter       string    `parquet:"filter,optional,id(3)"`
	RunID        string    `parquet:"run_id,id(4)" check:"required"`
	ReadAt       time.Time `parquet:"read_at,timestamp(microsecond),id(5)" check:"required"`
	IsComplete   bool      `parquet:"is_complete,id(6)"` // its end was reached and its rows equal the board's own total where it gives one
	PostingCount int64     `parquet:"posting_count,id(7)" check:"min=0"`
	BoardTotal   *int64    `parquet:"board_total,optional,id(8)" check:"min=0"` // null = the board gives none
	Error        string    `parquet:"error,optional,id(9)"`                     // why it is not complete
	IsMissing    bool      `parquet:"is_missing,id(10)"`                        // the board answered that there is no such list
}

// What a sighting saw.
const (
	SeenListed = "listed"
	SeenGone   = "gone"
)

// BronzeSighting is a row of bronze.sightings: a posting met by a run, in a list or as the
// board's word that it is gone. Kept 90 days.
type BronzeSighting struct {
	PostingID string    `parquet:"posting_id,id(1)" check:"required,len=32"`
	Source    string    `parquet:"source,id(2)" check:"required"`
	List      string    `parquet:"list,optional,id(3)"`
	RunID     string    `parquet:"run_id,id(4)" check:"required"`
	SeenAt    time.Time `parquet:"seen_at,timestamp(microsecond),id(5)" check:"required"`
	Seen      string    `parquet:"seen,id(6)" check:"required,enum=listed|gone"`
	Position  *int32    `parquet:"position,optional,id(7)" check:"min=1"` // 1-based place in the list; null where gone
}
