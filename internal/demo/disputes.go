package demo

import (
	"context"
	"strconv"

	"xiaoguan/internal/calendar"
	"xiaoguan/internal/dispute"
	"xiaoguan/internal/errs"
	"xiaoguan/internal/store"
)

// quarrel is a dispute of the story: who raises it, about what, and what the three say, in the order in which they speak.
type quarrel struct {
	back      int // months before the last complete one
	login     string
	kind      dispute.LineKind
	cause     dispute.Cause
	text      string
	moreYuan  int64 // what is expected beyond what is shown; 0 for no figure
	evidence  []dispute.Evidence
	voices    []opinion
	withdrawn string // why, when it is
	corrected bool
}

// opinion is what a voice says.
type opinion struct {
	login   string
	voice   dispute.Voice
	outcome dispute.Outcome
	yuan    int64 // beyond what is shown, for a part
	reason  string
}

// deferReason is why a month was approved over an open dispute.
const deferReason = "任务额更正还差区域总监签字，没有争议的奖金先按时发，差额下月补"

// quarrels are the disputes of the demonstration: each state and each way of ruling once.
var quarrels = []quarrel{
	{back: 7, login: loginCore, kind: dispute.LineComponent, cause: dispute.CauseRuleReading, text: "达成率按四舍五入应该进下一档，方案宣讲时是这么说的。", moreYuan: 1200,
		voices: []opinion{{loginLead, dispute.VoiceSales, dispute.OutcomeRejected, 0, "方案写明按实际达成率，不进位"}, {loginFinance, dispute.VoiceFinance, dispute.OutcomeRejected, 0, "与方案原文一致，不补"},
			{loginHR, dispute.VoiceHR, dispute.OutcomeAccepted, 0, "宣讲材料的例子确实写了取整，容易误会"}}},
	{back: 4, login: loginRegular, kind: dispute.LineCredit, cause: dispute.CauseWrongSplit, text: "这一单我跟了全程，拆分应该多算一些。", moreYuan: 30000,
		voices: []opinion{{loginLead, dispute.VoiceSales, dispute.OutcomePartly, 10000, "前期拜访两人都在，按实际投入上调一部分"}, {loginFinance, dispute.VoiceFinance, dispute.OutcomePartly, 10000, "同意销售意见，成交单按此更正"},
			{loginHR, dispute.VoiceHR, dispute.OutcomeRejected, 0, "成交单签的比例双方都确认过"}}},
	{back: 3, login: loginCore, kind: dispute.LineComponent, cause: dispute.CauseMissingPayment, text: "月底最后一天到账的一笔没有算进来，回单见附件。", moreYuan: 860,
		evidence: []dispute.Evidence{{Name: "银行回单.txt", Content: []byte("收款人：青禾智控\n摘要：设备款\n状态：已到账\n")}}, corrected: true,
		voices: []opinion{{loginFinance, dispute.VoiceFinance, dispute.OutcomeAccepted, 0, "银行流水核对过，当天到账，入账晚了"}, {loginLead, dispute.VoiceSales, dispute.OutcomeAccepted, 0, "客户是他的，情况属实"},
			{loginHR, dispute.VoiceHR, dispute.OutcomeAccepted, 0, "同意"}}},
	{back: 2, login: loginRegular, kind: dispute.LineComponent, cause: dispute.CauseOther, text: "这个月比上个月少，想知道为什么。", withdrawn: "看了明细，是一笔退款，明白了"},
	{back: 1, login: loginCore, kind: dispute.LineComponent, cause: dispute.CauseWrongQuota, text: "月中换了区域，任务额还是按原来的算。", moreYuan: 1500,
		voices: []opinion{{loginLead, dispute.VoiceSales, dispute.OutcomeAccepted, 0, "区域调整属实，任务额没有跟着改"}}},
	{back: 0, login: loginRegular, kind: dispute.LineComponent, cause: dispute.CauseWrongLevel, text: "这个月起按核心销售定级，奖金还在用普通销售的方案。", moreYuan: 2000,
		voices: []opinion{{loginHR, dispute.VoiceHR, dispute.OutcomeRejected, 0, "定级文件写的是下月1日生效"}}},
	{back: 0, login: loginCore, kind: dispute.LinePayment, cause: dispute.CauseMissingPayment, text: "这笔回款的金额比银行到账少。", moreYuan: 5000},
}

// dispute carries out the quarrels of a month after its publication, each on the working days that follow. It reports whether one is
// still open, so that the approval must say why.
func (f *filler) dispute(ctx context.Context, i int, published calendar.Date) (open bool, err error) {
	m := f.first + calendar.Month(i)
	for _, q := range quarrels {
		if q.back != f.last-1-i {
			continue
		}
		day := f.year.work.Next(published)
		f.at(day, 10, 15)
		d, err := f.quarrel(ctx, m, q)
		if errs.Is(err, errs.KindNotFound) { // nobody was paid who could
			continue
		}
		if err != nil {
			return open, err
		}
		if err := f.hear(ctx, q, d, day); err != nil {
			return open, err
		}
		open = open || q.withdrawn == "" && len(q.voices) < len(dispute.Voices)
	}
	return open, nil
}

// quarrel raises a dispute about the first line of its kind that is not zero.
func (f *filler) quarrel(ctx context.Context, m calendar.Month, q quarrel) (dispute.Dispute, error) {
	lines, _, err := f.Disputes.Lines(ctx, f.actor(q.login), m, "")
	if err != nil {
		return dispute.Dispute{}, err
	}
	for _, line := range lines {
		if line.Kind != q.kind || line.Zero {
			continue
		}
		in := dispute.Raise{Month: m, Line: line.Line, Cause: q.cause, Text: q.text, Files: q.evidence}
		if q.moreYuan != 0 {
			expected := line.AmountMinor + q.moreYuan*fen
			in.ExpectedMinor = &expected
		}
		return f.Disputes.Raise(ctx, f.actor(q.login), in)
	}
	return dispute.Dispute{}, errs.New(errs.KindNotFound, "dispute.no_line", nil)
}

// hear lets everybody say what the story has them say.
func (f *filler) hear(ctx context.Context, q quarrel, d dispute.Dispute, day calendar.Date) error {
	if q.withdrawn != "" {
		f.at(day, 16, 40)
		_, err := f.Disputes.Withdraw(ctx, f.actor(q.login), d.ID, q.withdrawn)
		return err
	}
	for n, o := range q.voices {
		day = f.year.work.Next(day)
		f.at(day, 11+n, 20)
		in := dispute.Speak{Voice: o.voice, Outcome: o.outcome, Reason: o.reason}
		if o.yuan != 0 {
			amount := d.ShownMinor + o.yuan*fen
			in.AmountMinor = &amount
		}
		if _, err := f.Disputes.Speak(ctx, f.actor(o.login), d.ID, in); err != nil {
			return err
		}
	}
	if !q.corrected {
		return nil
	}
	var batch string
	if err := f.DB.Read(ctx, func(tx *store.Tx) error {
		latest, err := tx.LatestBatch(ctx)
		batch = strconv.FormatInt(int64(latest), 10)
		return err
	}); err != nil {
		return err
	}
	_, err := f.Disputes.Correct(ctx, f.actor(loginOperations), d.ID, dispute.Reference{Kind: dispute.RefBatch, ID: batch})
	return err
}
