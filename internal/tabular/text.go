package tabular

import (
	"bytes"
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/encoding/simplifiedchinese"

	"xiaoguan/internal/errs"
)

// TextOptions say how to read a text file. Zero members are detected or defaulted.
type TextOptions struct {
	Encoding   Encoding
	Delimiter  byte // 0 is sniffed
	HeaderRow  int  // the row that names the columns; 0 is 1
	Limits     Limits
	BlockBytes int // how much is decoded at a time; default 256 KiB
}

// TextFile is an opened text file, its header read and its rows to come. It is read once.
type TextFile struct {
	Header    []string
	Encoding  Encoding
	Delimiter byte

	in      *limitedReader
	limits  Limits
	block   int
	carry   []byte // bytes read and not yet handed out, beginning with a record
	ended   bool
	rowsOut int // rows before carry
}

// sampleBytes is how much of a file is looked at to detect its encoding and delimiter.
const sampleBytes = 64 << 10

// OpenText reads the beginning of a text file: encoding, delimiter and header. It returns errs.KindInvalid for an encoding we don't
// read and for a file without a header, errs.KindTooLarge for one that begins with an endless row.
func OpenText(r io.Reader, options TextOptions) (t *TextFile, err error) {
	limits := options.Limits.OrDefault()
	t = &TextFile{Encoding: options.Encoding, Delimiter: options.Delimiter, limits: limits, block: options.BlockBytes}
	if t.block <= 0 {
		t.block = 256 << 10
	}
	t.in = &limitedReader{r: r, left: limits.FileBytes, limit: limits.FileBytes}
	sample := max(t.block, sampleBytes)
	if options.BlockBytes > 0 {
		sample = options.BlockBytes
	}
	if err := t.fill(sample); err != nil {
		return nil, err
	}
	if t.Encoding == EncodingAuto {
		if t.Encoding, err = detectEncoding(t.carry, t.ended); err != nil {
			return nil, err
		}
	}
	if t.Encoding == EncodingGB18030 && !bytes.HasPrefix(t.carry, utf8BOM) {
		t.in.r = simplifiedchinese.GB18030.NewDecoder().Reader(io.MultiReader(bytes.NewReader(t.carry), t.in.r))
		t.in.left, t.carry, t.ended = limits.FileBytes, nil, false
		if err := t.fill(sample); err != nil {
			return nil, err
		}
	}
	t.carry = bytes.TrimPrefix(t.carry, utf8BOM)
	if t.Delimiter == 0 {
		t.Delimiter = SniffDelimiter(t.carry)
	}
	return t, t.readHeader(max(options.HeaderRow, 1))
}

// limitedReader refuses a file above its limit instead of cutting it off.
type limitedReader struct {
	r           io.Reader
	left, limit int64
}

func (l *limitedReader) Read(p []byte) (n int, err error) {
	n, err = l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, problem(errs.KindTooLarge, 0, "", "tabular.file_too_large", errs.Args{"Bytes": l.limit})
	}
	return n, err
}

// fill reads until carry holds size bytes or the file ends.
func (t *TextFile) fill(size int) error {
	have := len(t.carry)
	if cap(t.carry) < size {
		t.carry = append(make([]byte, 0, size), t.carry...)
	}
	t.carry = t.carry[:size]
	n, err := io.ReadFull(t.in, t.carry[have:])
	t.carry = t.carry[:have+n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		t.ended = true
		return nil
	}
	return err
}

// readHeader takes the rows up to and with the header from carry.
func (t *TextFile) readHeader(headerRow int) error {
	for {
		rows := Rows{data: t.carry, delimiter: t.Delimiter, quoted: true, limits: t.limits}
		for rows.Next() && (rows.pos < len(t.carry) || t.ended) {
			if rows.row < headerRow {
				continue
			}
			if err := t.checkBytes(t.carry[:rows.pos], 1); err != nil {
				return err
			}
			if p := rows.Problem(); p.Key != "" {
				return problem(errs.KindInvalid, rows.row, "", p.Key, p.Args)
			}
			for _, field := range rows.Fields() {
				t.Header = append(t.Header, string(bytes.TrimSpace(field)))
			}
			t.carry, t.rowsOut = t.carry[rows.pos:], rows.row
			return nil
		}
		if t.ended {
			return problem(errs.KindInvalid, headerRow, "", "tabular.no_header", nil)
		}
		if len(t.carry) > t.limits.RecordBytes {
			return problem(errs.KindTooLarge, 1, "", "tabular.record_too_long", errs.Args{"Bytes": t.limits.RecordBytes})
		}
		if err := t.fill(2 * len(t.carry)); err != nil {
			return err
		}
	}
}

// checkBytes refuses zero bytes and broken characters with the row they are in.
func (t *TextFile) checkBytes(data []byte, firstRow int) error {
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return problem(errs.KindInvalid, firstRow+bytes.Count(data[:i], []byte{'\n'}), "", "tabular.zero_byte", nil)
	}
	if t.Encoding == EncodingGB18030 { // its decoder puts U+FFFD where bytes make no sense
		if i := bytes.Index(data, []byte("\uFFFD")); i >= 0 {
			return problem(errs.KindInvalid, firstRow+bytes.Count(data[:i], []byte{'\n'}), "", "tabular.not_gb18030", nil)
		}
	}
	if utf8.Valid(data) {
		return nil
	}
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return problem(errs.KindInvalid, firstRow+bytes.Count(data[:at], []byte{'\n'}), "", "tabular.not_utf8", nil)
}

// block is a run of whole records.
type block struct {
	data     []byte
	firstRow int // number of the first record
	quoted   bool
}

// next cuts the next block off the file, or returns io.EOF. buffer is reused for what remains.
func (t *TextFile) next(buffer []byte) (b block, err error) {
	size := t.block
	for {
		if err := t.fill(max(size, len(t.carry))); err != nil {
			return block{}, err
		}
		if len(t.carry) == 0 {
			return block{}, io.EOF
		}
		quoted := bytes.IndexByte(t.carry, '"') >= 0
		end, rows := 0, 0
		switch {
		case t.ended && !quoted:
			end, rows = len(t.carry), bytes.Count(t.carry, []byte{'\n'})
		case t.ended:
			end = len(t.carry)
		case quoted:
			end, rows = lastRecord(t.carry, t.Delimiter)
		default:
			end = bytes.LastIndexByte(t.carry, '\n') + 1
			rows = bytes.Count(t.carry[:end], []byte{'\n'})
		}
		if end > 0 {
			b = block{data: t.carry[:end], firstRow: t.rowsOut + 1, quoted: quoted}
			t.rowsOut += rows
			t.carry = append(buffer[:0], t.carry[end:]...)
			return b, nil
		}
		if len(t.carry) > t.limits.RecordBytes {
			key := "tabular.record_too_long"
			if quoted {
				key = "tabular.quote_not_closed"
			}
			return block{}, problem(errs.KindInvalid, t.rowsOut+1, "", key, errs.Args{"Bytes": t.limits.RecordBytes})
		}
		size = 2 * len(t.carry)
	}
}

// lastRecord returns where the last whole record of data ends and how many records there are up to it, data beginning with a record.
// It must agree with Rows.nextQuoted on where records end.
func lastRecord(data []byte, delimiter byte) (end, records int) {
	const (
		fieldStart = iota
		bare
		quoted
		afterQuote
	)
	state := fieldStart
	for i, c := range data {
		switch state {
		case quoted:
			if c == '"' {
				state = afterQuote
			}
			continue
		case afterQuote:
			if c == '"' {
				state = quoted
				continue
			}
			state = bare
		case fieldStart:
			if c == '"' {
				state = quoted
				continue
			}
			state = bare
		}
		switch c {
		case '\n':
			end, records, state = i+1, records+1, fieldStart
		case delimiter:
			state = fieldStart
		}
	}
	return end, records
}

type job[T any] struct {
	block  block
	result T
	err    error
	done   chan struct{}
}

// Scan decodes the rows of a text file on several goroutines and hands the results over in the order of the file, one block's result
// at a time, from one goroutine. newDecoder is called once per goroutine. What decode returns must not hold on to field bytes.
// Scan ends with the first error of the file (errs.KindInvalid, errs.KindTooLarge), of consume or of ctx.
func Scan[T any](ctx context.Context, t *TextFile, workers int, newDecoder func() func(*Rows) T, consume func(T) error) error {
	workers = max(workers, 1)
	group, ctx := errgroup.WithContext(ctx)
	work, order := make(chan *job[T], workers), make(chan *job[T], 2*workers)
	free := make(chan []byte, 4*workers)
	group.Go(func() error {
		defer close(work)
		defer close(order)
		return cut(ctx, t, work, order, free)
	})
	for range workers {
		decode := newDecoder()
		group.Go(func() error {
			rows := Rows{delimiter: t.Delimiter, limits: t.limits}
			for j := range work {
				if j.err = t.checkBytes(j.block.data, j.block.firstRow); j.err == nil {
					rows.data, rows.pos, rows.row, rows.quoted = j.block.data, 0, j.block.firstRow-1, j.block.quoted
					j.result = decode(&rows)
				}
				select {
				case free <- j.block.data[:0]:
				default:
				}
				close(j.done)
			}
			return nil
		})
	}
	group.Go(func() error {
		for j := range order {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-j.done:
			}
			if j.err != nil {
				return j.err
			}
			if err := consume(j.result); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// cut hands blocks to the workers, and in the same order to who waits for them.
func cut[T any](ctx context.Context, t *TextFile, work, order chan<- *job[T], free <-chan []byte) error {
	for {
		var buffer []byte
		select {
		case buffer = <-free:
		default:
			buffer = make([]byte, 0, t.block)
		}
		b, err := t.next(buffer)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		j := &job[T]{block: b, done: make(chan struct{})}
		for _, queue := range []chan<- *job[T]{order, work} {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case queue <- j:
			}
		}
	}
}
