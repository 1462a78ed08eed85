package ui

import (
	"net/url"

	"github.com/a-h/templ"
)

// ColumnKind says how a column is aligned and written.
type ColumnKind string

// The kinds of column.
const (
	ColumnText   ColumnKind = ""
	ColumnNumber ColumnKind = "num"   // right-aligned figures and money
	ColumnNarrow ColumnKind = "nw"    // text that doesn't wrap
	ColumnCheck  ColumnKind = "check" // tick boxes
	ColumnBar    ColumnKind = "wb"    // a bar
)

// Column is a column of a table. Key names it in addresses (sort, columns).
type Column struct {
	Key      string
	Label    string
	Title    string // definition, on hover
	Kind     ColumnKind
	Sortable bool
	// Phone keeps the column on phones; others hide unless Phone is set on none at all.
	Phone bool
	// Hidden leaves the column out; Fixed forbids the person to hide it.
	Hidden bool
	Fixed  bool
	// Chart says how a ChartView draws the column; Cell.Data holds the exact value where the text is rounded.
	Chart *Series
}

// Cell is what stands in a row under a column.
type Cell struct {
	Text   string
	URL    string          // makes Text a link
	Sub    string          // second line, small
	Body   templ.Component // drawn after Text
	Phone  string          // extra line shown on phones only
	Icon   string
	Chip   *Chip
	Tone   Tone
	Strong bool
	Muted  bool
	Title  string
	Span   int    // columns it covers
	Data   string // exact value for a chart when Text is rounded
	// Edit is where the cell is changed in place: it answers GET with CellForm and POST with CellShown or CellForm; see CellScript. EditPage does the same
	// as a page, where that fails.
	Edit, EditPage string
}

// RowKind says how a row is drawn.
type RowKind string

// The kinds of row. Level1 to Level3 are the rows of a tree table.
const (
	RowPlain    RowKind = ""
	RowSum      RowKind = "sum"
	RowSelected RowKind = "sel"
	RowMuted    RowKind = "t3"
	RowLevel1   RowKind = "g1"
	RowLevel2   RowKind = "l2"
	RowLevel3   RowKind = "l3"
)

// Row is a row of a table; Cells stand in the order of the columns, hidden ones included.
type Row struct {
	ID    string
	Kind  RowKind
	Cells []Cell
	// Total marks an absolute value in the table of a waterfall chart.
	Total bool
}

// TableView is a table with everything that belongs to it: sorting, paging, totals, columns, export.
type TableView struct {
	ID      string // needed for the column chooser and for replacing the table alone
	Caption string // visible title of the table
	Label   string // name for screen readers where a heading says it to others
	Columns []Column
	Rows    []Row
	Totals  []Row // for the whole filter, not for the page
	// Path and Query are the address the links are made from: sort, paging and columns change one parameter each.
	Path  string
	Query url.Values
	Sort  Sort
	Pager *Pager
	// Inset drops the outer padding: a table inside padded content.
	Inset bool
	Tree  bool
	// Chooser offers the columns to choose from; the choice comes back as repeated parameters "column".
	Chooser bool
	Exports []Link
	// Empty stands there instead of a table without rows.
	Empty *State
	Note  string // under the table
}

// Sort is the current order; its parameter is "sort", with a minus before the key for descending.
type Sort struct {
	Key        string
	Descending bool
}

// ParseSort reads the parameter "sort". A key that no sortable column has gives fallback.
func ParseSort(value string, columns []Column, fallback Sort) Sort {
	sort := Sort{Key: value}
	if len(value) > 1 && value[0] == '-' {
		sort = Sort{Key: value[1:], Descending: true}
	}
	for _, column := range columns {
		if column.Sortable && column.Key == sort.Key {
			return sort
		}
	}
	return fallback
}

// Param writes the sort as a parameter value.
func (s Sort) Param() string {
	if s.Descending {
		return "-" + s.Key
	}
	return s.Key
}

// ChooseColumns returns the columns with Hidden set by the repeated parameter "column": only those named stay, and the fixed ones.
// Without the parameter the columns are returned as they are.
func ChooseColumns(columns []Column, query url.Values) []Column {
	chosen, given := query["column"]
	if !given {
		return columns
	}
	wanted := map[string]bool{}
	for _, key := range chosen {
		wanted[key] = true
	}
	out := make([]Column, len(columns))
	for i, column := range columns {
		column.Hidden = !column.Fixed && !wanted[column.Key]
		out[i] = column
	}
	return out
}

// Pager leads to the neighbouring pages by cursor (parameter "cursor"). From and To are 1-based, 0 when the position is unknown;
// Total −1 is unknown. On a page beyond the first without a Previous cursor the way back leads to the first page.
type Pager struct {
	From, To, Total int
	Previous, Next  string // cursors; empty for none
	Summary         string // besides the count, such as a sum
	AtLeast         bool   // Total is the least there are; a link asks for the exact one
}

// TotalParameter with the value TotalExact asks a list to count all its rows where it would otherwise say the least there are.
const (
	TotalParameter = "total"
	TotalExact     = "exact"
)

// Text is a cell of text.
func Text(s string) Cell { return Cell{Text: s} }

// LinkTo is a cell whose text leads somewhere.
func LinkTo(text, address string) Cell { return Cell{Text: text, URL: address} }

// Draw is a cell with a component.
func Draw(body templ.Component) Cell { return Cell{Body: body} }

// MoneyCell is a cell with an amount in fen, in full. Use it in columns of ColumnNumber.
func MoneyCell(fen int64) Cell { return Cell{Body: Money(Amount{Minor: fen, Plain: true})} }
