package schemas

import "time"

// Run is a row of ops.runs: one job run of one source and window.
type Run struct {
	RunID         string    `parquet:"run_id,id(1)" check:"required"`
	Job           string    `parquet:"job,id(2)" check:"required"`
	Source        string    `parquet:"source,optional,id(3)"` // null = the job is not of one source
	WindowFrom    time.Time `parquet:"window_from,optional,timestamp(microsecond),id(4)"`
	WindowTo      time.Time `parquet:"window_to,optional,timestamp(microsecond),id(5)"`
	StartedAt     time.Time `parquet:"started_at,timestamp(microsecond),id(6)" check:"required"`
	EndedAt       time.Time `parquet:"ended_at,timestamp(microsecond),id(7)" check:"required"`
	Status        string    `parquet:"status,id(8)" check:"required,enum=done|partial|failed|replaced"`
	ExitCode      int32     `parquet:"exit_code,id(9)" check:"min=0,max=255"`
	RowsIn        int64     `parquet:"rows_in,id(10)" check:"min=0"`
	RowsOut       int64     `parquet:"rows_out,id(11)" check:"min=0"`
	RowsRejected  int64     `parquet:"rows_rejected,id(12)" check:"min=0"`
	RowsDuplicate int64     `parquet:"rows_duplicate,id(13)" check:"min=0"`
	BytesIn       int64     `parquet:"bytes_in,id(14)" check:"min=0"`
	BytesOut      int64     `parquet:"bytes_out,id(15)" check:"min=0"`
	Requests      int64     `parquet:"requests,id(16)" check:"min=0"`
	Retries       int64     `parquet:"retries,id(17)" check:"min=0"`
	Dollars       float64   `parquet:"dollars,id(18)" check:"min=0"`
	SnapshotID    *int64    `parquet:"snapshot_id,optional,id(19)"` // of the job's main table; null = it wrote none
	Version       string    `parquet:"version,optional,id(20)"`     // of the code
	Error         string    `parquet:"error,optional,id(21)"`
	// Of collecting runs alone; null for other jobs.
	NotModified *int64 `parquet:"not_modified,optional,id(22)"` // answers that said 304
	Failed      *int64 `parquet:"failed,optional,id(23)"`       // pages given up
	Blocked     *int64 `parquet:"blocked,optional,id(24)"`      // block pages met
	Forbidden   *int64 `parquet:"forbidden,optional,id(25)"`    // pages that robots.txt forbids
	Puts        *int64 `parquet:"puts,optional,id(26)"`         // objects written
}

// Reject is a row of ops.rejects: a row that broke its contract, with every reason.
type Reject struct {
	RejectedAt time.Time `parquet:"rejected_at,timestamp(microsecond),id(1)" check:"required"`
	RunID      string    `parquet:"run_id,id(2)" check:"required"`
	Job        string    `parquet:"job,id(3)" check:"required"`
	Source     string    `parquet:"source,optional,id(4)"`
	TableName  string    `parquet:"table_name,id(5)" check:"required"` // the table that refused it
	Reasons    []string  `parquet:"reasons,list,optional,id(6)" parquet-element:",id(1006)"`
	URL        string    `parquet:"url,optional,id(7)"`
	RawObject  string    `parquet:"raw_object,optional,id(8)"`
	RawOffset  *int64    `parquet:"raw_offset,optional,id(9)"`
	Row        string    `parquet:"row,optional,id(10)"` // JSON text, personal data masked; the raw position is the way back
	// CapturedAt is the capture's instant: a unit's rejects are replaced by it.
	CapturedAt time.Time `parquet:"captured_at,optional,timestamp(microsecond),id(11)"`
}
