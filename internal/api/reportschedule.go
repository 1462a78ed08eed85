package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/distribution"
)

type (
	// ReportSchedule says when reports are computed by themselves, and who is told.
	ReportSchedule struct {
		Active   bool              `json:"active"`
		WorkDays bool              `json:"work_days" doc:"The day counts working days of the Chinese calendar."`
		Day      int64             `json:"day" minimum:"1" maximum:"28" doc:"Of the month after the report's."`
		Hour     int64             `json:"hour" minimum:"0" maximum:"23"`
		Company  bool              `json:"company"`
		Regions  bool              `json:"regions"`
		Teams    bool              `json:"teams"`
		Publish  bool              `json:"publish" doc:"Published at once; otherwise they stay drafts."`
		Attach   bool              `json:"attach" doc:"Letters take the PDF along."`
		Roles    []string          `json:"roles" nullable:"false" doc:"Whose holders are told."`
		People   []reportRecipient `json:"people" nullable:"false" doc:"Who are told besides."`
		Revision int64             `json:"revision" doc:"As it was read; 0 when nothing was set yet."`
	}
	reportRecipient struct {
		UserID  string `json:"user_id" maxLength:"80"`
		Address string `json:"address,omitempty" maxLength:"254" doc:"A letter goes there."`
	}
	reportScheduleShown struct {
		ReportSchedule
		NextMonth string     `json:"next_month,omitempty" example:"2026-11" doc:"Whose reports are computed next."`
		NextAt    *time.Time `json:"next_at,omitempty"`
	}
)

func (a *API) reportScheduleOperations() {
	service := a.services.Distribution
	shown := func(ctx context.Context, actor access.Actor) (*output[reportScheduleShown], error) {
		v, err := service.Get(ctx, actor)
		return &output[reportScheduleShown]{toAPIReportSchedule(&v)}, err
	}
	register(a, operation{id: "get_report_schedule", method: http.MethodGet, path: "/report-schedule", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*output[reportScheduleShown], error) {
		return shown(ctx, actor)
	})
	register(a, operation{id: "set_report_schedule", method: http.MethodPut, path: "/report-schedule", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *struct{ Body ReportSchedule }) (*output[reportScheduleShown], error) {
		if _, err := service.Set(ctx, actor, fromAPIReportSchedule(in.Body)); err != nil {
			return nil, err
		}
		return shown(ctx, actor)
	})
}

func toAPIReportSchedule(v *distribution.Shown) reportScheduleShown {
	out := reportScheduleShown{ReportSchedule: ReportSchedule{v.Active, v.WorkDays, v.Day, v.Hour, v.Company, v.Regions, v.Teams, v.Publish, v.Attach, []string{}, []reportRecipient{}, v.Revision}, NextAt: toAPIInstant(v.Next)}
	if v.NextMonth != 0 {
		out.NextMonth = v.NextMonth.String()
	}
	for _, role := range v.Roles {
		out.Roles = append(out.Roles, string(role))
	}
	for _, p := range v.People {
		out.People = append(out.People, reportRecipient{p.UserID, p.Address})
	}
	return out
}

func fromAPIReportSchedule(in ReportSchedule) distribution.Settings {
	s := distribution.Settings{Active: in.Active, WorkDays: in.WorkDays, Day: in.Day, Hour: in.Hour, Company: in.Company, Regions: in.Regions, Teams: in.Teams, Publish: in.Publish, Attach: in.Attach, Revision: in.Revision}
	for _, role := range in.Roles {
		s.Roles = append(s.Roles, access.Role(role))
	}
	for _, p := range in.People {
		s.People = append(s.People, distribution.Recipient{UserID: p.UserID, Address: p.Address})
	}
	return s
}
