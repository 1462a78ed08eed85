package ui

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"xiaoguan/internal/i18n"
)

// placedCell is a cell with the first visible column that it stands under and the number of visible columns that it covers.
type placedCell struct {
	cell   Cell
	column Column
	span   int
}

// place pairs the cells of a row with the visible columns. A row that is too short is filled up, so that no column shifts.
//
// A cell over several columns becomes a colspan only where no column folds away on phones, or where it covers the whole row: a
// colspan counts columns that a style sheet has hidden. Elsewhere it stands under its first column, with empty cells after it.
func (v TableView) place(row Row) []placedCell {
	var placed []placedCell
	index := 0
	for _, cell := range row.Cells {
		width := max(cell.Span, 1)
		under := v.visible(index, index+width)
		index += width
		switch {
		case len(under) == 0:
		case !v.foldsOnPhone() || (len(under) > 1 && len(under) == len(v.visible(0, len(v.Columns)))):
			first := under[0]
			first.Phone = first.Phone || len(under) > 1
			placed = append(placed, placedCell{cell: cell, column: first, span: len(under)})
		default:
			placed = append(placed, placedCell{cell: cell, column: under[0], span: 1})
			for _, column := range under[1:] {
				placed = append(placed, placedCell{column: column, span: 1})
			}
		}
	}
	for _, column := range v.visible(index, len(v.Columns)) {
		placed = append(placed, placedCell{column: column, span: 1})
	}
	return placed
}

// placeIn is place for a row of the class. A sum keeps its name on phones: where the column that names it folds away, the name goes to the
// first column that stays, if possible one without a figure.
func (v TableView) placeIn(row Row, class string) []placedCell {
	placed := v.place(row)
	if class != "sum" || !v.foldsOnPhone() {
		return placed
	}
	name := slices.IndexFunc(placed, func(c placedCell) bool { return c.cell.Text != "" })
	if name < 0 || placed[name].column.Phone {
		return placed
	}
	stays := func(c placedCell) bool { return c.column.Phone }
	to := slices.IndexFunc(placed, func(c placedCell) bool { return stays(c) && c.cell.Text == "" && c.cell.Body == nil })
	if to < 0 {
		to = slices.IndexFunc(placed, stays)
	}
	placed[to].cell.Phone = placed[name].cell.Text
	return placed
}

func (v TableView) visible(from, to int) []Column {
	var columns []Column
	for _, column := range v.Columns[min(from, len(v.Columns)):min(max(to, from), len(v.Columns))] {
		if !column.Hidden {
			columns = append(columns, column)
		}
	}
	return columns
}

// foldsOnPhone reports whether some column is marked to stay, so that the others go.
func (v TableView) foldsOnPhone() bool {
	return slices.ContainsFunc(v.Columns, func(c Column) bool { return c.Phone && !c.Hidden })
}

func (v TableView) cellClass(column Column) string {
	class := string(column.Kind)
	if v.foldsOnPhone() && !column.Phone {
		class += " hp"
	}
	return strings.TrimSpace(class)
}

func (v TableView) ariaSort(column Column) string {
	switch {
	case !column.Sortable || v.Sort.Key != column.Key:
		return ""
	case v.Sort.Descending:
		return "descending"
	}
	return "ascending"
}

func (v TableView) sortIcon() string {
	if v.Sort.Descending {
		return "arrow-down"
	}
	return "arrow-up"
}

// sortURL sorts by the column; figures begin with the greatest, and a second click turns the order round.
func (v TableView) sortURL(column Column) string {
	sort := Sort{Key: column.Key, Descending: column.Kind == ColumnNumber}
	if v.Sort.Key == column.Key {
		sort.Descending = !v.Sort.Descending
	}
	return URLWith(v.Path, v.Query, "sort", sort.Param(), "cursor", "")
}

func (v TableView) columnCount() string {
	shown := 0
	for _, column := range v.Columns {
		if !column.Hidden {
			shown++
		}
	}
	return fmt.Sprintf("%d/%d", shown, len(v.Columns))
}

func (v TableView) chartAttributes(column Column) templ.OrderedAttributes {
	if column.Chart == nil {
		return nil
	}
	s := column.Chart
	var attributes templ.OrderedAttributes
	for _, pair := range [][2]string{{"data-t", s.Type}, {"data-c", s.Color}, {"data-stack", s.Stack}, {"data-goal", s.Goal}, {"data-goaltext", s.GoalText}, {"data-area", flag(s.Area)}, {"data-last", flag(s.Running)}} {
		if pair[1] != "" {
			attributes = append(attributes, templ.KeyValue[string, any]{Key: pair[0], Value: pair[1]})
		}
	}
	return attributes
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

func exportIcon(link Link) string {
	if link.Icon != "" {
		return link.Icon
	}
	return "table-export"
}

func without(query url.Values, names ...string) url.Values {
	out := url.Values{}
	for name, values := range query {
		if !slices.Contains(names, name) {
			out[name] = values
		}
	}
	return out
}

func pagerRange(p *i18n.Printer, pager Pager) string {
	switch {
	case pager.Total == 0 || pager.To < pager.From:
		return p.T("pager.none")
	case pager.From == 0 && pager.Total < 0:
		return ""
	case pager.From == 0:
		return p.T("pager.total", "Count", pager.Total)
	case pager.Total < 0:
		return p.T("pager.range", "From", pager.From, "To", pager.To)
	case pager.AtLeast:
		return p.T("pager.range_least", "From", pager.From, "To", pager.To, "Total", pager.Total)
	}
	return p.T("pager.range_of", "From", pager.From, "To", pager.To, "Total", pager.Total)
}

func (v FilterView) popoverID() string {
	if v.ID != "" {
		return v.ID + "-filter"
	}
	return "filter"
}

// sentValues are the values a browser would send for the field.
func (f Field) sentValues() []string {
	switch f.Kind {
	case FieldSelect, FieldRadio, FieldChecks:
		var values []string
		for _, option := range f.Options {
			if option.Selected || (option.Value == f.Value && f.Value != "") {
				values = append(values, option.Value)
			}
		}
		return values
	case FieldCheck:
		if !f.Checked {
			return nil
		}
	}
	if f.Value == "" {
		return nil
	}
	return []string{f.Value}
}

// nothing reports whether the list is empty from its beginning: the state that stands there says so, and a pager would say it again.
func (v TableView) nothing() bool {
	return len(v.Rows) == 0 && v.Empty != nil && (v.Pager == nil || v.Pager.Previous == "" && v.Pager.From <= 1)
}
