package tabular

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"xiaoguan/internal/errs"
)

// Rows iterates over the rows of one block. Field bytes are valid until the next call of Next.
type Rows struct {
	data      []byte
	pos       int
	row       int
	delimiter byte
	quoted    bool // the block holds a quotation mark: take the careful path
	limits    Limits
	fields    [][]byte
	scratch   []byte
	problem   string

	sheet        [][][]byte // rows of a workbook's sheet instead of data
	sheetNumbers []int
	sheetAt      int
}

// Next moves to the next row that is not an empty line and reports whether there is one.
func (r *Rows) Next() bool {
	if r.sheet != nil {
		return r.nextOfSheet()
	}
	for r.pos < len(r.data) {
		r.row++
		r.fields, r.problem = r.fields[:0], ""
		if r.quoted {
			r.scratch = r.scratch[:0]
			start := r.pos
			r.nextQuoted()
			if r.pos-start > r.limits.RecordBytes {
				r.problem = "tabular.record_too_long"
			}
			if len(r.fields) == 1 && len(r.fields[0]) == 0 && r.pos-start <= 2 && r.data[start] != '"' {
				continue
			}
		} else if !r.nextPlain() {
			continue
		}
		if len(r.fields) > r.limits.Columns {
			r.problem = "tabular.too_many_columns"
		}
		return true
	}
	return false
}

// nextPlain splits a line without quotation marks. It is false for an empty line. It looks at eight bytes at a time: cells are short,
// and a call for each of them costs more than the search.
func (r *Rows) nextPlain() bool {
	data, begin, field := r.data, r.pos, r.pos
	at, end := r.pos, -1
	delimiters, lineEnds := everyByte*uint64(r.delimiter), everyByte*uint64('\n')
	for end < 0 && at+8 <= len(data) {
		word := binary.LittleEndian.Uint64(data[at:])
		for found := zeroBytes(word^delimiters) | zeroBytes(word^lineEnds); found != 0; found &= found - 1 {
			k := at + bits.TrailingZeros64(found)/8
			if data[k] == '\n' {
				end = k
				break
			}
			r.fields = append(r.fields, data[field:k])
			field = k + 1
		}
		at += 8
	}
	for ; end < 0 && at < len(data); at++ {
		switch data[at] {
		case '\n':
			end = at
		case r.delimiter:
			r.fields = append(r.fields, data[field:at])
			field = at + 1
		}
	}
	r.pos = end + 1
	if end < 0 {
		end, r.pos = len(data), len(data)
	}
	if end > field && data[end-1] == '\r' {
		end--
	}
	if end == begin {
		return false
	}
	r.fields = append(r.fields, data[field:end])
	if end-begin > r.limits.RecordBytes {
		r.problem = "tabular.record_too_long"
	}
	return true
}

// everyByte times a byte is a word of eight of them.
const everyByte = 0x0101010101010101

// zeroBytes marks the bytes of a word that are zero by their highest bit.
func zeroBytes(word uint64) uint64 {
	const low = everyByte * 0x7f
	return ^((word&low + low) | word | low)
}

// nextQuoted splits one record by the rules of RFC 4180. A quotation mark inside an unquoted field, or text after a closing one, is a
// problem of the row and read as written; a record without its closing mark ends with the data.
func (r *Rows) nextQuoted() {
	for {
		var more bool
		if r.pos < len(r.data) && r.data[r.pos] == '"' {
			more = r.quotedField()
		} else {
			more = r.bareField()
		}
		if !more {
			return
		}
	}
}

// bareField takes a field up to a delimiter or the line's end and reports whether another field follows.
func (r *Rows) bareField() (more bool) {
	rest := r.data[r.pos:]
	end := bytes.IndexByte(rest, '\n')
	if end < 0 {
		end = len(rest)
	}
	field := rest[:end]
	if i := bytes.IndexByte(field, r.delimiter); i >= 0 {
		field, more = field[:i], true
		r.pos += i + 1
	} else {
		r.pos += min(end+1, len(rest))
		if n := len(field); n > 0 && field[n-1] == '\r' {
			field = field[:n-1]
		}
	}
	if bytes.IndexByte(field, '"') >= 0 {
		r.problem = "tabular.bare_quote"
	}
	r.fields = append(r.fields, field)
	return more
}

// quotedField takes a field in quotation marks, in which a doubled mark stands for one, and reports whether another field follows.
func (r *Rows) quotedField() (more bool) {
	r.pos++
	start, from := r.pos, len(r.scratch)
	copied := false
	for {
		i := bytes.IndexByte(r.data[r.pos:], '"')
		if i < 0 {
			r.problem = "tabular.quote_not_closed"
			r.fields = append(r.fields, r.data[start:])
			r.pos = len(r.data)
			return false
		}
		r.pos += i + 1
		if r.pos < len(r.data) && r.data[r.pos] == '"' {
			r.scratch = append(r.scratch, r.data[start:r.pos]...)
			r.pos++
			start, copied = r.pos, true
			continue
		}
		break
	}
	field := r.data[start : r.pos-1]
	if copied {
		r.scratch = append(r.scratch, field...)
		field = r.scratch[from:len(r.scratch):len(r.scratch)]
	}
	if bytes.Contains(field, []byte("\r\n")) { // as encoding/csv: a line break inside a field is one \n
		field = bytes.ReplaceAll(field, []byte("\r\n"), []byte("\n"))
	}
	return r.afterQuote(field)
}

// afterQuote expects a delimiter or the line's end after a closing quotation mark.
func (r *Rows) afterQuote(field []byte) (more bool) {
	rest := r.data[r.pos:]
	switch {
	case len(rest) == 0:
	case rest[0] == r.delimiter:
		r.pos++
		more = true
	case rest[0] == '\n':
		r.pos++
	case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
		r.pos += 2
	default:
		r.fields = append(r.fields, nil)
		at := len(r.fields) - 1
		more = r.bareField()
		r.fields = append(r.fields[:at], append(bytes.Clone(field), r.fields[at+1]...))
		r.problem = "tabular.text_after_quote"
		return more
	}
	r.fields = append(r.fields, field)
	return more
}

func (r *Rows) nextOfSheet() bool {
	for r.sheetAt < len(r.sheet) {
		r.fields, r.row, r.problem = r.sheet[r.sheetAt], r.sheetNumbers[r.sheetAt], ""
		r.sheetAt++
		if len(r.fields) > r.limits.Columns {
			r.problem = "tabular.too_many_columns"
		}
		if len(r.fields) > 0 {
			return true
		}
	}
	return false
}

// Fields returns the current row's fields. They must not be changed or kept.
func (r *Rows) Fields() [][]byte { return r.fields }

// Size returns the bytes of the block; 0 for rows of a workbook.
func (r *Rows) Size() int64 { return int64(len(r.data)) }

// Number returns the current row's number, as a spreadsheet shows it.
func (r *Rows) Number() int { return r.row }

// Problem says what is wrong with the form of the current row; Key is empty when nothing is.
func (r *Rows) Problem() errs.Message {
	if r.problem == "" {
		return errs.Message{}
	}
	return errs.Msg(r.problem, errs.Args{"Columns": r.limits.Columns, "Bytes": r.limits.RecordBytes})
}
