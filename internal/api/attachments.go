package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/attachment"
	"xiaoguan/internal/httpx"
)

// AttachmentsPath is where files on records are sent to. Whoever limits bodies lets AttachmentBytesMax through there.
const AttachmentsPath = Prefix + "/files/{kind}/{id}"

// AttachmentBytesMax is the greatest request that brings a file: its content is written in base64.
const AttachmentBytesMax = attachment.FileBytesMax*4/3 + 64<<10

// attachedFile is a file on a record.
type attachedFile struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	MediaType string     `json:"media_type"`
	Bytes     int64      `json:"bytes"`
	Digest    string     `json:"digest" doc:"SHA-256 of the content, in hex."`
	AddedBy   string     `json:"added_by" doc:"A user."`
	AddedAt   *time.Time `json:"added_at,omitempty"`
}

// storageUse is how much files take, and where.
type storageUse struct {
	Place         string `json:"place,omitempty" example:"s3://files/xiaoguan/" doc:"Where new contents go; the database when it is left out."`
	Database      int64  `json:"database" doc:"Contents in the database; equal ones count once."`
	DatabaseBytes int64  `json:"database_bytes"`
	Objects       int64  `json:"objects" doc:"Contents in the object storage."`
	ObjectsBytes  int64  `json:"objects_bytes"`
	Leftovers     int64  `json:"leftovers" doc:"Objects to be deleted."`
}

type (
	// AttachedRecord names the record that files are on; exported because requests embed it.
	AttachedRecord struct {
		Kind string `path:"kind" maxLength:"60" example:"approval" doc:"Of the record, as in the audit log."`
		ID   string `path:"id" maxLength:"64"`
	}
	attachmentPath struct {
		AttachedRecord
		File string `path:"file" maxLength:"64"`
	}
	attachFileInput struct {
		AttachedRecord
		Body struct {
			Name    string `json:"name" maxLength:"300"`
			Content []byte `json:"content" doc:"In base64."`
		}
	}
)

func (p AttachedRecord) subject() string { return p.Kind + ":" + p.ID }

func (a *API) attachmentOperations() {
	files := a.services.Attachments
	register(a, operation{id: "list_files", method: http.MethodGet, path: "/files/{kind}/{id}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *AttachedRecord) (*listOutput[attachedFile], error) {
			found, err := files.List(ctx, actor, in.subject())
			return newList(found.Files, "", toAPIAttachment), err
		})
	register(a, operation{id: "get_storage_use", method: http.MethodGet, path: "/storage-use", tag: "company"},
		func(ctx context.Context, actor access.Actor, _ *none) (*output[storageUse], error) {
			use, place, err := files.Use(ctx, actor)
			return &output[storageUse]{storageUse{place, use.Database, use.DatabaseBytes, use.Objects, use.ObjectsBytes, use.Leftovers}}, err
		})
	register(a, operation{id: "add_file", method: http.MethodPost, path: "/files/{kind}/{id}", tag: "sales", status: http.StatusCreated, bytes: AttachmentBytesMax},
		func(ctx context.Context, actor access.Actor, in *attachFileInput) (*output[attachedFile], error) {
			made, err := files.Add(ctx, actor, in.subject(), in.Body.Name, in.Body.Content)
			return &output[attachedFile]{toAPIAttachment(made)}, err
		})
	register(a, operation{id: "get_file", method: http.MethodGet, path: "/files/{kind}/{id}/{file}", tag: "sales", files: []string{"application/octet-stream"}},
		func(ctx context.Context, actor access.Actor, in *attachmentPath) (*download, error) {
			f, content, err := files.Open(ctx, actor, in.subject(), in.File)
			if err != nil {
				return nil, err
			}
			return &download{ContentType: f.MediaType, ContentDisposition: httpx.Attachment(f.Name), Body: content}, nil
		})
	register(a, operation{id: "remove_file", method: http.MethodDelete, path: "/files/{kind}/{id}/{file}", tag: "sales"},
		func(ctx context.Context, actor access.Actor, in *attachmentPath) (*struct{}, error) {
			return nil, files.Remove(ctx, actor, in.subject(), in.File)
		})
}

func toAPIAttachment(f attachment.File) attachedFile {
	return attachedFile{f.ID, f.Name, f.MediaType, f.Bytes, f.Digest, f.AddedBy, toAPIInstant(f.AddedAt)}
}
