package api

import (
	"context"
	"net/http"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/report"
)

type (
	// MonthReport is the report of a month and a place.
	MonthReport struct {
		ID        int64          `json:"id"`
		Month     string         `json:"month" example:"2026-11"`
		PlaceKind string         `json:"place_kind" enum:"company,region,team"`
		PlaceID   int64          `json:"place_id,omitempty"`
		PlaceName string         `json:"place_name,omitempty"`
		Version   reportVersion  `json:"version" doc:"The newest that the caller may read."`
		Published *reportVersion `json:"published,omitempty" doc:"The newest published one."`
	}
	reportVersion struct {
		Number        int        `json:"number"`
		State         string     `json:"state" enum:"draft,published"`
		Hash          string     `json:"hash" doc:"SHA-256 of the document that is kept."`
		NewestFact    *time.Time `json:"newest_fact,omitempty" doc:"When the newest fact of it was recorded."`
		ComputedAt    time.Time  `json:"computed_at"`
		ComputedName  string     `json:"computed_by_name,omitempty"`
		PublishedAt   *time.Time `json:"published_at,omitempty"`
		PublishedName string     `json:"published_by_name,omitempty"`
		Differs       int        `json:"differs" doc:"How many numbers the published version before it has otherwise."`
		Revision      int64      `json:"revision"`
	}
	reportShown struct {
		MonthReport
		From       string          `json:"from" format:"date" doc:"First day that was counted."`
		To         string          `json:"to" format:"date"`
		Currency   string          `json:"currency" example:"CNY"`
		Sections   []reportSection `json:"sections" nullable:"false"`
		Versions   []reportVersion `json:"versions" nullable:"false"`
		MayNote    bool            `json:"may_note"`
		MayPublish bool            `json:"may_publish"`
	}
	reportSection struct {
		ID     string        `json:"id" enum:"basis,overall,where,process,money,causes,actions,outlook,appendix,cleaning"`
		Number int           `json:"number,omitempty"`
		Title  string        `json:"title"`
		Note   *reportNote   `json:"note,omitempty" doc:"What somebody wrote beside it."`
		Blocks []reportBlock `json:"blocks" nullable:"false"`
	}
	reportNote struct {
		Section  string    `json:"section"`
		Text     string    `json:"text"`
		ByName   string    `json:"by_name"`
		At       time.Time `json:"at"`
		Revision int64     `json:"revision"`
	}
	reportBlock struct {
		ID      string         `json:"id"`
		Kind    string         `json:"kind" enum:"sentence,table,chart"`
		Text    string         `json:"text" doc:"The sentence, or the title of the table or chart, in the caller's language."`
		Key     string         `json:"key,omitempty" doc:"Of the sentence's text: the same in all languages and months."`
		Tone    string         `json:"tone,omitempty" enum:"good,bad,unknown"`
		Figures []reportFigure `json:"figures" nullable:"false" doc:"The numbers of the sentence in the order of its text, or the points of the chart."`
		Columns []string       `json:"columns,omitempty"`
		Rows    [][]reportCell `json:"rows,omitempty"`
		Labels  []string       `json:"labels,omitempty" doc:"Of a chart."`
	}
	reportFigure struct {
		Text   string        `json:"text"`
		Series string        `json:"series,omitempty" enum:"actual,target,year_ago,forecast,low,high,step" doc:"Of a point."`
		Unit   string        `json:"unit"`
		Amount *int64        `json:"amount,omitempty" doc:"Minor units, things, parts per million, tenths of a day, minutes. Absent when not known."`
		Why    string        `json:"why,omitempty"`
		Of     []BoardNumber `json:"of" nullable:"false" doc:"The values of the metric book that it was worked out from."`
		Link   string        `json:"link,omitempty" doc:"The page with the rows of what no metric counts."`
	}
	reportCell struct {
		Text   string `json:"text"`
		Amount *int64 `json:"amount,omitempty"`
	}
	reportDifference struct {
		Block  string `json:"block"`
		At     string `json:"at"`
		Before string `json:"before,omitempty"`
		After  string `json:"after,omitempty"`
	}
)

type (
	computeReportInput struct {
		Body struct {
			Month     string `json:"month,omitempty" example:"2026-11" doc:"Absent: the last one that is over."`
			PlaceKind string `json:"place_kind,omitempty" enum:"company,region,team" doc:"Absent: the largest that the caller sees whole."`
			PlaceID   int64  `json:"place_id,omitempty"`
		}
	}
	reportJob struct {
		JobID string `json:"job_id" doc:"Follow it at /jobs/{id}; its result has report_id and version."`
	}
	getReportInput struct {
		ByNumber
		Version int `query:"version" minimum:"0" doc:"Absent: the newest that the caller may read."`
	}
	reportFileInput struct {
		ByNumber
		Format  string `path:"format" enum:"docx,pdf,xlsx,html"`
		Version int    `query:"version" minimum:"0" doc:"Absent: the newest that the caller may read."`
		Lang    string `query:"lang" enum:"zh-CN,en" doc:"Without it, the language of the request."`
	}
	noteReportInput struct {
		ByNumber
		Section string `path:"section" maxLength:"20"`
		Body    struct {
			Text     string `json:"text" maxLength:"16000" doc:"Empty takes the note away."`
			Revision int64  `json:"revision,omitempty" doc:"Of the note as it was read."`
		}
	}
	publishReportInput struct {
		ByNumber
		Body struct {
			Revision int64 `json:"revision,omitempty" doc:"Of the draft as it was read."`
		}
	}
	compareReportInput struct {
		ByNumber
		From int `query:"from" required:"true" minimum:"1"`
		To   int `query:"to" required:"true" minimum:"1"`
	}
)

func (a *API) monthReportOperations() {
	service := a.services.MonthReports
	register(a, operation{id: "list_reports", method: http.MethodGet, path: "/reports", tag: "sales"}, func(ctx context.Context, actor access.Actor, _ *none) (*listOutput[MonthReport], error) {
		l, err := service.List(ctx, actor)
		return newList(l.Reports, "", func(r report.Listed) MonthReport { return toAPIReport(r.Report, r.Version, r.Published) }), err
	})
	register(a, operation{id: "compute_report", method: http.MethodPost, path: "/reports", tag: "sales", status: http.StatusAccepted}, func(ctx context.Context, actor access.Actor, in *computeReportInput) (*output[reportJob], error) {
		ask := report.Ask{Place: metric.Place{Kind: metric.PlaceKind(in.Body.PlaceKind), ID: in.Body.PlaceID}}
		if in.Body.Month != "" {
			month, err := calendar.ParseMonth(in.Body.Month)
			if err != nil {
				return nil, err
			}
			ask.Month = month
		}
		id, err := service.Compute(ctx, actor, ask)
		return &output[reportJob]{reportJob{id}}, err
	})
	register(a, operation{id: "get_report", method: http.MethodGet, path: "/reports/{id}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *getReportInput) (*output[reportShown], error) {
		v, err := service.Get(ctx, actor, in.ID, in.Version)
		return &output[reportShown]{toAPIReportShown(httpx.PrinterFrom(ctx), &v)}, err
	})
	register(a, operation{id: "get_report_file", method: http.MethodGet, path: "/reports/{id}/files/{format}", tag: "sales", files: []string{typeDOCX, typePDF, typeXLSX, typeHTML}}, func(ctx context.Context, actor access.Actor, in *reportFileInput) (*download, error) {
		p := httpx.PrinterFrom(ctx)
		if in.Lang != "" {
			p = p.As(i18n.Lang(in.Lang))
		}
		f, err := service.File(ctx, actor, p, in.ID, in.Version, report.Format(in.Format))
		return newDownload(f.MediaType, f.Name, f.Content), err
	})
	register(a, operation{id: "write_report_note", method: http.MethodPut, path: "/reports/{id}/notes/{section}", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *noteReportInput) (*output[reportNote], error) {
		n, err := service.Note(ctx, actor, report.NoteEntry{ReportID: in.ID, Section: report.SectionID(in.Section), Text: in.Body.Text, Seen: in.Body.Revision})
		return &output[reportNote]{toAPIReportNote(n)}, err
	})
	register(a, operation{id: "publish_report", method: http.MethodPost, path: "/reports/{id}/publish", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *publishReportInput) (*output[reportVersion], error) {
		v, err := service.Publish(ctx, actor, in.ID, in.Body.Revision)
		return &output[reportVersion]{toAPIReportVersion(v)}, err
	})
	register(a, operation{id: "compare_report_versions", method: http.MethodGet, path: "/reports/{id}/differences", tag: "sales"}, func(ctx context.Context, actor access.Actor, in *compareReportInput) (*listOutput[reportDifference], error) {
		list, err := service.Compare(ctx, actor, in.ID, in.From, in.To)
		words := report.NewWords(httpx.PrinterFrom(ctx), &report.Document{Currency: string(a.options.Currency())})
		return newList(list, "", func(d report.Difference) reportDifference {
			return reportDifference{d.Block, d.At, words.Arg(d.Before), words.Arg(d.After)}
		}), err
	})
}

func toAPIReport(r report.Report, v report.Version, published *report.Version) MonthReport {
	out := MonthReport{ID: r.ID, Month: r.Month.String(), PlaceKind: string(r.Place.Kind), PlaceID: r.Place.ID, PlaceName: r.Place.Name, Version: toAPIReportVersion(v)}
	if published != nil {
		p := toAPIReportVersion(*published)
		out.Published = &p
	}
	return out
}

func toAPIReportVersion(v report.Version) reportVersion {
	return reportVersion{v.Number, string(v.State), v.Hash, toAPIInstant(v.NewestFact), v.ComputedAt, v.ComputedName, toAPIInstant(v.PublishedAt), v.PublishedName, len(v.Differs), v.Revision}
}

func toAPIReportNote(n report.Note) reportNote {
	return reportNote{string(n.Section), n.Text, n.ByName, n.At, n.Revision}
}

func toAPIReportShown(p *i18n.Printer, v *report.Shown) reportShown {
	d := &v.Document
	out := reportShown{MonthReport: toAPIReport(v.Report, v.Version, nil), From: optionalDate(d.Period.From), To: optionalDate(d.Period.To), Currency: d.Currency, Sections: []reportSection{}, Versions: newList(v.Versions, "", toAPIReportVersion).Body.Items, MayNote: v.MayNote, MayPublish: v.MayPublish}
	words := report.NewWords(p, d)
	for _, s := range d.Sections {
		section := reportSection{ID: string(s.ID), Number: s.ID.Number(), Title: p.Message(s.ID.Message()), Blocks: []reportBlock{}}
		if n, found := v.Note(s.ID); found {
			note := toAPIReportNote(n)
			section.Note = &note
		}
		for _, b := range s.Blocks {
			section.Blocks = append(section.Blocks, toAPIReportBlock(p, words, b))
		}
		out.Sections = append(out.Sections, section)
	}
	return out
}

func toAPIReportBlock(p *i18n.Printer, words report.Words, b report.Block) reportBlock {
	out := reportBlock{ID: b.ID, Figures: []reportFigure{}}
	switch {
	case b.Sentence != nil:
		out.Kind, out.Key, out.Tone, out.Text = "sentence", b.Sentence.Key, string(b.Sentence.Tone), words.Sentence(*b.Sentence)
		for _, span := range words.Spans(*b.Sentence) {
			if span.Figure != nil {
				out.Figures = append(out.Figures, toAPIFigure(words, *span.Figure, ""))
			}
		}
	case b.Table != nil:
		out.Kind, out.Text = "table", p.T("report.table."+b.ID)
		for _, c := range b.Table.Columns {
			out.Columns = append(out.Columns, p.T("report.column."+c.Key))
		}
		for _, row := range b.Table.Rows {
			cells := []reportCell{}
			for _, cell := range row.Cells {
				one := reportCell{Text: words.Arg(cell)}
				if cell.Figure != nil && cell.Figure.Known {
					one.Amount = &cell.Figure.Amount
				}
				cells = append(cells, one)
			}
			out.Rows = append(out.Rows, cells)
		}
	case b.Chart != nil:
		out.Kind, out.Text = "chart", p.T("report.chart."+b.ID)
		for _, label := range b.Chart.Labels {
			out.Labels = append(out.Labels, words.Arg(label))
		}
		for _, s := range b.Chart.Series {
			for _, f := range s.Points {
				out.Figures = append(out.Figures, toAPIFigure(words, f, string(s.Role)))
			}
		}
	}
	return out
}

func toAPIFigure(words report.Words, f report.Figure, series string) reportFigure {
	out := reportFigure{Text: words.Figure(f), Series: series, Unit: string(f.Unit), Why: string(f.Why), Of: []BoardNumber{}, Link: f.Link}
	if f.Known {
		out.Amount = &f.Amount
	}
	for _, v := range f.Of {
		out.Of = append(out.Of, toAPINumber(v, nil))
	}
	return out
}
