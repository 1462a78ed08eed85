package attachment

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"xiaoguan/internal/errs"
)

// Endings is what a form offers.
const Endings = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.pptx,.csv,.txt"

const (
	nameRunesMax  = 120
	plainTextType = "text/plain; charset=utf-8"
	officeTypes   = "application/vnd.openxmlformats-officedocument."
)

// kinds are what contents may be, by the endings that names may have.
var kinds = map[string]struct {
	mediaType string
	is        func([]byte) bool
}{
	".pdf":  {"application/pdf", begins("%PDF-")},
	".png":  {"image/png", begins("\x89PNG\r\n\x1a\n")},
	".jpg":  {"image/jpeg", begins("\xff\xd8\xff")},
	".jpeg": {"image/jpeg", begins("\xff\xd8\xff")},
	".docx": {officeTypes + "wordprocessingml.document", office("word/document.xml")},
	".xlsx": {officeTypes + "spreadsheetml.sheet", office("xl/workbook.xml")},
	".pptx": {officeTypes + "presentationml.presentation", office("ppt/presentation.xml")},
	".csv":  {"text/csv; charset=utf-8", plain},
	".txt":  {plainTextType, plain},
}

func begins(with string) func([]byte) bool {
	return func(content []byte) bool { return bytes.HasPrefix(content, []byte(with)) }
}

// plain is text: UTF-8 or one of the Chinese encodings, without NUL.
func plain(content []byte) bool { return bytes.IndexByte(content, 0) < 0 }

// office is a document of a kind, without macros: its table of contents says so, whatever the name claims.
func office(part string) func([]byte) bool {
	return func(content []byte) bool {
		archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return false
		}
		found := false
		for _, f := range archive.File {
			if strings.EqualFold(path.Base(f.Name), "vbaProject.bin") {
				return false
			}
			found = found || f.Name == part
		}
		return found
	}
}

// newFile checks a file: size, ending, and that the content is what the ending says. It returns what is to be kept: of a picture only what is to
// be seen. Errors: invalid, naming "files".
func newFile(name string, content []byte) (f File, kept []byte, err error) {
	name = cleanName(name)
	refuse := func(key string, args errs.Args) (File, []byte, error) {
		return File{}, nil, errs.Invalid("error.invalid", []errs.Field{{Path: "files", Value: name, Message: errs.Msg(key, args)}})
	}
	kind, known := kinds[strings.ToLower(path.Ext(name))]
	switch {
	case !known:
		return refuse("attachment.type", errs.Args{"Name": name, "Endings": Endings})
	case len(content) == 0:
		return refuse("attachment.empty", errs.Args{"Name": name})
	case len(content) > FileBytesMax:
		return refuse("attachment.large", errs.Args{"Name": name, "Megabytes": FileBytesMax >> 20})
	case !kind.is(content):
		return refuse("attachment.lies", errs.Args{"Name": name})
	}
	kept, sound := withoutMetadata(kind.mediaType, content)
	if !sound {
		return refuse("attachment.lies", errs.Args{"Name": name})
	}
	sum := sha256.Sum256(kept)
	return File{Name: name, MediaType: kind.mediaType, Bytes: int64(len(kept)), Digest: hex.EncodeToString(sum[:])}, kept, nil
}

// cleanName keeps the last part of a name without what a header or a file system would stumble over.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "_"), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`"<>|:*?;`, r) || unicode.Is(unicode.Bidi_Control, r) {
			return '_'
		}
		return r
	}, name)
	if n := utf8.RuneCountInString(name); n > nameRunesMax {
		name = string([]rune(name)[n-nameRunesMax:])
	}
	return name
}

// CheckPicture refuses what could not be kept as a picture, so that what a picture belongs to is not recorded without it. Errors: invalid, naming
// "files".
func CheckPicture(name string, content []byte) error {
	f, _, err := newFile(name, content)
	if err == nil && !strings.HasPrefix(f.MediaType, "image/") {
		err = errs.Invalid("error.invalid", []errs.Field{{Path: "files", Value: f.Name, Message: errs.Msg("attachment.no_picture", errs.Args{"Name": f.Name})}})
	}
	return err
}

// PictureEndings is what a form offers for pictures.
const PictureEndings = ".png,.jpg,.jpeg"
