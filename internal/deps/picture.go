package deps

// module is the import path of the repository's root.
const module = "github.com/techmapit/tmi"

// lines is DESIGN.md's picture: a room imports rooms of lower lines only. Packages of
// internal, the lowest, may use each other.
var lines = map[string]int{
	"cmd":  4,
	"jobs": 3, "api": 3,
	"sources": 2, "extract": 2, "lake": 2, "queries": 2, "search": 2, "web": 2,
	"schemas":  1,
	"internal": 0,
}

// heavy gives each heavy dependency, by import path prefix, its one room.
var heavy = map[string]string{
	"github.com/gin-gonic/":                    "api",
	"github.com/danielgtaylor/huma":            "api",
	"github.com/duckdb/":                       "lake",
	"github.com/apache/iceberg-go":             "lake",
	"github.com/apache/arrow-go":               "lake",
	"github.com/parquet-go/":                   "lake",
	"github.com/aws/aws-sdk-go-v2/service/s3":  "lake",
	"github.com/aws/aws-sdk-go-v2/feature/s3":  "lake",
	"gocloud.dev/blob":                         "lake",
	"modernc.org/sqlite":                       "lake",
	"github.com/gocolly/":                      "sources",
	"github.com/PuerkitoBio/goquery":           "sources",
	"github.com/andybalholm/cascadia":          "sources",
	"github.com/antchfx/":                      "sources",
	"github.com/temoto/robotstxt":              "sources",
	"golang.org/x/net/html":                    "sources",
	"github.com/redis/":                        "sources",
	"google.golang.org/genai":                  "extract",
	"github.com/RoaringBitmap/roaring":         "search",
	"github.com/aws/aws-sdk-go-v2/service/sqs": "jobs",
	"github.com/aws/aws-lambda-go":             "cmd",
	"go.opentelemetry.io/":                     "internal",
	"github.com/spf13/cobra":                   "cmd",
	"github.com/knadh/koanf":                   "cmd",
	"github.com/schollz/progressbar":           "cmd",
	"github.com/marcboeker/go-duckdb":          nowhere, // moved to duckdb/duckdb-go
	"github.com/google/generative-ai-go":       nowhere, // retired in favour of genai
	"github.com/aws/aws-sdk-go/":               nowhere, // version 1
}

// nowhere is the room of what the house does not use.
const nowhere = "no room"

// standalone are the packages that a small program must be able to carry alone, without
// cgo: whatever they reach may not include any of the paths beside them.
var standalone = map[string][]string{
	module + "/jobs/collect":   {module + "/lake", "github.com/duckdb/", "github.com/apache/iceberg-go", "modernc.org/sqlite"},
	module + "/cmd/tmi-lambda": {module + "/lake", "github.com/duckdb/", "github.com/apache/iceberg-go", "modernc.org/sqlite"},
}
