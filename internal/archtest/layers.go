package archtest

// Layer is one floor of the house.
type Layer struct {
	Number   int
	Name     string
	Packages []string // below internal/ where the folder exists there; "web/*" is every area of pages
	May      string   // what it may import, in words; the rules in imports.go enforce it
	MustNot  string
}

// The numbers of the layers. Test packages stand beside the house: they may import everything and nothing imports them.
const (
	layerVocabulary = iota
	layerEngines
	layerDomain
	layerInfrastructure
	layerEdges
	layerShell
	layerTests
)

// testHarness is the one package of the house that exists for tests; it may import package testing.
const testHarness = "store/storetest"

// Layers is the floor plan. Imports go down, or to a named sibling.
var Layers = []Layer{
	{
		Number: layerVocabulary, Name: "vocabulary",
		Packages: []string{"errs", "money", "decimal", "calendar", "i18n"},
		May:      "a list of pure standard packages",
		MustNot:  "`context`, `os`, `net`, `log`, `database/sql`, clocks; floats in `money`, `decimal`, `calendar`",
	}, {
		Number: layerEngines, Name: "pure engines",
		Packages: []string{
			"ruledoc",
			"plan",
			"formula",
			"settle",
			"engine",
			"engine/refmodel",
			"engine/enginetest",
			"sop",
			"conform",
			"mining",
			"quota",
			"pace",
			"fairness",
			"tier",
			"poolrule",
			"assign",
			"stats",
			"insight",
			"finding",
			"maturity",
			"priority",
			"effect",
			"tabular",
			"naming",
			"explain",
			"planedit",
			"planform",
			"probe",
			"paper",
			"proof",
			"proof/page",
			"solve",
			"simulate",
		},
		May:     "0, pure libraries; `engine/refmodel` and `engine/enginetest` are imported by tests only",
		MustNot: "I/O (`tabular` reads and writes what it is handed), clocks, randomness without a seed; floats outside `stats`, `quota`, `fairness`, `insight`, `finding`, `effect`, `tabular`",
	}, {
		Number: layerDomain, Name: "domain",
		Packages: []string{
			"org",
			"customer",
			"deal",
			"fact",
			"target",
			"given",
			"credit",
			"payout",
			"period",
			"reward",
			"payroll",
			"planbook",
			"metric",
			"board",
			"report",
			"distribution",
			"problem",
			"diagnosis",
			"programme",
			"assessment",
			"capability",
			"prioritybook",
			"dossier",
			"access",
			"audit",
			"company",
			"consent",
			"dispute",
			"ingest",
			"intake",
			"job",
			"notice",
			"task",
			"agenda",
			"plancase",
			"process",
			"customfield",
			"standard",
			"opportunity",
			"lead",
			"flow",
			"followup",
			"schedule",
			"contact",
			"mention",
			"servicecase",
			"pool",
			"merge",
			"revisit",
			"retention",
			"survey",
			"questionnaire",
			"interview",
			"checklist",
			"mail",
			"profile",
			"tierbook",
			"quote",
			"contract",
			"handover",
			"reassign",
			"targetplan",
			"review",
			"decision",
			"retro",
			"adjustment",
			"approval",
			"attachment",
			"budget",
			"lawguard",
			"simulation",
			"honour",
		},
		May:     "0–1, `context`, named siblings (acyclic, listed below)",
		MustNot: "SQL, HTTP, files, web, api; floats in `payout`, `period`, `reward`, `credit`, `dispute`, `budget`, `simulation`, `lawguard`",
	}, {
		Number: layerInfrastructure, Name: "infrastructure",
		Packages: []string{"store", "store/migrate", "store/storetest", "worker", "notify", "objects", "render"},
		May:      "0–2, drivers; SQL in `store` and below alone",
		MustNot:  "web, api, business decisions",
	}, {
		Number: layerEdges, Name: "edges",
		Packages: []string{"web/*", "web/ui", "api", "httpx"},
		May:      "0–2, `httpx`, pages also `web/ui`",
		MustNot:  "`store` and its layer, each other",
	}, {
		Number: layerShell, Name: "shell",
		Packages: []string{"cli", "config", "app", "demo", "bench", "cmd/xiaoguan", "cmd/xiaoguan-verify", "tools"},
		May:      "all",
		MustNot:  "decide anything: `app` is wiring only",
	}, {
		Number: layerTests, Name: "tests",
		Packages: []string{"archtest", "monthtest", "pagetest", "crashtest", "simtest", "browsertest"},
		May:      "all",
		MustNot:  "be imported",
	},
}

// CommonSiblings are the domain packages that every domain package may import.
var CommonSiblings = []string{"access", "audit", "job", "fact", "notice"}

// Siblings names, for a package, the others of its layer that it may import. The relation has no cycles, so that each package can
// be read and tested with those to its right alone.
var Siblings = map[string][]string{
	// vocabulary
	"calendar": {"errs"},
	"i18n":     {"errs", "money", "decimal", "calendar"},

	// pure engines
	"plan":              {"formula", "ruledoc"},
	"sop":               {"ruledoc"},
	"settle":            {"plan"},
	"engine":            {"plan", "formula", "settle"},
	"engine/refmodel":   {"engine", "formula", "plan"},
	"explain":           {"engine", "settle", "plan"},
	"simulate":          {"engine", "settle", "plan"},
	"engine/enginetest": {"engine", "plan"},
	"proof":             {"engine", "plan"},
	"planedit":          {},
	"planform":          {"plan", "planedit"},
	"probe":             {"engine", "plan", "ruledoc"},
	"quota":             {"stats"},
	"fairness":          {"stats"},
	"insight":           {"stats"},
	"finding":           {"stats"},
	"conform":           {"sop"},
	"mining":            {"sop"},
	"tier":              {"ruledoc"},
	"poolrule":          {"ruledoc"},

	// domain, beside CommonSiblings
	"fact":        {},
	"audit":       {"fact"},
	"access":      {"audit", "fact"},
	"job":         {"access", "audit", "fact"},
	"notice":      {"access", "audit", "fact", "job"},
	"customer":    {"customfield", "org"},
	"deal":        {"customer", "org"},
	"target":      {"org"},
	"given":       {},
	"credit":      {"deal", "customer", "org"},
	"process":     {"deal", "customer", "org"},
	"customfield": {},
	"opportunity": {"customfield", "process", "deal", "customer", "org"},
	"lead":        {"customfield", "opportunity", "followup", "contact", "process", "deal", "customer", "org"},
	"flow":        {"opportunity", "process", "deal"},
	"standard":    {"customfield", "opportunity", "given", "process", "deal", "org"},
	"followup":    {"opportunity", "process", "deal", "customer", "tierbook"},
	"schedule":    {},
	"contact":     {"customfield", "process", "customer"},
	"mention":     {},
	"servicecase": {"customfield", "mention", "process", "customer"},
	"pool":        {"opportunity", "process", "contact", "customer", "deal", "org"},
	"revisit":     {"servicecase", "process", "customer"},
	"retention":   {},
	"survey":      {"mail", "servicecase", "contact", "customfield", "process", "customer"},
	"profile":     {"customfield", "process", "customer"},
	"tierbook":    {"customfield", "process", "approval", "profile", "customer"},
	"agenda":      {"task", "approval", "followup", "lead", "revisit", "servicecase", "survey", "standard", "contract", "tierbook", "review", "questionnaire"},
	"quote":       {"approval", "opportunity", "process", "deal"},
	"contract":    {"customfield", "approval", "quote", "opportunity", "process", "deal"},
	"merge":       {"customfield", "pool", "profile", "process", "customer"},
	"handover":    {"pool", "opportunity", "planbook", "tierbook"},
	"reassign":    {"handover", "tierbook", "approval", "pool"},
	"targetplan":  {"approval"},
	"review":      {"targetplan", "standard"},
	"decision":    {"review"},
	"interview":   {"problem"},
	"checklist":   {"metric", "problem"},
	"payout":      {"credit", "deal", "customer", "org", "target", "planbook"},
	"reward":      {"payout", "org"},
	"payroll":     {"ingest", "reward", "payout"},
	"dispute":     {"payout"},
	"period":      {"dispute", "reward", "payout", "credit", "planbook", "target", "deal", "customer", "org"},
	"retro":       {"period", "payout", "planbook"},
	"adjustment":  {"period", "payout", "planbook"},
	"approval":    {},
	"attachment":  {},
	"consent":     {"planbook"},
	"lawguard":    {"consent", "dispute", "period", "payout", "reward", "planbook"},
	"intake":      {"customfield", "ingest", "lead", "opportunity", "followup", "contact", "process", "profile", "quote", "contract", "servicecase"},
	"plancase":    {"ingest", "planbook"},
	"budget":      {"planbook"},
	"simulation":  {"payout", "planbook"},
	"ingest":      {"customfield", "planbook", "target", "deal", "customer", "org", "lead", "opportunity", "followup", "contact", "profile", "servicecase"},
	"metric":      {"payout", "process", "target", "deal", "customer", "org"},
	"board":       {"metric"},
	"report":      {"board", "decision", "metric", "review"},
	"problem":     {},
	"diagnosis":   {"problem", "ingest", "metric", "process", "org"},
	"programme":   {"decision", "diagnosis", "metric", "org"},
	"honour":      {"planbook", "payout", "reward", "org"},

	// infrastructure
	"store":           {"store/migrate"},
	"store/storetest": {"store", "store/migrate"},
	"worker":          {"store"},

	// edges
	"web/*":  {"web/ui", "httpx"},
	"web/ui": {"httpx"},
	"api":    {"httpx"},

	"distribution": {"report", "mail", "metric", "org"},

	"assessment":   {"metric", "survey", "standard", "planbook", "org"},
	"capability":   {"metric", "org"},
	"prioritybook": {"problem", "programme"},
	"dossier":      {"assessment", "decision", "diagnosis", "metric", "problem", "programme", "review"},
}
