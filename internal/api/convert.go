package api

import (
	"slices"
	"strconv"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/audit"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/i18n"
	"xiaoguan/internal/job"
	"xiaoguan/internal/payout"
	"xiaoguan/internal/period"
	"xiaoguan/internal/plan"
	"xiaoguan/internal/planbook"
	"xiaoguan/internal/probe"
	"xiaoguan/internal/reward"
)

// toAPIInstant leaves out what has not happened.
func toAPIInstant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// toAPIDate leaves out the day that never comes, and the unknown one.
func toAPIDate(d calendar.Date) string {
	if d == calendar.Forever {
		return ""
	}
	return d.String()
}

// fromAPIMonth reads a month. One that cannot be is not found.
func fromAPIMonth(text string) (calendar.Month, error) {
	m, err := calendar.ParseMonth(text)
	if err != nil {
		return 0, errs.New(errs.KindNotFound, "error.not_found", nil).Because(err)
	}
	return m, nil
}

func toAPIGrants(grants []access.Grant) []grant {
	out := make([]grant, 0, len(grants))
	for _, g := range grants {
		out = append(out, grant{string(g.Role), string(g.Scope), g.RegionID})
	}
	return out
}

func fromAPIGrants(grants []grant) []access.Grant {
	out := make([]access.Grant, 0, len(grants))
	for _, g := range grants {
		out = append(out, access.Grant{Role: access.Role(g.Role), Scope: access.ScopeKind(g.Scope), RegionID: g.RegionID})
	}
	return out
}

func toAPIMe(actor access.Actor) me {
	out := me{
		UserID: actor.UserID, Name: actor.Name, PersonID: actor.PersonID, Grants: toAPIGrants(actor.Grants), Permissions: []string{},
		APIKeyID: actor.APIKey, ReadOnly: actor.ReadOnly,
	}
	for _, g := range actor.Grants {
		for _, p := range g.Role.Permissions() {
			if actor.Can(p) && !slices.Contains(out.Permissions, string(p)) {
				out.Permissions = append(out.Permissions, string(p))
			}
		}
	}
	slices.Sort(out.Permissions)
	return out
}

func toAPIUser(u access.User) user {
	return user{
		ID: u.ID, Login: u.Login, Name: u.Name, PersonID: u.PersonID, Grants: toAPIGrants(u.Grants), Disabled: u.Disabled,
		MustChangePassword: u.MustChange, SecondFactor: u.SecondFactor, CreatedAt: toAPIInstant(u.CreatedAt), LastSignInAt: toAPIInstant(u.LastSignInAt),
	}
}

func toAPICreatedUser(c access.Created) createdUser {
	return createdUser{toAPIUser(c.User), c.Password}
}

func toAPISession(s access.Session) session {
	return session{
		ID: s.ID, UserID: s.UserID, Client: s.Client, Agent: s.Agent, SecondFactor: s.SecondFactor, Current: s.Current,
		CreatedAt: toAPIInstant(s.CreatedAt), SeenAt: toAPIInstant(s.SeenAt), ExpiresAt: toAPIInstant(s.ExpiresAt),
	}
}

func toAPIKey(k access.APIKey) apiKey {
	return apiKey{
		ID: k.ID, Prefix: k.Prefix, Name: k.Name, UserID: k.UserID, ReadOnly: k.ReadOnly, CreatedAt: toAPIInstant(k.CreatedAt),
		ExpiresAt: toAPIInstant(k.ExpiresAt), LastUsedAt: toAPIInstant(k.LastUsedAt), RevokedAt: toAPIInstant(k.RevokedAt),
	}
}

func toAPIAuditEntry(e audit.Entry) auditEntry {
	return auditEntry{
		Number: e.Seq, At: e.At, ActorID: e.ActorID, ActorName: e.ActorName, Client: e.Client, Action: e.Action, Subject: e.Subject,
		Before: e.Before, After: e.After, PrevHash: e.PrevHash, Hash: e.Hash,
	}
}

func toAPIVerification(printer *i18n.Printer, sealed period.Verification, log audit.Report) verification {
	out := verification{
		Sound: log.Sound() && sealed.Broken == nil, AuditCount: log.Entries, AuditHash: log.LastHash, Seals: sealed.Seals,
		Statements: sealed.Statements, Entries: sealed.Entries,
	}
	switch {
	case !log.Sound():
		out.Broken, out.Why = "audit_entry:"+strconv.FormatInt(log.FirstBroken, 10), printer.Message(log.Reason)
	case sealed.Broken != nil:
		out.Broken, out.Why = sealed.Broken.Record, printer.Message(sealed.Broken.Why)
	}
	return out
}

func toAPIJob(printer *i18n.Printer, j job.Job) longJob {
	out := longJob{
		ID: j.ID, Kind: string(j.Kind), Subject: j.Subject, CreatedBy: j.CreatedBy, State: string(j.State), Done: j.Progress.Done,
		Total: j.Progress.Total, Result: j.Result, Failure: printer.Message(j.Failure), CancelRequested: j.CancelAsked,
		CreatedAt: toAPIInstant(j.CreatedAt), StartedAt: toAPIInstant(j.StartedAt), FinishedAt: toAPIInstant(j.FinishedAt),
	}
	if j.Progress.Stage != "" {
		out.Stage = printer.T(j.Progress.Stage)
	}
	return out
}

func toAPIPlanHead(v planbook.Version) PlanHead {
	return PlanHead{
		ID: v.ID, DocumentID: v.DocumentID, Kind: string(v.Kind), Number: v.Number, State: string(v.State), Hash: v.Hash, NameZh: v.Name.Zh,
		NameEn: v.Name.En, Layer: string(v.Layer), EffectiveFrom: toAPIDate(v.Effective.From), EffectiveTo: toAPIDate(v.Effective.To),
		AuthorID: v.AuthorID, CreatedAt: toAPIInstant(v.CreatedAt), ApproverID: v.ApproverID, ApprovedAt: toAPIInstant(v.ApprovedAt), Note: v.Note,
	}
}

func toAPIPlanVersion(printer *i18n.Printer, v planbook.Version, d *plan.Document) planVersion {
	out := planVersion{PlanHead: toAPIPlanHead(v), Text: v.Text, Findings: toAPIFindings(printer, d.Findings)}
	out.Canonical, out.ProseZh, out.ProseEn = toAPIProse(d)
	return out
}

// toAPIProse returns what a document says: its canonical bytes and its prose in both languages.
func toAPIProse(d *plan.Document) (canonical string, zh, en []plan.Section) {
	return string(d.Canonical()), d.Prose(plan.LangZh), d.Prose(plan.LangEn)
}

func toAPIFindings(printer *i18n.Printer, findings []plan.Finding) []finding {
	out := make([]finding, 0, len(findings))
	for _, f := range findings {
		out = append(out, finding{
			Code: string(f.Code), Severity: string(f.Severity), Row: f.Row, Column: f.Column, Path: f.Path, Value: f.Value,
			Message: printer.Message(f.Message), Remedy: printer.Message(f.Remedy),
		})
	}
	return out
}

func toAPILint(printer *i18n.Printer, d *plan.Document, findings []plan.Finding) lintResult {
	out := lintResult{Valid: d != nil, Findings: toAPIFindings(printer, findings)}
	if d == nil {
		return out
	}
	out.Canonical, out.ProseZh, out.ProseEn = toAPIProse(d)
	out.Hash = d.Hash()
	return out
}

// toAPITrial returns nil where nothing was tried.
func toAPITrial(r *probe.Report) *planTrial {
	if r == nil {
		return nil
	}
	out := &planTrial{Level: r.Model.Level, Members: r.Model.Members, QuotaFen: r.Model.QuotaFen, From: r.Model.From.String(), To: r.Model.To.String(),
		Costs: []planCost{}, GamingPoints: []gamingPoint{}}
	for _, c := range r.Costs {
		out.Costs = append(out.Costs, planCost{c.AttainmentPercent, c.SalesFen, c.PayFen})
	}
	for _, g := range r.Gaming {
		out.GamingPoints = append(out.GamingPoints, gamingPoint{g.SalesFen, g.BeforeFen, g.AfterFen, append([]string{}, g.Components...), string(g.Fix)})
	}
	return out
}

func toAPIChange(c plan.Change) planChange { return planChange(c) }

// periodTag is the tag of a month: its revision counts its changes.
func periodTag(p period.Period) string {
	return quoted(p.Month.String() + "." + strconv.FormatInt(p.Revision, 10))
}

func toAPIPeriod(p period.Period) month {
	return month{
		Month: p.Month.String(), State: string(p.State), Revision: p.Revision, CurrentRun: p.CurrentRun, RunningRun: p.RunningRun,
		RunBy: p.RunBy, PublishedBy: p.PublishedBy, PublishedAt: toAPIInstant(p.PublishedAt), ObjectUntil: toAPIInstant(p.ObjectUntil),
		ApprovedBy: p.ApprovedBy, ApprovedAt: toAPIInstant(p.ApprovedAt), ClosedBy: p.ClosedBy, ClosedAt: toAPIInstant(p.ClosedAt), SealHash: p.SealHash,
	}
}

func (a *API) toAPIRun(printer *i18n.Printer, r payout.Run) run {
	return run{
		ID: r.ID, Month: r.Month.String(), State: string(r.State), RecordedBatch: int64(r.Recorded), PlanVersions: append([]string{}, r.Plans...),
		EngineVersion: r.EngineVersion, StartedBy: r.StartedBy, StartedAt: toAPIInstant(r.StartedAt), FinishedAt: toAPIInstant(r.FinishedAt),
		JobID: r.JobID, Payees: r.Payees, Statements: r.Statements, TotalMinor: r.TotalMinor, Currency: string(a.options.Currency()),
		Digest: r.Digest, Failure: printer.Message(r.Failure),
	}
}

func (a *API) toAPIReview(printer *i18n.Printer, r period.Review) review {
	out := review{
		Month: toAPIPeriod(r.Period), Run: a.toAPIRun(printer, r.Run), Against: string(r.Against), ExceptionCount: len(r.Exceptions),
		DifferenceCount: len(r.Differences), ByComponent: newList(r.ByComponent, "", a.toAPIDifference).Body.Items, Honours: []HonourLine{}, HonoursMinor: r.Granted.PaidMinor(),
	}
	closed := r.Period.State == period.StateClosed
	for _, g := range r.Granted.Grants {
		put := r.Granted.Put(g.Key)
		out.Honours = append(out.Honours, HonourLine{g.Key, g.PersonID, g.Component, g.AmountMinor, g.AmountMinor + put, put, !closed, string(g.Currency)})
	}
	for _, d := range r.Granted.Debts {
		if put := r.Granted.Put(d.Key); d.Month != r.Period.Month {
			out.Honours = append(out.Honours, HonourLine{d.Key, d.PersonID, d.Component, d.AmountMinor, put, d.OpenMinor + put, !closed, string(d.Currency)})
		}
	}
	if r.OtherRun.ID != "" {
		other := a.toAPIRun(printer, r.OtherRun)
		out.OtherRun = &other
	}
	return out
}

func (a *API) toAPIException(e payout.Exception) exception {
	return exception{string(e.Kind), e.PersonID, e.PlanID, e.Component, e.AmountMinor, e.BeforeMinor, string(a.options.Currency())}
}

func (a *API) toAPIDifference(d period.Difference) difference {
	return difference{d.PersonID, d.PlanID, d.Component, d.AmountMinor, d.BeforeMinor, string(a.options.Currency())}
}

func (a *API) toAPIStatementHead(h payout.Head) StatementHead {
	return StatementHead{
		Month: h.Month.String(), PersonID: h.PersonID, PersonKey: h.PersonKey, Name: h.Name, Team: h.TeamName, PlanID: h.PlanID,
		PlanVersion: h.VersionID, Level: h.Level, TotalMinor: h.TotalMinor, AddedMinor: h.AddedMinor, PaidMinor: h.PaidMinor, HonourMinor: h.HonourMinor, Currency: string(a.options.Currency()), Digest: h.Digest,
		PeriodState: h.Standing.State, PublishedAt: toAPIInstant(h.Standing.PublishedAt), ObjectUntil: toAPIInstant(h.Standing.ObjectUntil),
		SealHash: h.Standing.SealHash,
	}
}

func (a *API) toAPIStatementPage(p payout.Page) statementPage {
	return statementPage{
		List: newList(p.Heads, p.Next, a.toAPIStatementHead).Body, TotalMinor: p.TotalMinor, Currency: string(a.options.Currency()), Count: p.Count,
	}
}

func (a *API) toAPIStatement(p *i18n.Printer, v payout.View) explained {
	out := explained{StatementHead: a.toAPIStatementHead(v.Head), Preview: v.Preview, Statement: trace{v.Statement}, Additions: []addition{}, Settlement: toAPISettlement(p, v)}
	for _, x := range v.Additions {
		out.Additions = append(out.Additions, toAPIAddition(p, x))
	}
	out.Currency = string(v.Statement.Currency)
	out.Honours, out.Receipts = toAPIHonours(v.PersonID, v.Honours), []ReceiptLine{}
	for _, r := range v.Receipts {
		out.Receipts = append(out.Receipts, toAPIReceiptLine(r))
	}
	return out
}

func toAPILedgerPage(p reward.Page) ledgerPage {
	next := ""
	if p.Next != 0 {
		next = strconv.FormatInt(p.Next, 10)
	}
	return ledgerPage{
		List:       newList(p.Entries, next, func(e reward.Entry) LedgerEntry { return toAPILedgerEntry(e, p.Names[e.PersonID]) }).Body,
		TotalMinor: p.TotalMinor, Count: p.Count,
	}
}

func toAPILedgerEntry(e reward.Entry, name string) LedgerEntry {
	return LedgerEntry{
		Number: e.Seq, Key: e.Key, Month: e.Month.String(), PersonID: e.PersonID, PersonName: name, PlanID: e.PlanID, Component: e.Component,
		Debit: string(e.Debit), Credit: string(e.Credit), AmountMinor: e.AmountMinor, Currency: string(e.Currency), Source: e.Source,
		PostedAt: e.PostedAt, PrevHash: e.PrevHash, Hash: e.Hash,
	}
}
