package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"xiaoguan/internal/errs"
	"xiaoguan/internal/fact"
	"xiaoguan/internal/intake"
	"xiaoguan/internal/monthtest"
)

// work is what a company brings from another system: its pipeline with the days of each stage, its people, what was said, and leads.
func work() map[string]string {
	return map[string]string{
		"leads.csv":    "线索编号,公司,联系人,电话,来源,活动,负责人工号,状态,创建日期,首次联系日期\nXS1,无锡新川机械有限公司,顾南星,138-0000-5678,展会,工博会,A,,2026-09-01,2026-09-02\nXS2,,没说公司的人,,官网,,,,,\n",
		"contacts.csv": "联系人编号,客户编号,联系人姓名,职位,决策角色,电话\nLX1,C1,顾北辰,设备部经理,拍板,13900001111\n",
		"opportunities.csv": "商机编号,商机名称,客户编号,负责人工号,阶段,状态,预计金额,预计签约日期,创建日期,进入需求对接日期,进入方案制定日期,结束日期,丢单原因,成交单编号\n" +
			"SJ1,产线改造,C1,A,方案,跟进中,300000.00,2026-12-31,2026-08-01,2026-08-10,2026-08-20,,,\n" +
			"SJ2,备件,C1,A,签约,赢单,1000.00,,2026-08-01,,,2026-09-05,,D1\n" +
			"SJ3,培训,C1,B,需求,丢单,,,2026-08-02,,,2026-08-30,价格,\n",
		"follow_ups.csv":    "跟进编号,商机编号,跟进人工号,跟进方式,跟进内容,跟进日期,下次联系日期\nGJ1,SJ1,A,拜访,现场看了产线,2026-08-15,\nGJ2,SJ1,A,电话,约了下周,2026-08-25,2026-12-01\n",
		"contracts.csv":     "合同编号,合同名称,客户编号,负责人工号,商机编号,合同金额,签约日期,开始日期,结束日期,对方主体\nHT1,备件合同,C1,A,SJ2,1000.00,2026-09-05,2026-09-05,2027-09-04,\nHT2,框架合同,C1,B,,50.00,2026-08-01,,,恒越集团\n",
		"instalments.csv":   "合同编号,节点名称,应付日期,应付金额\nHT1,尾款,2026-11-01,400.00\nHT1,预付款,2026-09-10,600.00\n",
		"service_cases.csv": "工单编号,工单标题,客户编号,工单类型,紧急程度,负责人工号,商机编号,提交时间,首次响应时间,关闭时间\nGD1,读数漂移,C1,报修,高,A,SJ2,2026-09-07 09:30,2026-09-07T10:05:30,2026-09-08\nGD2,怎么标定,C1,,,,,2026-09-09,,\n",
	}
}

func (b *bundle) texts(query string) string {
	b.t.Helper()
	return strings.Join(monthtest.QueryTexts(b.t, b.house.DB, query), " ")
}

// taken applies an import of work, of which no fact comes.
func (b *bundle) taken(id string) {
	b.t.Helper()
	i, err := b.Apply(b.t.Context(), operator, id, false)
	b.must(err)
	b.must(b.carryOut(b.start(i)))
	b.want(id, intake.StateApplied, "")
}

func TestWorkComesInByItsKeysOnceAndIsTakenBack(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		i, err := b.receive(work())
		b.must(err)
		b.taken(i.ID)
		for query, want := range map[string]string{
			"SELECT status || ' ' || SUBSTR(first_at, 1, 13) FROM lead ORDER BY id":                                 "contacted 2026-09-02T12 new ",
			"SELECT phone FROM lead WHERE phone <> ''":                                                              "13800005678",
			"SELECT name || part FROM contact":                                                                      "顾北辰decides",
			"SELECT stage || state || deal_key || lost_for FROM opportunity ORDER BY id":                            "proposalopen contractwonD1 needslostprice",
			"SELECT SUBSTR(stage_since, 1, 10) FROM opportunity ORDER BY id":                                        "2026-08-20 2026-09-05 2026-08-02",
			"SELECT next_on FROM opportunity ORDER BY id":                                                           "2026-12-01  ",
			"SELECT activity FROM process_event WHERE case_id = 1 ORDER BY occurred_at, seq":                        "opportunity_opened stage_entered first_contact stage_entered contacted",
			"SELECT activity FROM process_event WHERE case_id = 2 ORDER BY seq":                                     "opportunity_opened stage_entered signed plan_created service_opened service_answered service_solved service_closed",
			"SELECT SUBSTR(occurred_at, 1, 16) FROM process_event WHERE activity LIKE 'service%' ORDER BY seq":      "2026-09-07T09:30 2026-09-07T10:05 2026-09-08T12:00 2026-09-08T12:00",
			"SELECT number || state || opportunity_id || amount_minor || plan_revision FROM contract ORDER BY id":   "HT1signed21000001 HT2signed050000",
			"SELECT their_party FROM contract WHERE number = 'HT2'":                                                 "恒越集团",
			"SELECT name || amount_minor || '/' || until_minor FROM instalment ORDER BY number":                     "预付款60000/60000 尾款40000/100000",
			"SELECT kind || severity || state || deal_key FROM service_case ORDER BY id":                            "repairhighclosedD1 questionnormalnew",
			"SELECT activity FROM process_event WHERE case_id = 3 ORDER BY seq":                                     "opportunity_opened stage_entered lost",
			"SELECT DISTINCT SUBSTR(occurred_at, 1, 10) FROM process_event WHERE case_id = 3 AND activity = 'lost'": "2026-08-30",
			"SELECT activity FROM lead_event WHERE lead_id = 1 ORDER BY id":                                         "lead_created lead_assigned first_contact",
		} {
			if got := b.texts(query); got != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		events := b.texts("SELECT CAST(COUNT(*) AS TEXT) FROM process_event")
		again, err := b.receive(work())
		b.must(err)
		b.taken(again.ID)
		second, err := b.Get(t.Context(), operator, again.ID)
		b.must(err)
		if c := second.Result.Counts[fact.KindOpportunity]; c.Added+c.Corrected != 0 || c.Unchanged != 3 || b.texts("SELECT CAST(COUNT(*) AS TEXT) FROM process_event") != events {
			t.Errorf("the same files again: %+v", c)
		}
		changed := work()
		changed["opportunities.csv"] = strings.Replace(strings.Replace(changed["opportunities.csv"], "300000.00", "350000.00", 1), "方案,跟进中", "签约,跟进中", 1)
		changed["leads.csv"] = "线索编号,公司,联系人\nXS1,新川机械,\n" // a column that is empty says so; the others are left alone
		third, err := b.receive(changed)
		b.must(err)
		b.taken(third.ID)
		if got := b.texts("SELECT stage || amount_minor || ' ' || revision FROM opportunity WHERE id = 1"); got != "contract35000000 2" {
			t.Errorf("changed: %s", got)
		}
		if got := b.texts("SELECT company || name || phone FROM lead WHERE id = 1"); got != "新川机械13800005678" {
			t.Errorf("changed: %s", got)
		}
		if _, err := b.Undo(t.Context(), operator, i.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("taken back under later changes: %v", err)
		}
		_, err = b.Undo(t.Context(), operator, third.ID)
		b.must(err)
		if got := b.texts("SELECT stage || amount_minor FROM opportunity WHERE id = 1") + b.texts("SELECT company || name FROM lead WHERE id = 1"); got != "proposal30000000无锡新川机械有限公司顾南星" {
			t.Errorf("taken back: %s", got)
		}
	})
}

func TestAnImportOfWorkLeavesNothingWhenItIsTakenBack(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		i, err := b.receive(work())
		b.must(err)
		b.taken(i.ID)
		_, err = b.Undo(t.Context(), operator, i.ID)
		b.must(err)
		for _, table := range []string{"lead", "contact", "opportunity", "follow_up", "process_event", "lead_event", "work_key", "work_import", "work_change", "contract", "instalment", "service_case"} {
			if got := b.texts("SELECT CAST(COUNT(*) AS TEXT) FROM " + table); got != "0" {
				t.Errorf("%s rows of %s stay", got, table)
			}
		}
		again, err := b.receive(work())
		b.must(err)
		b.taken(again.ID)
	})
}

func TestAFileSaysWhoWantsNoMessagesAndNeverTakesItBack(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		for _, c := range []struct{ text, want string }{
			{"key,customer,name,不接收消息\nX,C1,林工,是\nY,C1,周工,\n", "林工"},
			{"key,customer,name,no_messages\nX,C1,林工,no\nY,C1,周工,no\n", "林工"},
			{"key,customer,name\nX,C1,林工程师\n", "林工程师"},
		} {
			i, err := b.receive(map[string]string{"contacts.csv": c.text})
			b.must(err)
			b.taken(i.ID)
			if got := b.texts("SELECT name FROM contact WHERE silent_at <> ''"); got != c.want {
				t.Errorf("%q leaves %q, want %q", c.text, got, c.want)
			}
		}
	})
}

func TestBadRowsOfWorkAreNamed(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		const agreed = "key,title,customer,owner,amount,signed_on,ends_on\n"
		const head = "key,name,customer,owner,stage,state,created_on,ended_on\n"
		for _, c := range []struct{ file, text, want string }{
			{"leads.csv", "key,company,phone\nX,某公司,12\n", "leads.csv:2:phone contact.bad_phone"},
			{"leads.csv", "key,company,name\nX,,\n", "leads.csv:2:company lead.who"},
			{"leads.csv", "key,company,source\nX,某公司,天上掉的\n", "leads.csv:2:source ingest.bad_choice"},
			{"leads.csv", "key,company\nX,甲\nX,乙\n", "leads.csv:3:key ingest.key_twice"},
			{"opportunities.csv", head + "X,改造,C9,A,,,,\n", "opportunities.csv:2:customer ingest.unknown_customer"},
			{"opportunities.csv", head + "X,改造,C1,nobody,,,,\n", "opportunities.csv:2:owner ingest.unknown_person"},
			{"opportunities.csv", head + "X,改造,C1,A,after_sales,open,,\n", "opportunities.csv:2:stage ingest.stage_not_of_state"},
			{"opportunities.csv", head + "X,改造,C1,A,needs,lost,2026-09-01,2026-08-01\n", "opportunities.csv:2:ended_on ingest.before_created"},
			{"follow_ups.csv", "key,opportunity,person,text,on\nX,SJ9,A,谈了,2026-09-01\n", "follow_ups.csv:2:opportunity ingest.unknown_opportunity"},
			{"contracts.csv", agreed + "H,约,C9,A,1,2026-09-01,\n", "contracts.csv:2:customer ingest.unknown_customer"},
			{"contracts.csv", agreed + "H,约,C1,A,1,2126-09-01,\n", "contracts.csv:2:signed_on ingest.date_out_of_range"},
			{"contracts.csv", agreed + "H,约,C1,A,1,2099-09-01,\n", "contracts.csv:2:signed_on ingest.future_day"},
			{"contracts.csv", agreed + "H,约,C1,A,0,2026-09-01,\n", "contracts.csv:2:amount ingest.not_positive"},
			{"contracts.csv", agreed + "H,约,C1,A,1,2026-09-01,2026-08-01\n", "contracts.csv:2:ends_on ingest.before_created"},
			{"contracts.csv", agreed + "H,约,C1,A,1,2026-09-01,\nH,约,C1,A,1,2026-09-01,\n", "contracts.csv:3:key ingest.key_twice"},
			{"instalments.csv", "contract,due_on,amount\nH,2026-09-01,1\n", "instalments.csv:2:contract ingest.unknown_contract"},
			{"service_cases.csv", "key,title,customer,opened_at,closed_at\nG,漏水,C1,2026-09-02 10:00,2026-09-02 09:00\n", "service_cases.csv:2:closed_at ingest.before_created"},
			{"service_cases.csv", "key,title,customer,opened_at\nG,漏水,C1,2026-09-02 25:00\n", "service_cases.csv:2:opened_at ingest.bad_moment"},
			{"service_cases.csv", "key,title,customer,opened_at,deal\nG,漏水,C1,2099-09-02,D1\n", "service_cases.csv:2:opened_at ingest.future_day"},
			{"service_cases.csv", "key,title,customer,opened_at,deal\nG,漏水,C1,2026-09-02,D9\n", "service_cases.csv:2:deal ingest.unknown_deal"},
			{"contacts.csv", "key,customer,name,email\nX,C1,某人,不是邮箱\n", "contacts.csv:2:email contact.bad_email"},
		} {
			t.Run(c.want, func(t *testing.T) {
				one := *b
				one.t = t
				one.refuses(map[string]string{c.file: c.text}, c.want)
			})
		}
	})
}

// TestFiveOfAHundredRowsAreWrong takes the good rows where that is asked for, and none where it is not.
func TestFiveOfAHundredRowsAreWrong(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		var file strings.Builder
		file.WriteString("key,company,phone\n")
		const rows = 5_000
		for i := range rows {
			phone := "13800000000"
			if i%20 == 0 {
				phone = "?"
			}
			fmt.Fprintf(&file, "L%d,公司%d,%s\n", i, i, phone)
		}
		i, err := b.receive(map[string]string{"leads.csv": file.String()})
		b.must(err)
		i, err = b.Apply(t.Context(), operator, i.ID, false)
		b.must(err)
		b.must(b.carryOut(b.start(i)))
		b.want(i.ID, intake.StateRejected, "")
		if got := b.texts("SELECT CAST(COUNT(*) AS TEXT) FROM lead"); got != "0" {
			t.Errorf("%s leads of a refused import", got)
		}
		i, err = b.Apply(t.Context(), operator, i.ID, true)
		b.must(err)
		b.must(b.carryOut(b.start(i)))
		done := b.want(i.ID, intake.StateApplied, "")
		if got := b.texts("SELECT CAST(COUNT(*) AS TEXT) FROM lead"); got != "4750" || done.Result.Report.ProblemCount != rows/20 || !done.Result.Partial {
			t.Errorf("%s leads, %d problems", got, done.Result.Report.ProblemCount)
		}
		if slices.ContainsFunc(done.Result.Report.Problems, func(f errs.Field) bool { return f.Value != "" }) {
			t.Error("a telephone number stands in the report")
		}
	})
}

// TestAPaymentPlanAddsUpToItsContract: a fen too few is an error at the contract and at each of its rows, and the rejected rows of both are there to mend.
func TestAPaymentPlanAddsUpToItsContract(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		files := map[string]string{"contracts.csv": "key,title,customer,owner,amount,signed_on\nH1,约,C1,A,100.00,2026-09-01\nH2,约,C1,A,10.00,2026-09-01\n",
			"instalments.csv": "contract,name,due_on,amount\nH1,首款,2026-09-10,60.00\nH1,尾款,2026-10-10,39.99\n"}
		i, err := b.receive(files)
		b.must(err)
		i, err = b.Apply(t.Context(), operator, i.ID, true)
		b.must(err)
		b.must(b.carryOut(b.start(i)))
		done := b.want(i.ID, intake.StateApplied, "")
		var keys []string
		for _, p := range done.Result.Report.Problems {
			keys = append(keys, fmt.Sprintf("%s:%d %s", p.Source, p.Row, p.Message.Key))
		}
		if want := []string{"contracts.csv:2 ingest.plan_off", "instalments.csv:2 ingest.unknown_contract", "instalments.csv:3 ingest.unknown_contract"}; !slices.Equal(keys, want) {
			t.Errorf("%q, want %q", keys, want)
		}
		if got := b.texts("SELECT number FROM contract") + b.texts("SELECT CAST(COUNT(*) AS TEXT) FROM instalment"); got != "H20" {
			t.Errorf("taken: %s", got)
		}
	})
}

// TestWhatASecondFileSaysOfContractsAndCases: words are set, what was signed stays, a case goes on; taking the second file back puts that back.
func TestWhatASecondFileSaysOfContractsAndCases(t *testing.T) {
	t.Parallel()
	run(t, func(t *testing.T, b *bundle) {
		first, err := b.receive(work())
		b.must(err)
		b.taken(first.ID)
		second, err := b.receive(map[string]string{
			"contracts.csv":     "key,title,customer,owner,amount,signed_on\nHT1,备件年度合同,C1,A,2000.00,2026-09-05\nHT2,框架合同,C1,B,50.00,2026-08-01\n",
			"service_cases.csv": "key,title,customer,opened_at,answered_at,solved_at\nGD1,又改了名,C1,2026-09-07,,\nGD2,怎么标定,C1,2026-09-09,2026-09-10 09:00,2026-09-10 11:00\n"})
		b.must(err)
		b.taken(second.ID)
		const contracts, cases = "SELECT title || amount_minor || 'r' || revision FROM contract ORDER BY id", "SELECT title || state || SUBSTR(solved_at, 1, 13) FROM service_case ORDER BY id"
		if got := b.texts(contracts); got != "备件年度合同100000r2 框架合同5000r1" {
			t.Errorf("contracts %s", got)
		}
		if got := b.texts(cases); got != "又改了名closed2026-09-08T12 怎么标定solved2026-09-10T11" {
			t.Errorf("cases %s", got)
		}
		_, err = b.Undo(t.Context(), operator, second.ID)
		b.must(err)
		if got := b.texts(contracts) + " " + b.texts(cases); got != "备件合同100000r3 框架合同5000r1 读数漂移closed2026-09-08T12 怎么标定new" {
			t.Errorf("taken back: %s", got)
		}
	})
}
