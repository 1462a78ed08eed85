package archtest

// pureStandard are the standard packages that layers 0 and 1 may import: no clock, no I/O, no randomness, no binary floats.
// Package time is in it for its types; clocks.go forbids its clock.
var pureStandard = []string{
	"bytes", "cmp", "crypto/sha256", "embed", "encoding", "encoding/binary", "encoding/hex", "encoding/json", "errors", "fmt",
	"hash", "io", "iter", "maps", "math/big", "math/bits", "regexp", "slices", "sort", "strconv", "strings", "time", "unicode",
	"unicode/utf8",
}

// moreStandard are standard packages that single packages of layers 0 and 1 may import besides.
var moreStandard = map[string][]string{
	"i18n":       {"io/fs", "path", "sync", "text/template"},
	"engine":     {"sync", "runtime"}, // payees are independent: the engine spreads them over the processors
	"stats":      {"math", "math/rand/v2"},
	"quota":      {"math", "math/rand/v2"},
	"fairness":   {"math"},
	"insight":    {"math", "math/rand/v2"},
	"finding":    {"math"},
	"effect":     {"math", "math/rand/v2"},
	"pace":       {"math/rand/v2"},                                                                     // chance comes from what is asked
	"proof":      {"archive/zip", "compress/flate", "crypto/ed25519", "encoding/base64", "hash/crc32"}, // packs and signs what it is handed
	"proof/page": {"compress/gzip", "encoding/base64"},
	"tabular":    {"archive/zip", "bufio", "context", "encoding/csv"}, // reads from an io.Reader for as long as the caller wants
	"naming":     {"sync"},                                            // reads its table of pinyin when it is first asked
	"paper":      {"archive/zip", "unicode/utf16"},                    // Word files are archives; PDF writes text in UTF-16
	"simulate":   {"math/rand/v2", "runtime", "sync"},                 // months are independent, too; chance comes from a seed
}

// deniedStandard are standard packages (and what lies below them) that a layer must not import.
var deniedStandard = map[int][]string{
	layerDomain: {
		"database/sql", "flag", "html", "log", "math/rand", "net", "os", "plugin", "syscall", "testing", "unsafe",
	},
	layerInfrastructure: {"flag", "html", "log", "plugin", "unsafe"},
	layerEdges:          {"database/sql", "flag", "log", "os", "plugin", "syscall", "testing", "unsafe"},
	layerShell:          {"log", "plugin", "unsafe"},
}

// moreStandardAnywhere lifts a denial: packages below a denied one that are allowed all the same. An address is a value.
var moreStandardAnywhere = []string{"log/slog", "net/netip"}

// floatNodes are the packages in which binary floating point may appear although they are of layers 0 to 2: for statistics, for
// numbers to be shown, and because Excel stores every number so (tabular writes one only when all its digits survive). In
// every other package of layers 0 and 1, and in payNodes, it must not.
var (
	floatNodes = []string{"stats", "quota", "fairness", "insight", "finding", "effect", "i18n", "tabular"}
	payNodes   = []string{"payout", "simulation", "budget", "period", "reward", "credit", "dispute", "target", "deal", "ingest"}
)

// Library says where one library may be imported: one library, few rooms, so that it can be replaced. Tests may import any.
type Library struct {
	Path  string   // of the module, or of the packages below it
	Nodes []string // as in Layers; "web/*" is every area, "*" is everywhere above layer 1
}

// Libraries are the direct dependencies; docs/dependencies.md says why we have each.
var Libraries = []Library{
	{"github.com/a-h/templ", []string{"web/*", "httpx", "render"}},
	{"github.com/alecthomas/kong", []string{"cli", "cmd/xiaoguan"}},
	{"github.com/boombuler/barcode", []string{"web/*"}},
	{"github.com/chromedp", []string{"render", "browsertest"}},
	{"github.com/cockroachdb/apd/v3", []string{"decimal"}},
	{"github.com/coreos/go-oidc/v3", []string{"idp"}},
	{"github.com/danielgtaylor/huma/v2", []string{"api"}},
	{"github.com/google/uuid", []string{"*"}},
	{"github.com/jackc/pgx/v5", []string{"store", "store/*", "worker"}},
	{"github.com/klauspost/compress", []string{"payout", "simulation", "store", "ingest", "render", "httpx", "web/ui", "cli"}},
	{"github.com/pquerna/otp", []string{"access"}},
	{"github.com/pressly/goose/v3", []string{"store/migrate"}},
	{"github.com/prometheus/client_golang", []string{"app", "httpx", "worker"}},
	{"github.com/riverqueue/river", []string{"store", "store/*", "worker"}},
	{"github.com/santhosh-tekuri/jsonschema/v6", []string{"plan"}},
	{"github.com/xuri/excelize/v2", []string{"tabular", "render"}},
	{"go.yaml.in/yaml/v3", []string{"ruledoc", "plan", "planedit", "sop", "ingest", "config", "cli"}},
	{"golang.org/x/crypto", []string{"access"}},
	{"golang.org/x/net", []string{"browsertest"}},
	{"golang.org/x/oauth2", []string{"idp"}},
	{"golang.org/x/sync", []string{"*", "tabular"}},
	{"golang.org/x/text", []string{"i18n", "tabular", "access", "httpx", "render"}},
	{"gonum.org/v1/gonum", []string{"stats"}},
	{"modernc.org/sqlite", []string{"store", "store/*"}},
	{"pgregory.net/rapid", []string{"engine/enginetest"}}, // draws random companies and plans, for tests
}
