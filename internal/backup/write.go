package backup

import (
	"archive/zip"
	"bufio"
	"compress/flate"
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
	"strconv"
	"unicode/utf8"
)

const (
	tablePath    = "tables/"
	tableEnding  = ".ndjson"
	filePath     = "files/"
	manifestPath = "manifest.json"
)

// writer writes the parts one after another.
type writer struct {
	zip   *zip.Writer
	parts []Part
}

func newWriter(to io.Writer) *writer {
	w := &writer{zip: zip.NewWriter(to)}
	// Rows repeat themselves so much that the fastest level takes most of them away already.
	w.zip.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
	return w
}

// part is a member that is being written, with its digest.
type part struct {
	*bufio.Writer
	hash  hash.Hash
	bytes countingWriter
}

type countingWriter struct {
	to io.Writer
	n  int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// add writes one member by fn.
func (w *writer) add(path string, fn func(io.Writer) (*Part, error)) error {
	member, err := w.zip.Create(path)
	if err != nil {
		return err
	}
	p := part{hash: sha256.New()}
	p.bytes.to = io.MultiWriter(member, p.hash)
	p.Writer = bufio.NewWriterSize(&p.bytes, 1<<16)
	written, err := fn(p)
	if err != nil {
		return err
	}
	if err := p.Flush(); err != nil {
		return err
	}
	written.Path, written.Bytes, written.SHA256 = path, p.bytes.n, hex.EncodeToString(p.hash.Sum(nil))
	w.parts = append(w.parts, *written)
	return nil
}

func (w *writer) table(ctx context.Context, r Reader, t Table) (rows int64, err error) {
	err = w.add(tablePath+t.Name+tableEnding, func(to io.Writer) (*Part, error) {
		var line []byte
		err := r.EachBackupRow(ctx, t, func(values []any) (err error) {
			if line, err = appendRow(line[:0], values); err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
			rows++
			_, err = to.Write(line)
			return err
		})
		return &Part{Rows: rows, Table: &t}, err
	})
	return rows, err
}

// appendRow writes a row as a line.
func appendRow(line []byte, values []any) ([]byte, error) {
	line = append(line, '[')
	for i, value := range values {
		if i > 0 {
			line = append(line, ',')
		}
		switch v := value.(type) {
		case nil:
			line = append(line, "null"...)
		case int64:
			line = strconv.AppendInt(line, v, 10)
		case bool:
			line = strconv.AppendBool(line, v)
		case string:
			if !utf8.ValidString(v) {
				return nil, fmt.Errorf("a text that is no UTF-8: %q", v)
			}
			text, err := json.Marshal(v)
			if err != nil {
				return nil, err
			}
			line = append(line, text...)
		case []byte:
			line = append(line, '"')
			line = base64.StdEncoding.AppendEncode(line, v)
			line = append(line, '"')
		default:
			return nil, fmt.Errorf("a value of type %T", value)
		}
	}
	return append(line, ']', '\n'), nil
}

// files writes what is below a root. What is removed meanwhile is left out.
func (w *writer) files(ctx context.Context, files fs.FS, root string) error {
	return fs.WalkDir(files, root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		from, err := files.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer from.Close()
		return w.add(filePath+path, func(to io.Writer) (*Part, error) {
			_, err := io.Copy(to, from)
			return &Part{}, err
		})
	})
}

// finish writes the manifest, without which a file is no backup: one that was cut off has none.
func (w *writer) finish(about About) (*Manifest, error) {
	m := &Manifest{Format: Format, About: about, Parts: w.parts}
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return nil, err
	}
	member, err := w.zip.Create(manifestPath)
	if err != nil {
		return nil, err
	}
	if _, err := member.Write(text); err != nil {
		return nil, err
	}
	return m, w.zip.Close()
}
