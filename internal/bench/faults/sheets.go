package faults

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"strconv"
)

// sheet is one file of the exchange format.
type sheet int

const (
	inRegions sheet = iota
	inTeams
	inPersons
	inProducts
	inCustomers
	inContacts
	inLeads
	inOpportunities
	inFollowUps
	inDeals
	inPayments
	inQuotas
	inTargets
	inRecords
	inMoves
	inEvents
	inApprovals
	inQuotes
	inInstalments
	inService
	inSatisfaction
	inSurvey
	inTraining
	inPlans
	inPay
	inBudgets
	inStandards
	sheets
)

var sheetFiles = [sheets]struct{ name, header string }{
	inRegions:       {"regions", "key,name"},
	inTeams:         {"teams", "key,name,region,leader"},
	inPersons:       {"persons", "key,name,team,level,hired_on,left_on"},
	inProducts:      {"products", "key,name,category"},
	inCustomers:     {"customers", "key,name,industry,city,credit_code,tier,need,budget,decision_maker,address"},
	inContacts:      {"contacts", "key,customer,name,part,phone"},
	inLeads:         {"leads", "key,company,name,source,owner,status,created_on,first_contact_on"},
	inOpportunities: {"opportunities", "key,name,customer,owner,stage,state,amount,expected_on,created_on,source,product,ended_on,lost_for,deal,needs_on,proposal_on,contract_on,after_sales_on"},
	inFollowUps:     {"follow_ups", "key,opportunity,person,kind,text,on"},
	inDeals:         {"deals", "key,customer,product,signed_on,amount,seller_1,cancelled_on"},
	inPayments:      {"payments", "key,deal,paid_on,amount"},
	inQuotas:        {"quotas", "person,month,of,amount"},
	inTargets:       {"targets", "level,region,team,month,of,amount"},
	inRecords:       {"customer_records", "customer,owner,since,met_at,registered_at,checked_on,last_contact_on,lost_on"},
	inMoves:         {"customer_moves", "customer,on,kind,from,to"},
	inEvents:        {"process_events", "opportunity,activity,stage,happened_at,recorded_at,person"},
	inApprovals:     {"approvals", "key,kind,opportunity,asked_by,asked_at,decided_by,decided_at,decision"},
	inQuotes:        {"quotes", "key,opportunity,person,product,sent_at,list_amount,amount"},
	inInstalments:   {"instalments", "key,deal,due_on,amount"},
	inService:       {"service_cases", "key,customer,product,kind,person,opened_at,answered_at,closed_at"},
	inSatisfaction:  {"satisfaction", "customer,on,kind,score,person"},
	inSurvey:        {"survey_answers", "survey,on,respondent,team,question,value"},
	inTraining:      {"training", "person,on,hours,topic"},
	inPlans:         {"plan_lines", "plan,name,measure,weight,threshold"},
	inPay:           {"pay", "person,month,plan,base,incentive"},
	inBudgets:       {"budgets", "month,region,amount"},
	inStandards:     {"standards", "key,value"},
}

// rows gathers rows of all sheets until they are written. No value holds a comma, a quotation mark or a line break.
type rows struct {
	w      *window
	texts  [sheets][]byte
	counts [sheets]int
}

func (r *rows) clear() {
	for s := range r.texts {
		r.texts[s] = r.texts[s][:0]
	}
}

// line is a row that is being written.
type line struct {
	rows  *rows
	sheet sheet
	text  []byte
	begun bool
}

func (r *rows) line(s sheet) *line { return &line{rows: r, sheet: s, text: r.texts[s]} }

func (l *line) next() *line {
	if l.begun {
		l.text = append(l.text, ',')
	}
	l.begun = true
	return l
}

func (l *line) put(texts ...string) *line {
	for _, text := range texts {
		l.next().text = append(l.text, text...)
	}
	return l
}

func (l *line) number(n int) *line {
	l.next().text = strconv.AppendInt(l.text, int64(n), 10)
	return l
}

func (l *line) fraction(x float64, decimals int) *line {
	l.next().text = strconv.AppendFloat(l.text, x, 'f', decimals, 64)
	return l
}

func (l *line) fen(amounts ...int64) *line {
	for _, amount := range amounts {
		l.next().text = appendFen(l.text, amount)
	}
	return l
}

func (l *line) day(days ...day) *line {
	for _, d := range days {
		l.next().text = append(l.text, l.rows.w.text(d)...)
	}
	return l
}

func (l *line) time(times ...minute) *line {
	for _, m := range times {
		l.next().text = l.rows.w.appendTime(l.text, m)
	}
	return l
}

func (l *line) end() {
	l.rows.texts[l.sheet] = append(l.text, '\n')
	l.rows.counts[l.sheet]++
}

// folder is the open files of a company.
type folder struct {
	files   [sheets]*os.File
	writers [sheets]*bufio.Writer
}

func openFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f := &folder{}
	for s, about := range sheetFiles {
		file, err := os.Create(filepath.Join(dir, about.name+".csv"))
		if err != nil {
			return nil, errors.Join(err, f.close())
		}
		f.files[s], f.writers[s] = file, bufio.NewWriterSize(file, 1<<16)
		f.writers[s].WriteString(about.header + "\n") // an error comes again with Flush
	}
	return f, nil
}

// write writes what was gathered, and forgets it.
func (f *folder) write(r *rows) error {
	for s, text := range r.texts {
		if _, err := f.writers[s].Write(text); err != nil {
			return err
		}
	}
	r.clear()
	return nil
}

func (f *folder) close() error {
	var all error
	for s, file := range f.files {
		if file != nil {
			all = errors.Join(all, f.writers[s].Flush(), file.Close())
		}
	}
	return all
}
