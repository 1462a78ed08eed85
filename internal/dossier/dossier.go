// Package dossier writes the documents of the loop of improvement with what the installation knows filled in: the report of a diagnosis 《诊断报告》, the plan of the
// programme 《项目方案》, the pack of a quarter's review 《季度复盘材料》, and the final report 《结项报告》.
//
// A document is a value of package paper, written for one reader in one language from what the services answer to that reader: what one may not see is not in it, and
// the document says so. From the same records on the same day it is the same document, to the byte of its Word file and its PDF. What was handed out is kept in both
// languages, as it was, with a digest; nothing changes it later.
//
// Limits: a document proposes by rules that it names; people decide. Names are those of today. Charts are not drawn.
package dossier

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/paper"
)

// Kind is which document it is.
type Kind string

// The kinds.
const (
	KindDiagnosis Kind = "diagnosis" // what a run found and could not judge
	KindPlan      Kind = "plan"      // what is to be reached, and how
	KindReview    Kind = "review"    // how it went in a quarter, and what is to be decided
	KindFinal     Kind = "final"     // what came of it
)

// Kinds lists them in the order of the loop.
var Kinds = []Kind{KindDiagnosis, KindPlan, KindReview, KindFinal}

// Message names the kind for people.
func (k Kind) Message() errs.Message { return errs.Msg("dossier.kind."+string(k), nil) }

// Text says what stands in such a document.
func (k Kind) Text() errs.Message { return errs.Msg("dossier.text."+string(k), nil) }

// Quarter is a quarter of a fiscal year.
type Quarter struct {
	Year    int `json:"year,omitempty"`
	Quarter int `json:"quarter,omitempty"`
}

// String writes 2026-Q3; empty for none.
func (q Quarter) String() string {
	if q.Quarter == 0 {
		return ""
	}
	return strconv.Itoa(q.Year) + "-Q" + strconv.Itoa(q.Quarter)
}

// ParseQuarter reads 2026-Q3; the empty text is none.
func ParseQuarter(text string) (q Quarter, err error) {
	if text == "" {
		return q, nil
	}
	year, quarter, found := strings.Cut(strings.ToUpper(text), "-Q")
	y, yearErr := strconv.Atoi(year)
	n, quarterErr := strconv.Atoi(quarter)
	if !found || yearErr != nil || quarterErr != nil || y < 2000 || y > 2200 || n < 1 || n > 4 {
		return q, errs.Invalid("error.invalid", []errs.Field{{Path: "quarter", Value: text, Message: errs.Msg("dossier.quarter_wrong", nil)}})
	}
	return Quarter{y, n}, nil
}

// Ask is which document is wanted.
type Ask struct {
	Kind    Kind
	RunID   int64   // of a diagnosis; 0: the newest that is ready
	Quarter Quarter // of a review; none: the last one that is over
}

func (a *Ask) check() error {
	if !slices.Contains(Kinds, a.Kind) {
		return errMissing()
	}
	return nil
}

// Made is a document as it was written for a reader.
type Made struct {
	Ask   Ask
	Paper paper.Document
	Name  string // of its files, without their ending
	Part  bool   // the reader sees a part of the company alone
	// Empty says that there is nothing to write about yet.
	Empty bool
	// MayKeep is for who may keep it as handed out.
	MayKeep bool
}

// Copy is a document as it was handed out. Its text is read with it alone, not in lists.
type Copy struct {
	ID      int64
	Kind    Kind
	Quarter Quarter
	Note    string
	Hash    string // SHA-256 of the texts, in hex
	ByID    string
	ByName  string
	At      time.Time
	Zh, En  string // JSON of paper.Document
}

// Subject is how the audit log names a copy.
func (c *Copy) Subject() string { return "document:" + strconv.FormatInt(c.ID, 10) }

// freeze puts the text in both languages into a copy, with its digest.
func (c *Copy) freeze(zh, en *paper.Document) error {
	first, err := json.Marshal(zh)
	if err != nil {
		return err
	}
	second, err := json.Marshal(en)
	if err != nil {
		return err
	}
	c.Zh, c.En = string(first), string(second)
	c.Hash = c.digest()
	return nil
}

// digest is the SHA-256 of both texts.
func (c *Copy) digest() string {
	sum := sha256.Sum256([]byte(c.Zh + "\x00" + c.En))
	return hex.EncodeToString(sum[:])
}

// read is the text in the language of a reader, with the digest at its foot.
func (c *Copy) read(p *i18n.Printer) (d paper.Document, err error) {
	text := c.En
	if p.Zh() {
		text = c.Zh
	}
	if err = json.Unmarshal([]byte(text), &d); err != nil {
		return d, err
	}
	d.Foot += " · " + p.T("dossier.hash", "Hash", c.Hash[:min(hashShown, len(c.Hash))])
	return d, nil
}

// hashShown is how much of the digest stands at the foot of each page.
const hashShown = 16

// Format is a kind of file.
type Format string

// The formats.
const (
	FormatWord Format = "docx"
	FormatPDF  Format = "pdf"
)

// Formats lists them in the order in which they are offered.
var Formats = []Format{FormatWord, FormatPDF}

// File is a document as a file.
type File struct {
	Name      string
	MediaType string
	Content   []byte
}

// write makes the file.
func write(d *paper.Document, name string, f Format) (file File, err error) {
	file.Name = name + "." + string(f)
	switch f {
	case FormatWord:
		file.MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		file.Content, err = d.Word()
	case FormatPDF:
		file.MediaType, file.Content = "application/pdf", d.PDF()
	default:
		err = errMissing()
	}
	return file, err
}

func errMissing() error { return errs.New(errs.KindNotFound, "dossier.missing", nil) }
