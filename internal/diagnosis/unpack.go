package diagnosis

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/ingest"
)

// UploadBytesMost is how much may be handed in for one run, unpacked.
const UploadBytesMost = 64 << 20

// FilesMost is how many files a run takes.
const FilesMost = 100

// keeper reads files and keeps count of how much there is.
type keeper struct {
	kept []KeptFile
	left int64
}

// keep reads files, so that they can be looked at by a job; archives are unpacked. Errors: too large; invalid for an archive that cannot be read.
func keep(ctx context.Context, files []ingest.File) ([]KeptFile, error) {
	k := &keeper{left: UploadBytesMost}
	for _, f := range files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := k.add(f.Name, f.Open); err != nil {
			return nil, err
		}
	}
	return k.kept, nil
}

func (k *keeper) add(name string, open func() (io.ReadCloser, error)) error {
	in, err := open()
	if err != nil {
		return err
	}
	content, err := io.ReadAll(io.LimitReader(in, k.left+1))
	if err := errors.Join(err, in.Close()); err != nil {
		return err
	}
	if strings.EqualFold(path.Ext(name), ".zip") {
		return k.unpack(content)
	}
	if k.left -= int64(len(content)); k.left < 0 || len(k.kept) >= FilesMost {
		return errs.New(errs.KindTooLarge, "diagnosis.too_large", errs.Args{"Megabytes": int64(UploadBytesMost >> 20), "Files": int64(FilesMost)})
	}
	k.kept = append(k.kept, KeptFile{name, content})
	return nil
}

// unpack takes the files of an archive, but for folders, hidden ones and further archives.
func (k *keeper) unpack(content []byte) error {
	if int64(len(content)) > k.left {
		return errs.New(errs.KindTooLarge, "diagnosis.too_large", errs.Args{"Megabytes": int64(UploadBytesMost >> 20), "Files": int64(FilesMost)})
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return errs.Invalid("error.invalid", []errs.Field{{Path: "files", Message: errs.Msg("diagnosis.bad_archive", nil)}})
	}
	for _, f := range archive.File {
		name := path.Base(strings.ReplaceAll(f.Name, "\\", "/"))
		if f.FileInfo().IsDir() || strings.HasPrefix(name, ".") || strings.Contains(f.Name, "__MACOSX") || strings.EqualFold(path.Ext(name), ".zip") {
			continue
		}
		if err := k.add(name, f.Open); err != nil {
			return err
		}
	}
	return nil
}
