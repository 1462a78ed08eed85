// Package backup writes everything that an installation knows into one file, and reads it back, into either database.
//
// A backup is a ZIP file that any program can open: tables/NAME.ndjson with a row per line as a JSON array in the order of the table's columns, files of the
// data folder under files/, and at the end manifest.json, which says of what version and schema it is and holds rows, bytes and SHA-256 of each part. Whole numbers
// are JSON numbers, bytes are base64. Nothing in it belongs to one database, so that it is also the way from SQLite to PostgreSQL and back.
//
// Limits: the job queue's own tables are left out, because jobs that wait are handed to it again at the start; contents that lie in an object storage are not in
// it; it is not encrypted. It needs no place for the whole in memory: a row is held at a time, and one has ValueBytesMax at most.
package backup

import (
	"context"
	"io"
	"io/fs"
	"time"
)

// Format is the version of the form that is written. Read takes this one alone.
const Format = 1

// ValueBytesMax is how long a line of a table may be: the longest attachment in base64, with room.
const ValueBytesMax = 256 << 20

// ColumnType is what a column holds on either database.
type ColumnType string

// The types.
const (
	Text    ColumnType = "text"
	Integer ColumnType = "integer" // of 64 bits
	Boolean ColumnType = "boolean"
	Bytes   ColumnType = "bytes"
)

// Column is a column of a table.
type Column struct {
	Name string     `json:"name"`
	Type ColumnType `json:"type"`
}

// Table is a table with its columns by name.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
}

// About says where a backup comes from.
type About struct {
	Company string    `json:"company"`
	Program string    `json:"program"` // its version
	Engine  string    `json:"engine"`
	Schema  int64     `json:"schema"` // the number of the last migration
	At      time.Time `json:"at"`     // of the snapshot
	// KeyDigest tells whether a key file is the one that secrets in this backup are sealed with; it gives nothing of the key away.
	KeyDigest string `json:"key_digest"`
	// Storage is where contents of files lie that are not in the backup; empty for none.
	Storage string `json:"storage"`
}

// Part is a member of the file as it was written.
type Part struct {
	Path   string `json:"path"`
	Rows   int64  `json:"rows,omitempty"` // of a table
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Table  *Table `json:"table,omitempty"` // nil for a file
}

// Manifest is what is in a backup.
type Manifest struct {
	Format int `json:"format"`
	About
	Parts []Part `json:"parts"`
}

// Rows is how many rows there are in all tables.
func (m *Manifest) Rows() (total int64) {
	for _, p := range m.Parts {
		total += p.Rows
	}
	return total
}

// Tables are the tables by name.
func (m *Manifest) Tables() (list []Table) {
	for _, p := range m.Parts {
		if p.Table != nil {
			list = append(list, *p.Table)
		}
	}
	return list
}

// Reader reads an installation on one snapshot.
type Reader interface {
	// SchemaVersion is the number of the last migration.
	SchemaVersion(ctx context.Context) (int64, error)
	// BackupCompany is the company's name, on any schema; empty before it is set up.
	BackupCompany(ctx context.Context) (string, error)
	// BackupTables returns the tables with their columns, both by name.
	BackupTables(ctx context.Context) ([]Table, error)
	// EachBackupRow hands out rows with nil, string, int64, bool and []byte, which are good until the next.
	EachBackupRow(ctx context.Context, table Table, fn func(values []any) error) error
}

// Source is a database to be written down.
type Source interface {
	Read(ctx context.Context, fn func(Reader) error) error
}

// Next gives the next row into dst, and false when there is none.
type Next func(dst []any) (bool, error)

// Target is a database without anything in it.
type Target interface {
	// Refill makes the schema of a version, puts in the rows of the tables, and then brings it to the program's version. All rows are there in the end, or none. Errors: conflict when
	// something is there already, or the version is newer than the program; invalid when tables or columns are others.
	Refill(ctx context.Context, schema int64, tables []Table, rows func(table string) (Next, error)) error
}

// Options are what Write puts beside the tables.
type Options struct {
	About
	Files fs.FS    // the data folder
	Roots []string // files and folders of it that are put in, if they are there
	// Told is called after each table.
	Told func(table string, rows int64)
}

// Write writes a backup. What was written is of no use when it returns an error.
func Write(ctx context.Context, to io.Writer, source Source, o Options) (m *Manifest, err error) {
	w := newWriter(to)
	err = source.Read(ctx, func(r Reader) error {
		if o.Schema, err = r.SchemaVersion(ctx); err != nil {
			return err
		}
		if o.Company, err = r.BackupCompany(ctx); err != nil {
			return err
		}
		tables, err := r.BackupTables(ctx)
		if err != nil {
			return err
		}
		for _, t := range tables {
			rows, err := w.table(ctx, r, t)
			if err != nil {
				return err
			}
			if o.Told != nil {
				o.Told(t.Name, rows)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, root := range o.Roots {
		if err := w.files(ctx, o.Files, root); err != nil {
			return nil, err
		}
	}
	return w.finish(o.About)
}

// Restore puts a backup into a target.
func Restore(ctx context.Context, a *Archive, to Target) error {
	return to.Refill(ctx, a.Manifest.Schema, a.Manifest.Tables(), func(table string) (Next, error) { return a.rows(ctx, table) })
}
