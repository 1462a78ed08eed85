package api

import (
	"context"
	"net/http"

	"xiaoguan/internal/access"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/task"
)

// taskHead is something that waits for the caller.
type taskHead struct {
	Kind   string `json:"kind"`
	Count  int64  `json:"count"`
	Path   string `json:"path" doc:"Where it is done, from the root of the installation."`
	TextZh string `json:"text_zh"`
	TextEn string `json:"text_en"`
}

func (a *API) taskOperations() {
	register(a, operation{id: "list_tasks", method: http.MethodGet, path: "/tasks", tag: "account"},
		func(ctx context.Context, actor access.Actor, _ *struct{}) (*listOutput[taskHead], error) {
			mine, err := a.services.Tasks.Mine(ctx, actor)
			return newList(mine, "", func(t task.Task) taskHead {
				text := func(lang i18n.Lang) string { return a.options.Catalogue.Printer(lang).Message(t.Kind.Message()) }
				return taskHead{Kind: string(t.Kind), Count: t.Count, Path: t.Path, TextZh: text(i18n.ZhCN), TextEn: text(i18n.En)}
			}), err
		})
}
