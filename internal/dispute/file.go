package dispute

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/errs"
)

// The limits of evidence.
const (
	FileBytesMax  = 2 << 20
	FilesMax      = 10 // of one dispute
	nameRunesMax  = 120
	plainTextType = "text/plain; charset=utf-8"
)

// fileTypes are the endings that evidence may have, with the type it is served as and how its content begins. Types that a browser
// would run are not among them.
var fileTypes = map[string]struct {
	mediaType string
	begins    []string
}{
	".pdf":  {"application/pdf", []string{"%PDF-"}},
	".png":  {"image/png", []string{"\x89PNG\r\n\x1a\n"}},
	".jpg":  {"image/jpeg", []string{"\xff\xd8\xff"}},
	".jpeg": {"image/jpeg", []string{"\xff\xd8\xff"}},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{"PK\x03\x04"}},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{"PK\x03\x04"}},
	".csv":  {"text/csv; charset=utf-8", nil},
	".txt":  {plainTextType, nil},
}

// FileEndings is what a form offers.
const FileEndings = ".pdf,.png,.jpg,.jpeg,.xlsx,.docx,.csv,.txt"

// NewFile checks a piece of evidence: size, ending, and that the content is what the ending says. Errors: invalid, naming "files".
func NewFile(name string, content []byte) (f File, err error) {
	name = cleanName(name)
	refuse := func(key string, args errs.Args) (File, error) {
		return File{}, errs.Invalid("error.invalid", []errs.Field{{Path: "files", Value: name, Message: errs.Msg(key, args)}})
	}
	kind, known := fileTypes[strings.ToLower(path.Ext(name))]
	switch {
	case !known:
		return refuse("dispute.file_type", errs.Args{"Name": name, "Endings": FileEndings})
	case len(content) == 0:
		return refuse("dispute.file_empty", errs.Args{"Name": name})
	case len(content) > FileBytesMax:
		return refuse("dispute.file_large", errs.Args{"Name": name, "Megabytes": FileBytesMax >> 20})
	case !looksLike(content, kind.begins):
		return refuse("dispute.file_content", errs.Args{"Name": name})
	}
	sum := sha256.Sum256(content)
	return File{Name: name, MediaType: kind.mediaType, Bytes: int64(len(content)), Digest: hex.EncodeToString(sum[:]), Content: content}, nil
}

// looksLike compares the beginning of a content; a text only has no NUL in it.
func looksLike(content []byte, begins []string) bool {
	if begins == nil {
		return !bytes.ContainsRune(content, 0)
	}
	for _, b := range begins {
		if bytes.HasPrefix(content, []byte(b)) {
			return true
		}
	}
	return false
}

// cleanName keeps the last part of a name without what a header or a file system would stumble over.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "_"), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`"<>|:*?;`, r) {
			return '_'
		}
		return r
	}, name)
	if n := utf8.RuneCountInString(name); n > nameRunesMax {
		name = string([]rune(name)[n-nameRunesMax:])
	}
	return name
}
