package backup

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strings"

	"xiaoguan/internal/errs"
)

// manifestBytesMax is far more than the parts of any installation need.
const manifestBytesMax = 64 << 20

// Archive is a backup that is read.
type Archive struct {
	Manifest Manifest
	members  map[string]*zip.File
	parts    map[string]Part
}

// broken says that a file is no backup, or not the one that was written.
func broken(part, why string) error {
	return errs.New(errs.KindInvalid, "backup.broken", errs.Args{"Part": part}).Because(errors.New(why))
}

// Open reads what is in a backup. Errors: invalid when it is none, or of another form.
func Open(from io.ReaderAt, size int64) (*Archive, error) {
	packed, err := zip.NewReader(from, size)
	if err != nil {
		return nil, errs.New(errs.KindInvalid, "backup.not_a_backup", nil).Because(err)
	}
	a := &Archive{members: map[string]*zip.File{}, parts: map[string]Part{}}
	for _, f := range packed.File {
		if a.members[f.Name] != nil {
			return nil, broken(f.Name, "twice in the file")
		}
		a.members[f.Name] = f
	}
	member := a.members[manifestPath]
	if member == nil {
		return nil, errs.New(errs.KindInvalid, "backup.not_a_backup", nil)
	}
	text, err := readAll(member)
	if err != nil || json.Unmarshal(text, &a.Manifest) != nil {
		return nil, broken(manifestPath, "unreadable")
	}
	if a.Manifest.Format != Format {
		return nil, errs.New(errs.KindInvalid, "backup.other_format", errs.Args{"Format": a.Manifest.Format, "Program": a.Manifest.Program})
	}
	for _, p := range a.Manifest.Parts {
		if _, twice := a.parts[p.Path]; twice || a.members[p.Path] == nil {
			return nil, broken(p.Path, "missing, or named twice")
		}
		if p.Table != nil && p.Path != tablePath+p.Table.Name+tableEnding || p.Table == nil && !isFile(p.Path) {
			return nil, broken(p.Path, "not a place of this part")
		}
		a.parts[p.Path] = p
	}
	return a, nil
}

// isFile reports whether a path is one of a file, and stays below the folder.
func isFile(path string) bool {
	name, found := strings.CutPrefix(path, filePath)
	return found && fs.ValidPath(name) && name != "." && !strings.Contains(name, `\`)
}

func readAll(f *zip.File) ([]byte, error) {
	from, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	return io.ReadAll(io.LimitReader(from, manifestBytesMax))
}

// Has reports whether a file of the data folder is in the backup.
func (a *Archive) Has(file string) bool {
	_, in := a.parts[filePath+file]
	return in
}

// Check reads all of it and holds each part against its digest, its bytes and its rows. Errors: invalid, naming the first part that is not as it was written.
func (a *Archive) Check(ctx context.Context) error {
	for _, p := range a.Manifest.Parts {
		if p.Table == nil {
			if err := a.file(ctx, p, io.Discard); err != nil {
				return err
			}
			continue
		}
		next, err := a.rows(ctx, p.Table.Name)
		if err != nil {
			return err
		}
		row := make([]any, len(p.Table.Columns))
		for {
			if more, err := next(row); err != nil {
				return err
			} else if !more {
				break
			}
		}
	}
	return nil
}

// EachFile hands out the files of the data folder; one that is not as it was written is an error after it was read.
func (a *Archive) EachFile(ctx context.Context, create func(name string) (io.WriteCloser, error)) error {
	for _, p := range a.Manifest.Parts {
		if p.Table != nil {
			continue
		}
		to, err := create(strings.TrimPrefix(p.Path, filePath))
		if err != nil {
			return err
		}
		if err := errors.Join(a.file(ctx, p, to), to.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) file(ctx context.Context, p Part, to io.Writer) error {
	from, err := a.open(p)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // it was read to its end
	if _, err := io.Copy(to, from); err != nil {
		return from.wrong(err)
	}
	return errors.Join(from.whole(0), ctx.Err())
}

// reading is a member of which digest and length are kept.
type reading struct {
	io.Reader
	io.Closer
	part Part
	hash hash.Hash
	n    countingWriter
}

func (a *Archive) open(p Part) (*reading, error) {
	from, err := a.members[p.Path].Open()
	if err != nil {
		return nil, broken(p.Path, err.Error())
	}
	r := &reading{Closer: from, part: p, hash: sha256.New()}
	r.n.to = r.hash
	r.Reader = io.TeeReader(io.LimitReader(from, p.Bytes+1), &r.n)
	return r, nil
}

func (r *reading) wrong(err error) error { return broken(r.part.Path, err.Error()) }

// whole says whether everything was read, and is what was written.
func (r *reading) whole(rows int64) error {
	if sum := hex.EncodeToString(r.hash.Sum(nil)); r.n.n != r.part.Bytes || sum != r.part.SHA256 || rows != r.part.Rows {
		return broken(r.part.Path, fmt.Sprintf("%d bytes and %d rows with the digest %s", r.n.n, rows, sum))
	}
	return nil
}

// rows reads a table to its end, where it says whether that was all that was written.
func (a *Archive) rows(ctx context.Context, table string) (Next, error) {
	p, known := a.parts[tablePath+table+tableEnding]
	if !known {
		return nil, broken(table, "not in the file")
	}
	from, err := a.open(p)
	if err != nil {
		return nil, err
	}
	lines, count := bufio.NewScanner(from), int64(0)
	lines.Buffer(make([]byte, 1<<16), ValueBytesMax)
	return func(dst []any) (bool, error) {
		if count%1000 == 0 && ctx.Err() != nil {
			return false, errors.Join(ctx.Err(), from.Close())
		}
		if !lines.Scan() {
			if err := lines.Err(); err != nil {
				return false, errors.Join(from.wrong(err), from.Close())
			}
			return false, errors.Join(from.whole(count), from.Close())
		}
		count++
		if err := parseRow(lines.Bytes(), p.Table.Columns, dst); err != nil {
			return false, errors.Join(broken(p.Path, fmt.Sprintf("line %d: %v", count, err)), from.Close())
		}
		return true, nil
	}, nil
}

// parseRow reads a line into values.
func parseRow(line []byte, columns []Column, dst []any) error {
	reader := json.NewDecoder(bytes.NewReader(line))
	reader.UseNumber()
	var values []any
	if err := reader.Decode(&values); err != nil {
		return err
	}
	if len(values) != len(columns) || len(dst) != len(columns) {
		return fmt.Errorf("%d values for %d columns", len(values), len(columns))
	}
	for i, value := range values {
		read, err := valueOf(value, columns[i].Type)
		if err != nil {
			return fmt.Errorf("%s: %w", columns[i].Name, err)
		}
		dst[i] = read
	}
	return nil
}

func valueOf(value any, of ColumnType) (any, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case json.Number:
		if of == Integer {
			return v.Int64()
		}
	case bool:
		if of == Boolean {
			return v, nil
		}
	case string:
		switch of {
		case Text:
			return v, nil
		case Bytes:
			return base64.StdEncoding.DecodeString(v)
		}
	}
	return nil, fmt.Errorf("%T is no %s", value, of)
}
