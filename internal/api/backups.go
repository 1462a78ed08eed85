package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
)

// keptBackup is a backup in the folder.
type keptBackup struct {
	Name    string    `json:"name" example:"20261128T180000Z.xiaoguan.zip"`
	At      time.Time `json:"at" doc:"Of the snapshot."`
	Bytes   int64     `json:"bytes"`
	Rows    int64     `json:"rows"`
	Program string    `json:"program" doc:"The version that wrote it."`
	Engine  string    `json:"engine" enum:"sqlite,postgres"`
}

// backupOverview is what there is.
type backupOverview struct {
	Folder string       `json:"folder,omitempty" doc:"Where they are kept, on the server; absent where none are."`
	Daily  bool         `json:"daily" doc:"One is made each night."`
	Late   bool         `json:"late" doc:"One should have been made since."`
	Kept   []keptBackup `json:"kept" doc:"The newest first."`
}

type startedJob struct {
	JobID string `json:"job_id" doc:"Follow it at /jobs/{id}."`
}

func (a *API) backupOperations() {
	backups := a.services.Backups
	register(a, operation{id: "list_backups", method: http.MethodGet, path: "/backups", tag: "company"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[backupOverview], error) {
		o, err := backups.Look(ctx, actor)
		out := backupOverview{Folder: o.Folder, Daily: o.Daily, Late: o.Late, Kept: []keptBackup{}}
		for _, k := range o.Kept {
			out.Kept = append(out.Kept, keptBackup{Name: k.Name, At: k.At, Bytes: k.Bytes, Rows: k.Rows, Program: k.Program, Engine: k.Engine})
		}
		return &output[backupOverview]{out}, err
	})
	register(a, operation{id: "make_backup", method: http.MethodPost, path: "/backups", tag: "company", status: http.StatusAccepted}, func(ctx context.Context, actor access.Actor, _ *none) (*output[startedJob], error) {
		id, err := backups.Start(ctx, actor)
		return &output[startedJob]{startedJob{id}}, err
	})
}
