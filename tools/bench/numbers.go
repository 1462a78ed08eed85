package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"xiaoguan/internal/access"
	"xiaoguan/internal/app"
	"xiaoguan/internal/board"
	"xiaoguan/internal/calendar"
	"xiaoguan/internal/deal"
	"xiaoguan/internal/demo"
	"xiaoguan/internal/httpx"
	"xiaoguan/internal/metric"
	"xiaoguan/internal/report"
)

// numbersMode makes the program make a company of two years and look at its boards, and print a Numbers as JSON.
const numbersMode = "-numbers"

// The company whose numbers are measured: as many sellers as W1-M, with two years of facts.
const (
	numbersSellers  = 5_000
	numbersMonths   = 24
	numbersPayments = 2_400_000
	newPayments     = 10
)

// Numbers is what was measured. What was not asked for is zero.
type Numbers struct {
	Import, Count time.Duration
	Bytes         int64
	Opened        time.Duration // of an installation that is there, until it answers
	Boards        []BoardTime
	Fresh         []time.Duration // from a payment's commit until an open board was told and the number had it
	Sellers       int
	Reports       []time.Duration // the company's report of the last month that is over, computed and kept
}

// BoardTime is one board as one role sees it.
type BoardTime struct {
	Role, Path      string
	First, P50, P95 time.Duration // the first after a start, and those after it
}

// numbersOf measures the boards of a company of two years in children: one makes it, one is the server that was started anew.
func numbersOf(ctx context.Context, out io.Writer, k kept, sellers, payments int) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if k.dir == "" {
		if k.dir, err = os.MkdirTemp("", "xiaoguan-numbers-*"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(k.dir)) }()
	}
	for _, step := range []string{"fill", "count", "boards", "report"} {
		if !k.does(step) {
			continue
		}
		command := exec.CommandContext(ctx, self, numbersMode, k.dir, k.databaseURL, fmt.Sprint(sellers), fmt.Sprint(payments), step, fmt.Sprint(k.how.Times))
		command.Stderr = os.Stderr
		text, err := command.Output()
		if err != nil {
			return fmt.Errorf("numbers: %w", err)
		}
		var n Numbers
		if err := json.Unmarshal(text, &n); err != nil {
			return err
		}
		n.print(out, step, peak(command.ProcessState))
	}
	return nil
}

func (n *Numbers) print(out io.Writer, step string, peak int64) {
	switch step {
	case "report":
		fmt.Fprintf(out, "\nThe company's monthly report, computed and kept (peak of the process %d MiB): %.2f s (median of %d), at most %.2f s\n", peak>>20, quantile(n.Reports, 50).Seconds(), len(n.Reports), quantile(n.Reports, 100).Seconds())
		return
	case "fill":
		fmt.Fprintf(out, "\nA company of %d sellers with %d months: import %.1f s (peak of the process %d MiB)\n", n.Sellers, numbersMonths, n.Import.Seconds(), peak>>20)
		return
	case "count":
		fmt.Fprintf(out, "\nSums from nothing: %.1f s (peak of the process %d MiB, %d MiB on disk)\n", n.Count.Seconds(), peak>>20, n.Bytes>>20)
		return
	}
	fmt.Fprintf(out, "\nBoards over the network, ms (answers %.1f s after the start; peak of the process %d MiB)\n\n| role | board | first after a start | p50 | p95 |\n|---|---|---|---|---|\n", n.Opened.Seconds(), peak>>20)
	for _, b := range n.Boards {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", b.Role, b.Path, milliseconds(b.First), milliseconds(b.P50), milliseconds(b.P95))
	}
	if len(n.Fresh) > 0 {
		fmt.Fprintf(out, "\nA payment moves an open board after %.2f s (median of %d), at most %.2f s\n", quantile(n.Fresh, 50).Seconds(), len(n.Fresh), quantile(n.Fresh, 100).Seconds())
	}
}

// walkNumbers does one step.
func walkNumbers(ctx context.Context, dir, databaseURL string, sellers, payments int, step string, times int) (n Numbers, err error) {
	home := filepath.Join(dir, "installation")
	start := time.Now()
	a, err := app.New(ctx, app.Options{Dir: home, DatabaseURL: databaseURL, Company: "bench", Now: clockFrom(dayOfClosing)})
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	switch step {
	case "fill":
		return n, fillNumbers(ctx, a, dir, shape{sellers: sellers, payments: payments, months: numbersMonths}, &n)
	case "count":
		return n, countNumbers(ctx, a, home, &n)
	case "report":
		return n, reportNumbers(ctx, a, times, &n)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return n, err
	}
	serving, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(serving, listener) }()
	defer func() { stop(); err = errors.Join(err, <-ended) }()
	address := "http://" + listener.Addr().String()
	if n.Opened, err = firstAnswer(ctx, address+"/sign-in", start); err != nil {
		return n, err
	}
	return n, lookAtNumbers(ctx, a, address, times, &n)
}

// fillNumbers imports the company.
func fillNumbers(ctx context.Context, a *app.App, dir string, s shape, n *Numbers) (err error) {
	data := filepath.Join(dir, "data")
	if err := generate(data, s, 1); err != nil {
		return err
	}
	if err := a.Worker.Start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Worker.Stop(context.WithoutCancel(ctx)), os.RemoveAll(data)) }()
	n.Sellers = s.sellers
	start := time.Now()
	_, err = importFolder(ctx, a, data)
	n.Import = time.Since(start)
	return err
}

// countNumbers brings the sums up to date, which are from nothing right after the import.
func countNumbers(ctx context.Context, a *app.App, home string, n *Numbers) (err error) {
	start := time.Now()
	if err := a.Metrics.CatchUp(ctx); err != nil {
		return err
	}
	n.Count = time.Since(start)
	n.Bytes, err = sizeOf(home)
	return err
}

// reportNumbers computes the report of the last month that is over, again and again.
func reportNumbers(ctx context.Context, a *app.App, times int, n *Numbers) error {
	for range times {
		start := time.Now()
		if _, err := a.MonthReports.ComputeNow(ctx, access.SystemActor("bench"), report.Ask{Place: metric.Company}); err != nil {
			return err
		}
		n.Reports = append(n.Reports, time.Since(start))
	}
	return nil
}

// guest is somebody signed in, over the network.
type guest struct{ address, cookie string }

func (g guest) open(ctx context.Context, path, accept string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.address+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", accept)
	request.Header.Set("Accept-Language", "zh-CN")
	request.Header.Set("Cookie", g.cookie)
	return http.DefaultClient.Do(request)
}

// get reads a page to its end.
func (g guest) get(ctx context.Context, path, accept string) (body string, status int, err error) {
	response, err := g.open(ctx, path, accept)
	if err != nil {
		return "", 0, err
	}
	text, err := io.ReadAll(response.Body)
	return string(text), response.StatusCode, errors.Join(err, response.Body.Close())
}

// lookAtNumbers opens the boards that each role may see, again and again, and pays.
func lookAtNumbers(ctx context.Context, a *app.App, address string, times int, n *Numbers) error {
	logins, err := makeLogins(ctx, a)
	if err != nil {
		return err
	}
	for _, login := range logins {
		g, err := signIn(ctx, a, address, login)
		if err != nil {
			return err
		}
		for _, id := range []string{board.ForDirector, board.ForRegion, board.ForTeam, board.ForSeller, board.ForFinance, board.ForService, board.ForHR} {
			b, err := g.board(ctx, boardPath(id), times)
			if err != nil {
				return err
			}
			if b.First > 0 {
				b.Role = login.Login
				n.Boards = append(n.Boards, b)
			}
		}
		if login.Role == access.RoleOperations {
			if n.Fresh, err = g.pay(ctx, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func boardPath(id string) string { return "/board/" + id }

func signIn(ctx context.Context, a *app.App, address string, login demo.Login) (guest, error) {
	issued, err := a.Users.SignIn(ctx, access.SignIn{Login: login.Login, Password: login.Password, Client: "127.0.0.1"})
	return guest{address, httpx.SessionCookie{}.Name() + "=" + issued.Token}, err
}

// board opens one board; nothing for one that the visitor may not see.
func (g guest) board(ctx context.Context, path string, times int) (b BoardTime, err error) {
	b.Path = path
	var took []time.Duration
	for i := range times + 1 {
		start := time.Now()
		_, status, err := g.get(ctx, path, "text/html")
		if err != nil || status == http.StatusForbidden || status == http.StatusNotFound {
			return BoardTime{}, err
		}
		if status != http.StatusOK {
			return b, fmt.Errorf("%s: status %d", path, status)
		}
		if i == 0 {
			b.First = time.Since(start)
			continue
		}
		took = append(took, time.Since(start))
	}
	b.P50, b.P95 = quantile(took, 50), quantile(took, 95)
	return b, nil
}

// pay records payments while a board is open, and waits until its stream says that there is something newer and the number has it.
func (g guest) pay(ctx context.Context, a *app.App) (took []time.Duration, err error) {
	stream, err := g.open(ctx, boardPath(board.ForDirector)+"/events", "text/event-stream")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stream.Body.Close()) }()
	events := make(chan struct{}, 100)
	go func() {
		for lines := bufio.NewScanner(stream.Body); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "event:") {
				events <- struct{}{}
			}
		}
		close(events)
	}()
	collected := func() (int64, error) {
		answer, err := a.Metrics.Read(ctx, access.SystemActor("bench"), metric.Query{Metrics: []metric.ID{"collected"}})
		if err != nil {
			return 0, err
		}
		return answer.Series[0].Value.Numerator, nil
	}
	for i := range newPayments {
		before, err := collected()
		if err != nil {
			return nil, err
		}
		time.Sleep(time.Duration(2000+137*i) * time.Millisecond) // whatever was told before has been told
		for len(events) > 0 {
			<-events
		}
		if err := record(ctx, a, i); err != nil {
			return nil, err
		}
		start := time.Now()
		for now := before; now == before; {
			if _, open := <-events; !open {
				return nil, errors.New("the stream of a board ended")
			}
			if now, err = collected(); err != nil {
				return nil, err
			}
		}
		took = append(took, time.Since(start))
	}
	return took, nil
}

// record writes one payment down, as finance does by hand.
func record(ctx context.Context, a *app.App, i int) error {
	_, err := a.Deals.RecordPayment(ctx, access.SystemActor("bench"), deal.Entry{Key: fmt.Sprintf("new-%d-%d", time.Now().UnixNano(), i), DealKey: fmt.Sprint(1 + i*1000), Kind: deal.Collection, PaidOn: calendar.DateOf(dayOfClosing), AmountMinor: 100})
	return err
}
