package ingest

import (
	"path"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/money"
)

// Proposal is a mapping guessed from names of files, sheets and headers, and how sure the guess is. A person should look at it.
type Proposal struct {
	Mapping Mapping         `json:"mapping"`
	Tables  []ProposedTable `json:"tables"` // one for each of Mapping.Tables
	Left    []string        `json:"left"`   // sheets that look like nothing we know
}

// ProposedTable says how sure the guess of one table is. Confidence is a whole percentage; Missing are required fields without a
// column, Unused are headers without a field.
type ProposedTable struct {
	Source     string         `json:"source"`
	Confidence int            `json:"confidence"`
	Missing    []string       `json:"missing"`
	Unused     []string       `json:"unused"`
	Notes      []errs.Message `json:"notes"`
}

// Propose guesses a mapping: each sheet becomes the kind whose fields its headers match best. Templates filled in, and files named and
// headed as docs/import-format.md says, are recognised with 100.
func Propose(w *Workbook) Proposal {
	p, kinds := Proposal{Mapping: Mapping{Currency: money.CNY}}, Kinds()
	for _, sheet := range w.Sheets {
		best, bestScore := (*guess)(nil), 0
		for _, kind := range kinds {
			g := guessKind(sheet, &kind)
			if score := g.score(); score > bestScore {
				best, bestScore = g, score
			}
		}
		if best == nil || best.matched == 0 {
			p.Left = append(p.Left, sheet.Source())
			p.Mapping.Ignore = append(p.Mapping.Ignore, ignorePattern(sheet))
			continue
		}
		p.Mapping.Tables = append(p.Mapping.Tables, best.table(sheet))
		p.Tables = append(p.Tables, ProposedTable{Source: sheet.Source(), Confidence: best.confidence(), Missing: best.missing, Unused: best.unused})
	}
	return p
}

// Check refuses a proposal that can't be used as it stands: a table without a required column, a sheet that looks like nothing, two
// sheets of which only one can be meant. The error is errs.KindInvalid.
func (p *Proposal) Check() error {
	var fields []errs.Field
	wrong := func(source, value, key string) {
		args := errs.Args{"Value": value}
		fields = append(fields, errs.Field{Source: source, Path: value, Message: errs.Msg(key, args), Remedy: errs.Msg(key+".remedy", args)})
	}
	for _, table := range p.Tables {
		for _, missing := range table.Missing {
			wrong(table.Source, missing, "ingest.propose.missing")
		}
	}
	for _, sheet := range p.Left {
		if !strings.EqualFold(path.Base(sheet), "说明") && !strings.EqualFold(path.Base(sheet), "notes") {
			wrong(sheet, "", "ingest.propose.unknown")
		}
	}
	return errs.Invalid("ingest.invalid", fields)
}

func ignorePattern(s *Sheet) string {
	if s.Name != "" {
		return escapePattern(s.Name)
	}
	return escapePattern(s.File)
}

func escapePattern(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}

// guess is one sheet read as one kind.
type guess struct {
	kind      *KindFields
	named     bool // the file or sheet is called like the kind
	columns   []ColumnMapping
	matched   int
	exact     int // matched by name or template header, not by a further alias
	required  int
	missing   []string
	unused    []string
	headCount int
}

func guessKind(s *Sheet, kind *KindFields) *guess {
	g := &guess{kind: kind, named: kind.called(s)}
	taken := map[int]bool{}
	// First what the field is called, then its further names, so that 金额 doesn't take the column of 合同金额.
	for pass := range 2 {
		for i := range kind.Fields {
			field := &kind.Fields[i]
			if g.has(field.Name) {
				continue
			}
			names := []string{field.Name, field.Zh, field.En}
			if pass == 1 {
				names = field.Aliases
			}
			if at := findFree(s.Header, names, taken); at >= 0 {
				taken[at] = true
				g.columns = append(g.columns, proposeColumn(field, s.Header[at]))
				g.matched++
				g.exact += 1 - pass
			}
		}
	}
	for i := range kind.Fields {
		if field := &kind.Fields[i]; field.Required {
			g.required++
			if !g.has(field.Name) {
				g.missing = append(g.missing, field.Name)
			}
		}
	}
	for i, header := range s.Header {
		if header != "" && !strings.HasPrefix(header, RejectedPrefix) {
			g.headCount++
			if !taken[i] && !strings.HasPrefix(strings.ToLower(header), ownPrefix) {
				g.unused = append(g.unused, header)
			}
		}
	}
	return g
}

func (k *KindFields) called(s *Sheet) bool {
	name := s.Name
	if name == "" {
		name = strings.TrimSuffix(s.File, path.Ext(s.File))
	}
	for _, candidate := range append([]string{k.Name, k.Zh, k.En}, k.Aliases...) {
		if normalHeader(name) == normalHeader(candidate) {
			return true
		}
	}
	return false
}

func (g *guess) has(field string) bool {
	for _, c := range g.columns {
		if c.Field == field {
			return true
		}
	}
	return false
}

func findFree(header []string, names []string, taken map[int]bool) int {
	for _, name := range names {
		for i, text := range header {
			if !taken[i] && text != "" && normalHeader(text) == normalHeader(name) {
				return i
			}
		}
	}
	return -1
}

// proposeColumn adds the unit that a header speaks of: 金额（万元）, amount_fen.
func proposeColumn(field *Field, header string) ColumnMapping {
	c := ColumnMapping{Field: field.Name, Columns: []string{header}}
	lower := strings.ToLower(header)
	switch {
	case field.Type == TypeNumber:
		c.Unit = numberUnit(lower)
	case field.Type != TypeMoney:
	case strings.Contains(lower, "万元"):
		c.Unit = UnitTenThousand
	case strings.HasSuffix(lower, "_fen"), strings.Contains(lower, "(分)"), strings.Contains(lower, "（分）"):
		c.Unit = UnitMinor
	}
	return c
}

// numberUnit is the unit that the header of given values speaks of: 数值（元）, value (%). Points, 分, are plain numbers.
func numberUnit(lower string) string {
	in := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(lower, "("+word+")") || strings.Contains(lower, "（"+word+"）") {
				return true
			}
		}
		return false
	}
	switch {
	case in("万元"):
		return UnitTenThousand
	case in("元", "cny", "rmb", "yuan"):
		return UnitMajor
	case in("%", "％"):
		return UnitPercent
	case strings.HasSuffix(lower, "_fen"):
		return UnitMinor
	}
	return ""
}

// score ranks guesses: missing required fields weigh most, then the name, then the columns that fit.
func (g *guess) score() int {
	if g.required-len(g.missing) == 0 {
		return 0
	}
	score := 100*(g.required-len(g.missing))/g.required*10 + 10*g.matched + 2*g.exact - 5*len(g.unused)
	if g.named {
		score += 1000
	}
	return max(score, 1)
}

func (g *guess) confidence() int {
	confidence := 100 * (g.required - len(g.missing)) / g.required
	if !g.named {
		confidence = confidence * 9 / 10
	}
	if g.headCount > 0 {
		confidence -= 30 * len(g.unused) / g.headCount
	}
	return max(confidence, 0)
}

// table writes the guess as a mapping that names file and sheet exactly.
func (g *guess) table(s *Sheet) TableMapping {
	t := TableMapping{Kind: g.kind.Kind, File: escapePattern(s.File), Sheet: escapePattern(s.Name), HeaderRow: 1, Columns: g.columns}
	return t
}
